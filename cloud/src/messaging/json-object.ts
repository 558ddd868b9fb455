/** A gateway's answer as a JSON object; an empty object if it is anything else. */
export function jsonObject(text: string): Record<string, unknown> {
  try {
    return objectOr(JSON.parse(text));
  } catch {
    return {};
  }
}

export function objectOr(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
