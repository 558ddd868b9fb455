/** JSON that strangers send. What is none is an answer like any other, and no error of ours. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Undefined: no JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Null: no JSON, or no object. */
export function readJsonObject(text: string): JsonObject | null {
  const json = readJson(text);
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : null;
}
