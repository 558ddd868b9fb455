/** The tags of the portal's languages, for who needs none of their words. */
import type { Language } from "./strings.ts";

export const languageTags: Readonly<Record<Language, true>> = { en: true, fr: true, sw: true };
