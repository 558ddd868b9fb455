/** Reads JSON that somebody else wrote. Invalid JSON is an ordinary result, not an error. */
import { storableText } from "./whole-text.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** An escape of JSON for one half of a surrogate pair; or such a half as it stands. */
const halfPair = /\\ud[89a-f]|[\ud800-\udfff]/i;

/** Undefined: not JSON. Half a surrogate pair, which JSON can write and no database store, is read as U+FFFD. */
export function readJson(text: string): unknown {
  try {
    return halfPair.test(text) ? JSON.parse(text, wellFormed) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const wellFormed = mendedBy((text) => text.toWellFormed());

function mendedBy(mend: (text: string) => string) {
  return (_: string, value: unknown): unknown => {
    if (typeof value === "string") return mend(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    if (Object.keys(value).every((name) => mend(name) === name)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [mend(name), inner]));
  };
}

/** Null: not JSON, or not an object. A list is no object. */
export const readJsonObject = (text: string): JsonObject | null => asObject(readJson(text));

/** The same where what is in it goes to the database: U+0000, too, is read as U+FFFD. */
export function readStorableJson(text: string): unknown {
  if (!text.includes("\\u0000")) return readJson(text);
  try {
    return JSON.parse(text, mendedBy(storableText));
  } catch {
    return undefined;
  }
}

export const readStorableObject = (text: string): JsonObject | null => asObject(readStorableJson(text));

const asObject = (json: unknown): JsonObject | null =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
