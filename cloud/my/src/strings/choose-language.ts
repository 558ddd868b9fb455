/** Which language the page speaks. Pure. */
import type { Words } from "./en.ts";
import * as every from "./every-language.ts";

export type Language = keyof typeof every;
export const languages: Readonly<Record<Language, Words>> = every;
export const languageNames = Object.keys(every).sort() as Language[];

/** `fr-CD` as one of ours; null: we have it not. */
export function languageOf(tag: string | null): Language | null {
  const start = (tag ?? "").slice(0, 2).toLowerCase();
  return Object.hasOwn(every, start) ? (start as Language) : null;
}

/** A language of the browser's, if it is not English, in which most phones here are sold; null: the provider's is the better guess. */
export const spokenBy = (tags: readonly string[]): Language | null =>
  tags.map(languageOf).find((one) => one !== null && one !== "en") ?? null;
