/** Reads JSON that somebody else wrote. Invalid JSON is an ordinary result, not an error. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined: not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null: not JSON, or not an object. A list is no object. */
export function readJsonObject(text: string): JsonObject | null {
  const json = readJson(text);
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
}
