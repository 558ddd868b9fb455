/** What is left of a period's price by what is counted in it, whichever is least; to the cent, downwards. Pure. */
import type { Terms } from "@karibu/protocol/plan";

/** Null: nothing is counted. */
export function unusedCentsOf(
  terms: Pick<Terms, "dataBytes" | "useSeconds">,
  use: { readonly usedBytes: number; readonly usedSeconds: number },
  priceCents: number,
): number | null {
  const worth = (used: number, whole: number | null) =>
    whole === null ? [] : [whole <= used ? 0 : Number((BigInt(priceCents) * BigInt(whole - used)) / BigInt(whole))];
  const parts = [...worth(use.usedBytes, terms.dataBytes), ...worth(use.usedSeconds, terms.useSeconds)];
  return parts.length === 0 ? null : Math.min(...parts);
}
