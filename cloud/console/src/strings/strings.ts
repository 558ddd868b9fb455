import { en, type Strings } from "./en.ts";

export type Locale = "en" | "sw";

let current: Locale = "en";
let words: Strings = en;
let wanted: Locale = "en";
const listeners = new Set<() => void>();

/**
 * Everything on the screen that shows words is drawn again. English comes with the console, the other words are fetched. Rejects while they
 * can't be: the language stays as it was. The last choice stands, also where the words of an earlier one arrive after it.
 * @param extent `first`: what log-in, frame and Home say. Who shows another page waits for `restOfWords`
 */
export async function setLocale(locale: Locale, extent: "all" | "first" = "all"): Promise<void> {
  wanted = locale;
  try {
    const fetched = locale === "en" ? en : (await import("./sw.ts")).sw;
    if (extent === "all") await restOfWords();
    if (wanted !== locale) return;
    words = fetched;
  } catch (error) {
    // No page of the language that stays waits for words of the other.
    if (wanted === locale) wanted = current;
    throw error;
  }
  current = locale;
  document.documentElement.lang = locale;
  for (const listener of listeners) listener();
}

/** English ones come with each script; the others come once, for all other pages together. Rejects while they can't be fetched. */
export async function restOfWords(): Promise<void> {
  if (wanted === "sw") await import("./sw-rest.ts");
}

/** Calls `listener` after another language was chosen, until the returned function is called. */
export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function locale(): Locale {
  return current;
}

type Values = Readonly<Record<string, string | number>>;

/**
 * The sentence for `key` in the chosen language. `{count}` and the like are filled in; of `{count:row|rows}` the first form stands
 * for one, the second for any other number, by the rules of that language.
 * A name in it can't turn the sentence around: signs that set the direction of text are left out of values.
 */
export function say(key: keyof Strings, values: Values = {}): string {
  const sentence: string | undefined = words[key];
  return sentence === undefined ? fetchMissing(key) : fillIn(sentence, current, values);
}

/** In which languages what was missing is being fetched, or was. */
const fetching = new Set<Locale>();

/** Nothing, rather than a key; and what is on the screen is drawn again when the words are there. Offline: the next drawing tries again. */
function fetchMissing(key: string): string {
  const language = current;
  if (fetching.has(language)) return "";
  fetching.add(language);
  const more: Promise<unknown> = language === "en" ? import("./every-word.ts") : restOfWords();
  more.then(
    () => {
      // The page should have brought it. What no language has is a value that a newer hub knows.
      // biome-ignore lint/suspicious/noConsole: said to who builds the console; nobody else misses anything
      if (language === "en" && Object.hasOwn(en, key)) console.warn(`fetched, for this page came without it: ${key}`);
      for (const listener of listeners) listener();
    },
    () => fetching.delete(language),
  );
  return "";
}

/** Before a refusal of the hub is shown. Never rejects: while they can't be fetched, it is said in the hub's words. */
export function fetchRefusals(): Promise<unknown> {
  return Promise.all([import("./problem-words.ts"), restOfWords()]).catch(() => {});
}

/** Exported for its test. */
export function fillIn(sentence: string, language: Locale, values: Values): string {
  return sentence
    .replace(/\{(\w+):([^|{}]*)\|([^{}]*)\}/g, (_, name: string, one: string, other: string) =>
      pluralRules[language].select(numberOf(values[name])) === "one" ? one : other,
    )
    .replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole).replaceAll(directionSigns, ""));
}

/** U+202A to U+202E and U+2066 to U+2069: one that is not closed in a name rules the rest of the sentence. */
const directionSigns = /[\u202a-\u202e\u2066-\u2069]/g;

const pluralRules: Readonly<Record<Locale, Intl.PluralRules>> = {
  en: new Intl.PluralRules("en"),
  sw: new Intl.PluralRules("sw"),
};

/** Numbers come as they are written too: `10,000+` is more than one. */
function numberOf(value: string | number | undefined): number {
  return typeof value === "number" ? value : Number(String(value).replaceAll(/[,+]/g, ""));
}

/** The sentence for a key that the hub names. One that this console does not know is written in plain words. */
export function sayNamed(key: string): string {
  if (Object.hasOwn(words, key)) return say(key as keyof Strings);
  fetchMissing(key);
  return key.replaceAll(/(?<=[a-z])([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The text of a value of the hub: `state`, `paid-twice` -> `state_paid_twice`. A value without a text is shown as it is. */
export function word(kind: string, value: string, values: Values = {}): string {
  const key = `${kind}_${value.replaceAll("-", "_")}`;
  if (!Object.hasOwn(words, key)) fetchMissing(key);
  return wordOr(kind, value, value.replaceAll(/[-_]/g, " "), values);
}

/** The same, with what stands there for a value without a text: a newer hub may know more of them than this console. */
export function wordOr(kind: string, value: string, unknown: string, values: Values = {}): string {
  const key = `${kind}_${value.replaceAll("-", "_")}`;
  return Object.hasOwn(words, key) ? say(key as keyof Strings, values) : unknown;
}
