/** What a gateway answered, as far as it is an object in JSON; else an empty one. */
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
