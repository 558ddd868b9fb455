/** Airtel's answers and notices, and what they mean. */
import { type JsonObject, readStorableObject } from "@karibu/protocol/foreign-json";
import { cents } from "@karibu/protocol/quantities";
import type { PurchaseFailure } from "@karibu/protocol/rpc/purchase-state";
import type { Evidence, ReadEvidence } from "../../evidence/evidence.ts";
import { readStoredAnswer } from "../../evidence/stored-answer.ts";
import type { ExpectedOrder, RawNotice, ReadNotice } from "../channel-messages.ts";
import { classifyAirtel } from "./codes.ts";

/** How long Airtel may not know a payment that it was asked for. */
const notKnownYetMs = 3_600_000;

const sub = (fields: JsonObject | null, name: string): JsonObject =>
  (typeof fields?.[name] === "object" && fields[name] !== null ? fields[name] : {}) as JsonObject;
const textOf = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;

interface AirtelAnswer {
  readonly success: boolean | null;
  /** `response_code` is about the payment; `result_code` is about the call, where there is no other. */
  readonly codes: readonly string[];
  readonly transaction: { readonly id: string | null; readonly status: string | null; readonly receipt: string | null };
}

/** Null: no answer of Airtel's shape. */
function readAnswer(body: string): AirtelAnswer | null {
  const fields = readStorableObject(body);
  if (fields === null || (fields.status === undefined && fields.data === undefined)) return null;
  const status = sub(fields, "status");
  const transaction = sub(sub(fields, "data"), "transaction");
  return {
    success: typeof status.success === "boolean" ? status.success : null,
    codes: [status.response_code, status.result_code].flatMap((code) => textOf(code) ?? []),
    transaction: {
      id: textOf(transaction.id),
      status: textOf(transaction.status),
      receipt: textOf(transaction.airtel_money_id),
    },
  };
}

/** The first code that says something. */
function verdictOf({ codes }: AirtelAnswer) {
  const verdicts = codes.map((code) => ({ code, verdict: classifyAirtel(code) }));
  return verdicts.find(({ verdict }) => verdict.kind !== "unknown") ?? verdicts[0] ?? null;
}

/** A request may have arrived unless Airtel says that it did not: then it is asked about, by the name that we gave it. */
export function readAirtelStart(answer: string): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "push-answer";
  const failure = (reason: PurchaseFailure): ReadEvidence => ({
    evidence: { kind: "failure", source, trust: "fetched", requestId: null, reason },
    unknownCode: null,
  });
  if (stored.notSent !== undefined) return failure(stored.notSent === "keys" ? "merchant-problem" : "not-sent");
  const { requestId } = stored;
  const mayBeSent = (why: string, unknownCode: string | null = null): ReadEvidence => ({
    evidence: requestId === undefined ? { kind: "unknown", source, why } : { kind: "accepted", source, requestId },
    unknownCode,
  });
  if (stored.status === 0 || stored.status >= 500 || stored.status === 408) return mayBeSent("the answer was lost");
  const read = readAnswer(stored.body);
  if (read === null) return stored.status >= 400 ? failure("merchant-problem") : mayBeSent("no answer of Airtel's");
  if (read.success === true) {
    const other = read.transaction.id !== null && read.transaction.id !== requestId;
    return mayBeSent("accepted", other ? "transaction.id differs" : null);
  }
  const found = verdictOf(read);
  if (found?.verdict.kind === "failed") return failure(found.verdict.reason);
  if (found === null && stored.status >= 400) return failure("merchant-problem");
  return mayBeSent("not decided", found?.verdict.kind === "unknown" ? found.code : null);
}

/**
 * TS paid, TF failed, TE expired; TA, TIP and TI are not decided. No amount is stated: a request is paid as a whole or not at all, so a paid
 * one was paid as it was asked for.
 */
export function readAirtelPayment(answer: string, sinceRequestMs: number, expected: ExpectedOrder): ReadEvidence {
  const stored = readStoredAnswer(answer);
  const source = "order-status";
  const requestId = stored.requestId ?? null;
  const say = (evidence: Evidence): ReadEvidence => ({ evidence, unknownCode: null });
  const unknown = (why: string, unknownCode: string | null = null): ReadEvidence => ({
    evidence: { kind: "unknown", source, why, early: true },
    unknownCode,
  });
  const failed = (reason: PurchaseFailure) => say({ kind: "failure", source, trust: "fetched", requestId, reason });
  const read = stored.status === 0 || stored.status >= 500 ? null : readAnswer(stored.body);
  if (read === null) return unknown(stored.status === 0 ? "no answer" : `HTTP ${stored.status}`);
  const { id, status, receipt } = read.transaction;
  const found = verdictOf(read);
  if (status === null) {
    if (found?.verdict.kind !== "not-found") return unknown("no payment in the answer", found?.code ?? null);
    return sinceRequestMs < notKnownYetMs ? unknown("Airtel does not know it yet") : failed("not-sent");
  }
  if (id !== expected.reference) return unknown("it speaks of another payment", "transaction.id differs");
  if (status === "TS") {
    if (receipt === null || requestId === null) return unknown("paid, and no receipt", "TS without airtel_money_id");
    const amountCents = cents(expected.amountCents);
    return say({ kind: "success", source, trust: "fetched", requestId, receipt: receipt.toUpperCase(), amountCents });
  }
  if (status === "TF") return failed(found?.verdict.kind === "failed" ? found.verdict.reason : "other");
  if (status === "TE") return failed("expired");
  return unknown("not decided yet", ["TA", "TIP", "TI"].includes(status) ? null : `status ${status}`);
}

/** A notice has no amount, may be early, and anybody who knows the address can send one: it says which payment to ask about. */
export function readAirtelNotice({ body }: RawNotice): ReadNotice {
  const requestId = textOf(sub(readStorableObject(body), "transaction").id);
  return {
    about: requestId === null ? null : { requestId },
    refusal: requestId === null ? "no payment in it" : null,
    answer: { status: 200, body: {} },
  };
}
