/** What a customer typed into "I already paid", as a claim; and how long the page goes on asking. Pure. */
import type { ClaimWords } from "../../strings/claim-words.ts";

export type ReadClaim =
  | { readonly kind: "claim"; readonly claim: { receipt: string } | { amountCents: number } }
  | { readonly kind: "complaint"; readonly text: string };

/** The code goes before the amount: it says more. Amounts are whole shillings, or with cents: `1,250`, `50.50`. */
export function readClaim(receiptText: string, amountText: string, words: ClaimWords): ReadClaim {
  const receipt = receiptText.trim();
  if (receipt !== "") return { kind: "claim", claim: { receipt: receipt.slice(0, 600) } };
  const amount = amountText.replace(/[\s,]|^\s*ksh\.?/gi, "");
  if (amount === "") return { kind: "complaint", text: words.missing };
  if (!/^\d{1,7}(\.\d{1,2})?$/.test(amount) || Number(amount) === 0)
    return { kind: "complaint", text: words.badAmount };
  return { kind: "claim", claim: { amountCents: Math.round(Number(amount) * 100) } };
}

/** The same claim again, while the channel is being asked. */
export const askAgainMs = 20_000;
/** After this the page says that people are to be asked now. */
export const askedLongMs = 180_000;
const askedMaxMs = 15 * 60_000;

/** @returns when to ask once more; null: enough */
export function nextAskMs(askedForMs: number): number | null {
  return askedForMs >= askedMaxMs ? null : askedForMs >= askedLongMs ? 3 * askAgainMs : askAgainMs;
}
