/** "I already paid": hands a phone's claim to the hub, which asks the payment channel. Nothing is decided here. */
import { saleCodesIn } from "@karibu/protocol/codes/sale-code";
import { Fault } from "@karibu/protocol/fault";
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import type { ClaimRequest, ProblemCode } from "@karibu/protocol/portal-api";
import { type ClaimPaymentResult, claimPayment } from "@karibu/protocol/rpc/claim-payment";
import type { World } from "@karibu/protocol/world";
import type { CustomerParts } from "./customer-parts.ts";

const deadlineMs = 15_000;

export type PaidClaimOutcome =
  /** The money was found. `purchaseId` null: it is the customer's credit. */
  | { readonly kind: "settled"; readonly purchaseId: string | null; readonly planId: string | null }
  /** `noted`: nobody can be asked; people of the provider must look for it. */
  | { readonly kind: "asked" | "noted" }
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly field: string | null };

const refusals = {
  "no-receipt-in-it": { code: "no-receipt", field: "receipt" },
  "bad-phone": { code: "bad-phone", field: "phone" },
  "another-payer": { code: "another-payer", field: "phone" },
  "unknown-receipt": { code: "unknown-receipt", field: "receipt" },
  "too-many": { code: "slow-down", field: null },
} as const;

/** More exact words of newer hubs, beside `unknown-receipt`. */
const exact = { "given-back": "revoked", expired: "expired" } as const;

/** `purchaseId`: the purchase that this device waits for; null: none. */
export async function claimPaid(
  world: World,
  { hub, feed }: Pick<CustomerParts, "hub" | "feed">,
  claim: ClaimRequest,
  purchaseId: string | null,
): Promise<PaidClaimOutcome> {
  const refuse = (code: ProblemCode, field: string | null = null): PaidClaimOutcome => ({
    kind: "refused",
    code,
    field,
  });
  const phone = normalisePhone(claim.phone, countryOfCurrency(feed.rows("provider").get("provider")?.currency));
  const { receipt, amountCents } = claim;
  if (phone === null) {
    // Our own message needs no number. The site hears of a sale moments after the phone does.
    const isOurs = claim.phone.trim() === "" && receipt !== undefined && saleCodesIn(receipt).length > 0;
    return isOurs ? refuse("sale-not-here-yet", "receipt") : refuse("bad-phone", "phone");
  }
  if (receipt === undefined && amountCents === undefined) return refuse("no-receipt", "receipt");
  if (hub.state !== "connected") return refuse("hub-away");
  // With a receipt the amount decides nothing: people see it beside the claim.
  const what = {
    ...(receipt === undefined ? {} : { receipt }),
    ...(amountCents === undefined ? {} : { amountCents }),
  };
  let result: ClaimPaymentResult;
  try {
    const params = { phone, ...what, ...(purchaseId === null ? {} : { purchaseId }) };
    result = await hub.call(claimPayment, params, deadlineMs);
  } catch (error) {
    const code = error instanceof Fault ? error.code : null;
    if (code === "hub/bad-answer") throw error;
    world.log.warn("claim-not-asked", { error: String(error) });
    return refuse(code === "hub/away" ? "hub-away" : "hub-slow");
  }
  if (result.kind === "refused") {
    const { reason, because } = result;
    if (because === "given-back" || because === "expired") return refuse(exact[because], "receipt");
    const { code, field } = refusals[reason];
    return refuse(code, field);
  }
  if (result.kind === "asked") return { kind: result.noted === true ? "noted" : "asked" };
  return { kind: "settled", purchaseId: result.purchaseId, planId: result.planId ?? null };
}
