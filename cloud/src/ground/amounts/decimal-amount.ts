/** A decimal amount as minor units, exactly; null when it is none, negative, or finer than a cent. Never through a float. */
export function readDecimalCents(value: unknown): number | null {
  const text =
    typeof value === "number" ? String(value) : typeof value === "string" ? value.trim().replaceAll(",", "") : "";
  const match = /^(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}
