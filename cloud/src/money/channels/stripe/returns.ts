/** Money that went back, as Stripe lists it: refunds and disputes. */
import { type JsonObject, readStorableObject } from "@karibu/protocol/foreign-json";
import type { HttpAnswer } from "../../../ground/http-client/http-call.ts";
import type { ReturnedMoney } from "../channel-contract.ts";
import { fromStripeAmount } from "./amounts.ts";

/** One page of a list; null: it is none. */
export function readStripeList({ status, body }: HttpAnswer): {
  readonly items: readonly JsonObject[];
  readonly hasMore: boolean;
} | null {
  const read = status === 200 ? readStorableObject(body) : null;
  return read === null || !Array.isArray(read.data)
    ? null
    : { items: read.data as JsonObject[], hasMore: read.has_more === true };
}

/**
 * A refund has left us when it succeeded; one that failed or was cancelled afterwards is back in the balance. A dispute takes its sum out
 * of the balance when it is opened, except for a mere inquiry (`warning_…`); what was won is back.
 * Null: no money has moved (yet), or it does not name a payment.
 */
export function readStripeReturn(kind: ReturnedMoney["kind"], object: JsonObject): ReturnedMoney | null {
  const { id, payment_intent: receipt, currency, amount, status, metadata } = object;
  const state = stateOf(String(status));
  const amountCents = fromStripeAmount(amount, String(currency));
  if (typeof id !== "string" || typeof receipt !== "string" || state === null || amountCents === null) return null;
  const refund = (metadata as JsonObject | null | undefined)?.refund;
  const refundId = kind === "refund" && typeof refund === "string" && refund !== "" ? refund : null;
  return { kind, id, receipt, amountCents, currency: String(currency).toUpperCase(), state, refundId };
}

const leftUs = new Set(["succeeded", "needs_response", "under_review", "lost"]);
const cameBack = new Set(["failed", "canceled", "won"]);

function stateOf(status: string): ReturnedMoney["state"] | null {
  if (leftUs.has(status)) return "left-us";
  return cameBack.has(status) ? "came-back" : null;
}
