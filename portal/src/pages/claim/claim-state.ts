/** Reads a claim from the form "I already paid", and decides how long the page repeats it. Pure. */
import type { ClaimWords } from "../../strings/en-later.ts";

type ErrorWords = Pick<ClaimWords, "missing" | "badAmount">;

export type ReadClaim =
  | { readonly kind: "claim"; readonly claim: { receipt: string; amountCents?: number } | { amountCents: number } }
  | { readonly kind: "error"; readonly text: string };

/** The receipt code goes before the amount: it is unique. The amount goes along, for people. Amounts may have cents: `1,250`, `50.50`. */
export function readClaim(receiptText: string, amountText: string, words: ErrorWords): ReadClaim {
  const receipt = receiptText.trim();
  const amount = amountText.replace(/[\s,]|^\s*ksh\.?/gi, "");
  const isAmount = /^\d{1,7}(\.\d{1,2})?$/.test(amount) && Number(amount) > 0;
  const said = isAmount ? { amountCents: Math.round(Number(amount) * 100) } : null;
  if (receipt !== "") return { kind: "claim", claim: { receipt: receipt.slice(0, 600), ...said } };
  if (said !== null) return { kind: "claim", claim: said };
  return { kind: "error", text: amount === "" ? words.missing : words.badAmount };
}

/** Time between two requests with the same claim, while the hub asks the channel. */
const askAgainMs = 20_000;
/** After this time the page tells the customer to ask the owner. */
export const askedLongMs = 180_000;
const askedMaxMs = 15 * 60_000;

/** @returns the delay until the next request; null: no more requests */
export function nextAskMs(askedForMs: number): number | null {
  return askedForMs >= askedMaxMs ? null : askedForMs >= askedLongMs ? 3 * askAgainMs : askAgainMs;
}
