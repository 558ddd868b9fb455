import { en, type Strings } from "./en.ts";
import { sw } from "./sw.ts";

export type Locale = "en" | "sw";
const languages: Record<Locale, Strings> = { en, sw };

let current: Locale = "en";
const listeners = new Set<() => void>();

/** Everything on the screen that shows words is drawn again. */
export function setLocale(locale: Locale): void {
  current = locale;
  document.documentElement.lang = locale;
  for (const listener of listeners) listener();
}

/** Calls `listener` after another language was chosen, until the returned function is called. */
export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function locale(): Locale {
  return current;
}

/** The sentence for `key` in the chosen language; `{count}` and the like are filled in. */
export function say(key: keyof Strings, values: Readonly<Record<string, string | number>> = {}): string {
  return languages[current][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The sentence for a key that the hub names. A key that this console does not know is shown as it is. */
export function sayNamed(key: string): string {
  return Object.hasOwn(en, key) ? say(key as keyof Strings) : key;
}

/** The text of a value of the hub: `state`, `paid-twice` -> `state_paid_twice`. A value without a text is shown as it is. */
export function word(kind: string, value: string): string {
  const key = `${kind}_${value.replaceAll("-", "_")}`;
  return Object.hasOwn(en, key) ? say(key as keyof Strings) : value.replaceAll(/[-_]/g, " ");
}
