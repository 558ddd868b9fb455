/** All English words. In the built console they are apart (`tools/src/build/split-words.ts`), and this fetches those that are not there yet. */
export { en } from "./en.ts";
