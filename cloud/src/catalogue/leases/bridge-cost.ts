import type { Terms } from "@karibu/protocol/plan";

/**
 * The value of a bridge as a part of its voucher's price: the largest share that it used of any of the plan's limits, rounded up
 * to whole minor units. A plan without limits can't be divided: any use costs all of it.
 */
export function bridgeCostCents(
  terms: Pick<Terms, "dataBytes" | "useSeconds" | "validitySeconds">,
  priceCents: number,
  used: { readonly bytes: number; readonly seconds: number },
): number {
  if (used.bytes === 0 && used.seconds === 0) return 0;
  const limits = [
    [used.bytes, terms.dataBytes],
    [used.seconds, terms.useSeconds ?? terms.validitySeconds],
  ] as const;
  const shares = limits.flatMap(([part, whole]) => (whole === null || whole === 0 ? [] : [part / whole]));
  return Math.ceil(priceCents * (shares.length === 0 ? 1 : Math.min(1, Math.max(...shares))));
}
