/**
 * Reads a decimal amount as minor units, exactly (never as a float). Commas part thousands, and stand nowhere else: where one is the sign before the
 * cents, leaving it out would make a hundred times as much. Null: not an amount, negative, or finer than a cent.
 */
export function readDecimalCents(value: unknown): number | null {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  const [, whole, cents = ""] = /^(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,2})0*)?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  return Number(whole.replaceAll(",", "")) * 100 + Number(cents.padEnd(2, "0"));
}
