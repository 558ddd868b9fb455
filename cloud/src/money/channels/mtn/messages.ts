/** MTN's answers and callbacks, and what they mean. The reasons of failure are those of its page "Error codes" (Collection). */
import { type JsonObject, readStorableObject } from "@karibu/protocol/foreign-json";
import { cents } from "@karibu/protocol/quantities";
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";
import { readDecimalCents } from "../../../ground/amounts/decimal-amount.ts";
import type { Evidence, EvidenceSource, Read, ReadEvidence } from "../../evidence/evidence.ts";
import { readStoredAnswer } from "../../evidence/stored-answer.ts";
import type { ExpectedOrder } from "../channel-messages.ts";

/** The only currency of the test system. */
export const testCurrency = "EUR";

/** MTN answers 404 for a request that it never took. One whose answer was lost may still be on its way. */
const onItsWayMs = 600_000;

const reasons: Readonly<Record<string, PurchaseFailure>> = {
  NOT_ENOUGH_FUNDS: "no-funds",
  PAYER_LIMIT_REACHED: "limit",
  LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED: "no-funds",
  INTERNAL_PROCESSING_ERROR: "other",
  APPROVAL_REJECTED: "cancelled",
  REJECTED: "cancelled",
  EXPIRED: "expired",
  COULD_NOT_PERFORM_TRANSACTION: "expired",
  PAYER_NOT_FOUND: "unreachable",
  SENDER_ACCOUNT_NOT_ACTIVE: "unreachable",
  NOT_ALLOWED: "merchant-problem",
  NOT_ALLOWED_TARGET_ENVIRONMENT: "merchant-problem",
  INVALID_CURRENCY: "merchant-problem",
  INVALID_CALLBACK_URL_HOST: "merchant-problem",
  PAYEE_NOT_ALLOWED_TO_RECEIVE: "merchant-problem",
  PAYEE_NOT_FOUND: "merchant-problem",
};
/** With these, FAILED is no verdict. */
const undecided = new Set(["PENDING", "ONGOING", "DELAYED", "SERVICE_UNAVAILABLE"]);

/** 202 and nothing else: it was taken. A request may have arrived unless MTN says that it did not: then it is asked about by its name. */
export function readMtnStart(answer: string): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "push-answer";
  const { requestId } = stored;
  const say = (evidence: Evidence): ReadEvidence => ({ evidence, unknownCode: null });
  const failure = (reason: PurchaseFailure) =>
    say({ kind: "failure", source, trust: "fetched", requestId: null, reason });
  if (stored.notSent !== undefined) return failure(stored.notSent === "keys" ? "merchant-problem" : "not-sent");
  // Some refusals of the set-up come as HTTP 500 with a code.
  if (reasons[reasonOf(readStorableObject(stored.body)?.code)] === "merchant-problem")
    return failure("merchant-problem");
  const isLost = stored.status === 0 || stored.status >= 500;
  // 409: a request of this name was taken before.
  // Another 2xx is no word of MTN's about this request (its firewall answers 200 with a page): it may have been sent.
  const isOdd = stored.status >= 200 && stored.status < 300 && stored.status !== 202;
  if (isOdd)
    return {
      evidence: { kind: "unknown", source, why: `HTTP ${stored.status} instead of 202` },
      unknownCode: `HTTP ${stored.status} to a payment request`,
    };
  if (isLost || stored.status === 409 || stored.status === 202)
    return say(
      requestId === undefined
        ? { kind: "unknown", source, why: isLost ? "the answer was lost" : "a request without a name" }
        : { kind: "accepted", source, requestId },
    );
  return failure(stored.status === 429 ? "busy" : "merchant-problem");
}

export function readMtnStatus(answer: string, sinceRequestMs: number, expected: ExpectedOrder): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "order-status";
  const requestId = stored.requestId ?? null;
  const unknown = (why: string, unknownCode: string | null = null): ReadEvidence => ({
    evidence: { kind: "unknown", source, why, early: true },
    unknownCode,
  });
  if (stored.status === 404 && sinceRequestMs >= onItsWayMs) {
    const reason = "not-sent";
    return { evidence: { kind: "failure", source, trust: "fetched", requestId, reason }, unknownCode: null };
  }
  const fields = stored.status === 200 ? readStorableObject(stored.body) : null;
  if (fields === null) return unknown(stored.status === 0 ? "no answer" : `HTTP ${stored.status}`);
  if (fields.externalId !== expected.reference) return unknown("it speaks of another order", "externalId differs");
  if (fields.currency !== expected.currency && fields.currency !== testCurrency)
    return unknown("another currency", `currency ${String(fields.currency)}`);
  return readState(fields, source, requestId) ?? unknown("not decided yet");
}

/** It names no request: the secret in its address does. */
export function readMtnCallback(body: string): Read<ReadEvidence> {
  const fields = readStorableObject(body);
  if (fields === null) return { refused: "not JSON" };
  const read = readState(fields, "stk-callback", null);
  return read === null ? { refused: "it has no verdict" } : { message: read };
}

/** Null: it is not decided. */
function readState(fields: JsonObject, source: EvidenceSource, requestId: string | null): ReadEvidence | null {
  const trust = source === "stk-callback" ? "pushed" : "fetched";
  const reason = reasonOf(fields.reason);
  switch (fields.status) {
    case "SUCCESSFUL": {
      const receipt = receiptOf(fields.financialTransactionId);
      const amountCents = readDecimalCents(fields.amount);
      if (receipt === null || amountCents === null || amountCents === 0)
        return {
          evidence: { kind: "unknown", source, why: "paid, and no receipt or amount" },
          unknownCode: "SUCCESSFUL",
        };
      const paid = { kind: "success", source, trust, requestId, receipt, amountCents: cents(amountCents) } as const;
      return { evidence: paid, unknownCode: null };
    }
    case "FAILED": {
      if (undecided.has(reason)) return null;
      const known = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
      // An unlisted reason may be one that is not final.
      if (known === undefined)
        return {
          evidence: { kind: "unknown", source, why: `FAILED ${reason}`.trim() },
          unknownCode: `FAILED ${reason}`.trim(),
        };
      return { evidence: { kind: "failure", source, trust, requestId, reason: known }, unknownCode: null };
    }
    case "PENDING":
      return null;
    default:
      return {
        evidence: { kind: "unknown", source, why: "no verdict", early: true },
        unknownCode: `status ${String(fields.status)}`,
      };
  }
}

/** A bare word, or `{code, message}`. */
function reasonOf(value: unknown): string {
  if (typeof value === "string") return value;
  const { code } = (typeof value === "object" && value !== null ? value : {}) as JsonObject;
  return typeof code === "string" ? code : "";
}

function receiptOf(value: unknown): string | null {
  const text = typeof value === "number" || typeof value === "string" ? String(value).trim().toUpperCase() : "";
  return /^[A-Z0-9-]{4,40}$/.test(text) ? text : null;
}
