/** What a language of the portal is: all of it stands in one file, which `every-language.ts` names. */
import type { Strings } from "./en-first.ts";
import type { LaterStrings } from "./en-later.ts";
import type { DevicesWords } from "./pages/devices-words.ts";
import type { FreeWords } from "./pages/free-words.ts";
import type { OwnWords } from "./pages/own-words.ts";
import type { WayWords } from "./way-words.ts";

export interface LanguageFile extends WayWords {
  /** As those who speak it call it. */
  readonly name: string;
  /** Of the first view. The portal's build makes three scripts of the file: this, `later`, and what `way-words.ts` needs. */
  readonly first: Strings;
  readonly later: LaterStrings;
  /** Of the pages that the agent serves beside the portal. */
  readonly pages: PagesWords;
}

export interface PagesWords {
  readonly terms: { readonly title: string; readonly back: string; readonly none: string };
  readonly own: OwnWords;
  readonly free: FreeWords;
  readonly devices: DevicesWords;
}
