/** English, the whole of it. */
import type { PagesWords } from "./language-file.ts";
import { devicesEnglish } from "./pages/devices-words.ts";
import { freeEnglish } from "./pages/free-words.ts";
import { ownEnglish } from "./pages/own-words.ts";

export const name = "English";
export { en as first } from "./en-first.ts";
export { enLater as later } from "./en-later.ts";
export { elsewhere, page } from "./en-ways.ts";

export const pages: PagesWords = {
  terms: { title: "Terms", back: "Back", none: "There are no terms here." },
  own: ownEnglish,
  free: freeEnglish,
  devices: devicesEnglish,
};
