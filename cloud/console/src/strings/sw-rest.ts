/**
 * The Swahili words that neither log-in, frame nor Home say. In the source all are in `sw.ts`; the build takes them apart
 * (`tools/src/build/split-words.ts`).
 */
export { sw } from "./sw.ts";
