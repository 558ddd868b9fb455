/** Stripe's answers, events and signatures. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { type JsonObject, readStorableObject } from "@karibu/protocol/foreign-json";
import { cents } from "@karibu/protocol/quantities";
import type { ReadEvidence } from "../../evidence/evidence.ts";
import { readStoredAnswer } from "../../evidence/stored-answer.ts";
import type { ExpectedOrder, RawNotice, ReadNotice } from "../channel-messages.ts";
import { fromStripeAmount } from "./amounts.ts";

const toleranceSeconds = 300;

export function readStripeStart(answer: string): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "push-answer";
  const unknown = (why: string): ReadEvidence => ({ evidence: { kind: "unknown", source, why }, unknownCode: null });
  if (stored.notSent !== undefined || (stored.status >= 400 && stored.status < 500 && stored.status !== 429)) {
    const reason = stored.notSent === "away" ? "not-sent" : "merchant-problem";
    return { evidence: { kind: "failure", source, trust: "fetched", requestId: null, reason }, unknownCode: null };
  }
  if (stored.status === 0) return unknown("the answer was lost");
  const { id, url } = readStorableObject(stored.body) ?? {};
  if (typeof id !== "string" || !id.startsWith("cs_")) return unknown(`HTTP ${stored.status}`);
  const redirectUrl = typeof url === "string" ? url : null;
  return { evidence: { kind: "accepted", source, requestId: id }, unknownCode: null, redirectUrl };
}

/** A session as Stripe shows it now. `complete` is not `paid`: some payment methods take days. */
export function readStripeSession(answer: string, expected: ExpectedOrder): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "order-status";
  const requestId = stored.requestId ?? null;
  const unknown = (why: string, unknownCode: string | null = null): ReadEvidence => ({
    evidence: { kind: "unknown", source, why, early: true },
    unknownCode,
  });
  const fields = stored.status === 200 ? readStorableObject(stored.body) : null;
  if (fields === null) return unknown(stored.status === 0 ? "no answer" : `HTTP ${stored.status}`);
  if (fields.id !== requestId || fields.client_reference_id !== expected.reference)
    return unknown("it speaks of another session", "another session");
  if (fields.payment_status === "paid") {
    const { amount_total: amount, currency, payment_intent: receipt } = fields;
    if (String(currency).toUpperCase() !== expected.currency)
      return unknown("another currency", `currency ${String(currency)}`);
    const amountCents = fromStripeAmount(amount, expected.currency);
    if (amountCents === null || typeof receipt !== "string") return unknown("no sound amount");
    return {
      evidence: { kind: "success", source, trust: "fetched", requestId, receipt, amountCents: cents(amountCents) },
      unknownCode: null,
    };
  }
  if (fields.status === "expired") {
    return { evidence: { kind: "failure", source, trust: "fetched", requestId, reason: "expired" }, unknownCode: null };
  }
  return fields.status === "open" || fields.status === "complete"
    ? unknown("not paid yet")
    : unknown("no verdict", `session status ${String(fields.status)}`);
}

/** Compares each `v1` in constant time; refuses old and future signatures. `raw` is the body before any parsing. */
export function isStripeSignature(header: string, raw: string, secret: string, nowMs: number): boolean {
  const parts = header.split(",").map((part) => part.trim().split("=", 2) as [string, string?]);
  const stamp = parts.find(([name]) => name === "t")?.[1] ?? "";
  if (!/^\d{1,12}$/.test(stamp) || Math.abs(nowMs / 1000 - Number(stamp)) > toleranceSeconds) return false;
  const expected = createHmac("sha256", secret).update(`${stamp}.${raw}`).digest();
  return parts.some(([name, value]) => {
    if (name !== "v1" || value === undefined || !/^[0-9a-f]{64}$/.test(value)) return false;
    return timingSafeEqual(Buffer.from(value, "hex"), expected);
  });
}

/** What an event is about. We do not believe its content: the session is read again. */
export function readStripeEvent(body: string): {
  readonly type: string;
  readonly sessionId: string | null;
  /** What we called the session when we made it. */
  readonly reference: string | null;
  readonly paymentIntent: string | null;
} | null {
  const event = readStorableObject(body);
  const object = ((event?.data as JsonObject | undefined)?.object ?? null) as JsonObject | null;
  if (event === null || typeof event.type !== "string" || object === null) return null;
  const id = typeof object.id === "string" ? object.id : "";
  const paymentIntent = typeof object.payment_intent === "string" ? object.payment_intent : null;
  const reference = typeof object.client_reference_id === "string" ? object.client_reference_id : null;
  return { type: event.type, sessionId: id.startsWith("cs_") ? id : null, reference, paymentIntent };
}

/** A signed event names the session, or a payment of one. */
export function readStripeNotice({ body, signature, keys }: RawNotice, nowMs: number): ReadNotice {
  const { webhookSecret = null } = keys();
  const isSigned = webhookSecret !== null && isStripeSignature(signature ?? "", body, webhookSecret, nowMs);
  if (!isSigned) {
    const answer = { status: 400, body: { error: "signature" } };
    return { about: null, refusal: "its signature is wrong or old", answer };
  }
  const event = readStripeEvent(body);
  const answer = { status: 200, body: { received: true } };
  if (event === null) return { about: null, refusal: "no event of a session", answer };
  const { type, sessionId, reference, paymentIntent } = event;
  if (sessionId !== null) return { about: { requestId: sessionId, reference }, refusal: null, answer };
  const about = paymentIntent === null ? null : { receipt: paymentIntent };
  const returns = /^(charge\.refund|refund\.|charge\.dispute\.)/.test(type) ? ({ returns: true } as const) : {};
  return { about, refusal: null, answer, ...returns };
}
