/** The languages of the page, one line each: its choice and its words are found here. */
export { en } from "./en.ts";
export { fr } from "./fr.ts";
export { sw } from "./sw.ts";
