/** Pesapal's answers, and what they mean. */

import { type JsonObject, readStorableObject } from "@karibu/protocol/foreign-json";
import { cents } from "@karibu/protocol/quantities";
import { readDecimalCents } from "../../../ground/amounts/decimal-amount.ts";
import type { HttpAnswer } from "../../../ground/http-client/http-call.ts";
import type { ReadEvidence } from "../../evidence/evidence.ts";
import { readStoredAnswer } from "../../evidence/stored-answer.ts";
import type { RefundAnswer } from "../channel-contract.ts";
import type { ExpectedOrder, RawNotice, ReadNotice } from "../channel-messages.ts";

/** The error's code; null when there is none. `error: null` and an error with empty fields both mean "no error". */
export function pesapalError(fields: JsonObject): string | null {
  const { code, error_type: type } = (fields.error ?? {}) as { code?: unknown; error_type?: unknown };
  const text = [code, type].find((each) => typeof each === "string" && each !== "");
  return typeof text === "string" ? text : null;
}

export function readPesapalStart(answer: string): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "push-answer";
  const unknown = (why: string): ReadEvidence => ({ evidence: { kind: "unknown", source, why }, unknownCode: null });
  const failure = (reason: "merchant-problem" | "not-sent"): ReadEvidence => ({
    evidence: { kind: "failure", source, trust: "fetched", requestId: null, reason },
    unknownCode: null,
  });
  if (stored.notSent !== undefined) return failure(stored.notSent === "keys" ? "merchant-problem" : "not-sent");
  if (stored.status === 0) return unknown("the answer was lost");
  const fields = readStorableObject(stored.body);
  if (fields === null) return unknown(`HTTP ${stored.status}`);
  const { order_tracking_id: requestId, redirect_url: redirectUrl } = fields;
  if (typeof requestId === "string" && requestId !== "") {
    const url = typeof redirectUrl === "string" ? redirectUrl : null;
    return { evidence: { kind: "accepted", source, requestId }, unknownCode: null, redirectUrl: url };
  }
  const error = pesapalError(fields);
  // A refused order has no page, so nobody can pay it.
  return error !== null || stored.status >= 400 ? failure("merchant-problem") : unknown("no order in the answer");
}

/** Status 1 paid, 2 failed, 3 reversed, 0 not yet. `status: "200"` is about the query, not about the money. */
export function readPesapalStatus(answer: string, expected: ExpectedOrder): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "order-status";
  const requestId = stored.requestId ?? null;
  const unknown = (why: string, unknownCode: string | null = null): ReadEvidence => ({
    evidence: { kind: "unknown", source, why, early: true },
    unknownCode,
  });
  const fields = stored.status === 0 ? null : readStorableObject(stored.body);
  if (fields === null) return unknown(stored.status === 0 ? "no answer" : `HTTP ${stored.status}`);
  const code = Number(fields.status_code ?? Number.NaN);
  if (code === 1 || code === 3) {
    const amountCents = readDecimalCents(fields.amount);
    if (fields.merchant_reference !== expected.reference)
      return unknown("it speaks of another order", "merchant_reference differs");
    if (fields.currency !== expected.currency)
      return unknown("another currency", `currency ${String(fields.currency)}`);
    if (amountCents === null || requestId === null) return unknown("no sound amount");
    if (code === 3)
      return { evidence: { kind: "reversal", source, receipt: requestId.toUpperCase() }, unknownCode: null };
    return {
      evidence: {
        kind: "success",
        source,
        trust: "fetched",
        requestId,
        receipt: requestId.toUpperCase(),
        amountCents: cents(amountCents),
      },
      unknownCode: null,
    };
  }
  if (code === 2) {
    const cancelled = /cancel|terminated_by_user/i.test(`${fields.payment_status_code} ${fields.description}`);
    return {
      evidence: { kind: "failure", source, trust: "fetched", requestId, reason: cancelled ? "cancelled" : "other" },
      unknownCode: null,
    };
  }
  if (code === 0 || pesapalError(fields) === "payment_details_not_found") return unknown("not paid yet");
  return unknown("no verdict", Number.isNaN(code) ? pesapalError(fields) : `status_code ${code}`);
}

/** The confirmation code, Pesapal's name of an order's payment. A refund needs it. Null: there is none. */
export function readConfirmationCode(answer: HttpAnswer): string | null {
  const code = readStorableObject(answer.body)?.confirmation_code;
  return typeof code === "string" && code.trim() !== "" ? code.trim() : null;
}

/** Accepted means queued: the merchant approves it at Pesapal. A refusal comes with HTTP 200 and another `status` inside. */
export function readPesapalRefund(answer: HttpAnswer): RefundAnswer {
  const fields = readStorableObject(answer.body);
  if (fields === null || answer.status === 0 || answer.status >= 500) {
    const isRefused = answer.status >= 400 && answer.status < 500;
    return isRefused ? { kind: "refused", why: `HTTP ${answer.status}` } : { kind: "lost" };
  }
  const error = pesapalError(fields);
  if (error === null && answer.status < 400 && String(fields.status) === "200") return { kind: "accepted" };
  return { kind: "refused", why: [error, fields.message].filter(Boolean).join(": ") || `status ${fields.status}` };
}

/** A notice names the order and nothing else that we believe. */
export function readPesapalNotice({ query, body }: RawNotice): ReadNotice {
  const fields: JsonObject = { ...query, ...readStorableObject(body) };
  const orderId = fields.OrderTrackingId ?? fields.orderTrackingId;
  const reference = fields.OrderMerchantReference ?? fields.orderMerchantReference;
  const isSound = typeof orderId === "string" && typeof reference === "string";
  return {
    about: isSound ? { requestId: orderId, reference } : null,
    refusal: isSound ? null : "no order in it",
    answer: {
      status: 200,
      body: {
        orderNotificationType: "IPNCHANGE",
        orderTrackingId: isSound ? orderId : "",
        orderMerchantReference: isSound ? reference : "",
        status: 200,
      },
    },
  };
}
