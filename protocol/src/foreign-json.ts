/** Reads JSON that somebody else wrote. Invalid JSON is an ordinary result, not an error. */

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

function wellFormed(_: string, value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (Object.keys(value).every((name) => name.isWellFormed())) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toWellFormed(), inner]));
}

/** Null: not JSON, or not an object. A list is no object. */
export function readJsonObject(text: string): JsonObject | null {
  const json = readJson(text);
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
}
