/** Reads a decimal amount as minor units, exactly (never as a float). Null: not an amount, negative, or finer than a cent. */
export function readDecimalCents(value: unknown): number | null {
  const text =
    typeof value === "number" ? String(value) : typeof value === "string" ? value.trim().replaceAll(",", "") : "";
  const match = /^(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
