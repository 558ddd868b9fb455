/** Kiswahili, the whole of it. */
import type { PagesWords } from "./language-file.ts";
import { devicesSwahili } from "./pages/devices-words.ts";
import { freeSwahili } from "./pages/free-words.ts";
import { ownSwahili } from "./pages/own-words.ts";

export const name = "Kiswahili";
export { sw as first } from "./sw-first.ts";
export { swLater as later } from "./sw-later.ts";
export { elsewhere, page } from "./sw-ways.ts";

export const pages: PagesWords = {
  terms: { title: "Masharti", back: "Rudi", none: "Hapa hakuna masharti." },
  own: ownSwahili,
  free: freeSwahili,
  devices: devicesSwahili,
};
