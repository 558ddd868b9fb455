/** The search of vouchers by a part of their code. Codes are computed, one by one, so only those of batches whose codes may hold the part are. */
import { normaliseVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { BatchRow } from "./batches.ts";

/** Shorter ones are in too many codes. */
const partLengthMin = 3;

/** What was typed as a part of a code; null: it is none. */
export function codePartOf(typed: string): string | null {
  const part = normaliseVoucherCode(typed.replace(/^…/u, ""));
  return /^[0-9A-Z]+$/.test(part) && part.length >= partLengthMin ? part : null;
}

const symbols = { digits: /^[0-9]*$/, letters: /^[2-9B-DF-HJ-NP-TV-Z]*$/ } as const;

type Shape = Pick<BatchRow, "prefix" | "length" | "alphabet" | "takeoverId">;

/** Some code of this shape may hold the part: it lies in the prefix, behind it, or over its end. */
export function mayHold({ prefix, length, alphabet, takeoverId }: Shape, part: string): boolean {
  // Codes of other systems have no shape.
  if (takeoverId !== null) return true;
  const before = normaliseVoucherCode(prefix);
  if (before.includes(part)) return true;
  const fits = (rest: string) => rest.length <= length && symbols[alphabet].test(rest);
  if (fits(part)) return true;
  for (let shared = 1; shared < part.length; shared++)
    if (before.endsWith(part.slice(0, shared)) && fits(part.slice(shared))) return true;
  return false;
}
