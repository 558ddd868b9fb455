/** All words of all languages at once, for who has them at hand: the agent, whose pages without scripts say what the portal says. */
import * as every from "./every-language.ts";
import type { LanguageFile } from "./language-file.ts";
import type { Language } from "./strings.ts";
import { inWay } from "./way-words.ts";
import type { PayWay, WholeWords } from "./words.ts";

export const languages: Readonly<Record<Language, LanguageFile>> = every;

export function allWords(language: Language, way: PayWay): WholeWords {
  const { first, later, ...ways } = languages[language];
  return inWay({ ...first, ...later }, ways, way);
}
