/** "I already paid", from a phone at this site: handed to the hub, which asks the channel itself. Nothing is decided here. */
import { normaliseKenyanPhone } from "@karibu/protocol/phone-number";
import type { ClaimRequest, ProblemCode } from "@karibu/protocol/portal-api";
import { claimPayment } from "@karibu/protocol/rpc/claim-payment";
import type { World } from "@karibu/protocol/world";
import type { PortalParts } from "../portal-parts.ts";

const deadlineMs = 15_000;

export type ClaimOutcome =
  /** `purchaseId` null: the money is the customer's credit. */
  | { readonly kind: "settled"; readonly purchaseId: string | null; readonly planId: string | null }
  | { readonly kind: "asked" }
  | { readonly kind: "refused"; readonly code: ProblemCode; readonly field: string | null };

const refusals = {
  "no-receipt-in-it": { code: "no-receipt", field: "receipt" },
  "bad-phone": { code: "bad-phone", field: "phone" },
  "another-payer": { code: "another-payer", field: "phone" },
  "unknown-receipt": { code: "unknown-receipt", field: "receipt" },
  "too-many": { code: "slow-down", field: null },
} as const;

/** Its money was refunded. */
const givenBack = { code: "revoked", field: "receipt" } as const;

/** @param purchaseId what this device waits for, if it does */
export async function askClaim(
  world: World,
  { hub }: Pick<PortalParts, "hub">,
  claim: ClaimRequest,
  purchaseId: string | null,
): Promise<ClaimOutcome> {
  const refuse = (code: ProblemCode, field: string | null = null): ClaimOutcome => ({ kind: "refused", code, field });
  const phone = normaliseKenyanPhone(claim.phone);
  if (phone === null) return refuse("bad-phone", "phone");
  const { receipt, amountCents } = claim;
  if (receipt === undefined && amountCents === undefined) return refuse("no-receipt", "receipt");
  if (hub.state !== "connected") return refuse("hub-away");
  const what = receipt === undefined ? { amountCents } : { receipt };
  let answer: unknown;
  try {
    const params = { phone, ...what, ...(purchaseId === null ? {} : { purchaseId }) };
    answer = await hub.call(claimPayment.method, params, deadlineMs);
  } catch (error) {
    world.log.warn("claim-not-asked", { error: String(error) });
    return refuse((error as { code?: unknown }).code === "hub/away" ? "hub-away" : "hub-slow");
  }
  const result = claimPayment.result.safeParse(answer);
  if (!result.success) throw new Error("the hub's answer to claim-payment does not fit its schema");
  if (result.data.kind === "refused") {
    const { reason, because } = result.data;
    const { code, field } = because === "given-back" ? givenBack : refusals[reason];
    return refuse(code, field);
  }
  if (result.data.kind === "asked") return { kind: "asked" };
  return { kind: "settled", purchaseId: result.data.purchaseId, planId: result.data.planId ?? null };
}
