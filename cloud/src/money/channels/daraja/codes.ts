/**
 * What Daraja's codes mean for money. The code counts, the text does not: one payment gave 1037 with two different texts. A
 * wrong "still unknown" costs minutes, a wrong "failed" costs a customer, a wrong "paid" costs money. So a code that is not in
 * these tables leaves the payment unknown.
 */
import type { ChannelTrouble, FailureReason } from "../../evidence/evidence.ts";
import type { InitiatorRefusal } from "../initiator-rules.ts";

/** The verdict of an M-Pesa result code, in a callback or a query answer. */
export type ResultVerdict =
  | { readonly kind: "success" }
  | { readonly kind: "failure"; readonly reason: FailureReason; readonly retryAfterSeconds: number }
  /** A repetition can't help until the provider's operator changes something. This attempt moved no money. */
  | { readonly kind: "merchant-problem"; readonly hint: string; readonly trouble: ChannelTrouble["reason"] }
  | { readonly kind: "unknown"; readonly listed: boolean };

const failure = (reason: FailureReason, retryAfterSeconds = 0): ResultVerdict => ({
  kind: "failure",
  reason,
  retryAfterSeconds,
});
const merchant = (trouble: ChannelTrouble["reason"], hint: string): ResultVerdict => ({
  kind: "merchant-problem",
  hint,
  trouble,
});

/** Results of prompts (STK push). Codes are compared as text: some are words. */
export const resultCodes: Readonly<Record<string, ResultVerdict>> = {
  "0": { kind: "success" },
  "1": failure("no-funds"),
  "2": failure("limit"),
  "3": failure("limit"),
  "4": failure("limit", 86_400),
  "8": merchant("balance-limit", "the paybill or till is at its balance limit: withdraw to the bank"),
  "17": failure("busy", 120),
  "26": failure("system-busy", 60),
  "1001": failure("busy", 120),
  "1019": failure("expired"),
  "1025": failure("not-sent", 60),
  "1032": failure("cancelled"),
  "1037": failure("unreachable"),
  "2001": failure("wrong-pin"),
  "2028": merchant("transaction-type", "the transaction type does not fit the short code (paybill or till)"),
  "4999": { kind: "unknown", listed: true },
  "8006": failure("pin-locked"),
  "9999": failure("not-sent", 60),
  SFC_IC0003: merchant("receiving-party", "the receiving party does not fit the short code (paybill or till)"),
};

/**
 * @param text the description that came with the code. It counts for one thing only: a non-zero query answer that says "being
 *   processed" or "under processing" is no verdict.
 */
export function classifyResult(code: string, text = ""): ResultVerdict {
  const verdict = Object.hasOwn(resultCodes, code) ? (resultCodes[code] as ResultVerdict) : undefined;
  if (verdict === undefined) return { kind: "unknown", listed: false };
  if (verdict.kind !== "success" && /(under|being) process/i.test(text)) return { kind: "unknown", listed: true };
  return verdict;
}

/**
 * Result codes about the initiator and its credential, or about the short code that it acts for. They say nothing about the
 * money that was asked about, and nothing about the keys that sell.
 */
export const initiatorCodes: Readonly<Record<string, InitiatorRefusal>> = {
  "2001": { reason: "name-or-password", stops: "everything" },
  "8006": { reason: "locked", stops: "everything" },
  "21": { reason: "no-permission", stops: "questions" },
  TP40153: { reason: "no-permission", stops: "questions" },
  "25": { reason: "bad-request", stops: "questions" },
  "11": { reason: "short-code", stops: "questions" },
  "2006": { reason: "short-code", stops: "questions" },
  "2028": { reason: "short-code", stops: "questions" },
};

export function initiatorRefusal(code: string): InitiatorRefusal | null {
  return Object.hasOwn(initiatorCodes, code) ? (initiatorCodes[code] as InitiatorRefusal) : null;
}

/** Codes that M-Pesa gives only after it has accepted the initiator's name and password. */
const afterLogIn = new Set(["0", "2032", "R000001", "R000002"]);

export const provesInitiator = (code: string): boolean => afterLogIn.has(code);

/** Final result codes of a reversal or a payout: no money moved. Any other code but success says nothing. */
const refundFailures = {
  reversal: new Set(["1", "11", "21", "2001", "2006", "2028", "8006", "R000002"]),
  payout: new Set(["1", "2", "3", "4", "8", "11", "21", "2001", "2006", "2028", "2040", "8006", "SFC_IC0003"]),
} as const;

/** The verdict of a result about money that we sent. A reversal of a payment that is already reversed (R000001) is done. */
export function classifyRefundResult(kind: "reversal" | "payout", code: string): "done" | "failed" | "unknown" {
  if (code === "0" || (kind === "reversal" && code === "R000001")) return "done";
  return refundFailures[kind].has(code) ? "failed" : "unknown";
}

/** What an error answer means. */
export type ErrorVerdict =
  /** Our call may be repeated (a prompt only if nothing can have reached a phone). It says nothing about the payment. */
  | { readonly kind: "retryable"; readonly afterSeconds: number }
  | { readonly kind: "token" }
  | { readonly kind: "failure"; readonly reason: FailureReason }
  | { readonly kind: "merchant-problem"; readonly hint: string; readonly trouble?: ChannelTrouble["reason"] }
  | { readonly kind: "unknown" };

export type DarajaCall = "token" | "prompt" | "query";

interface ErrorRow {
  readonly code: string;
  /** The row applies to this call only. Left out: to all. */
  readonly call?: DarajaCall;
  /** The row applies only when the text fits. Left out: always. */
  readonly text?: RegExp;
  readonly verdict: ErrorVerdict;
}

const unknown: ErrorVerdict = { kind: "unknown" };
const token: ErrorVerdict = { kind: "token" };
const problem = (hint: string, trouble?: ChannelTrouble["reason"]): ErrorVerdict => ({
  kind: "merchant-problem",
  hint,
  ...(trouble === undefined ? {} : { trouble }),
});
const retry = (afterSeconds: number): ErrorVerdict => ({ kind: "retryable", afterSeconds });

/** The first row that fits decides. */
const errorRows: readonly ErrorRow[] = [
  { code: "400.002.02", call: "query", text: /CheckoutRequestID/i, verdict: unknown }, // asked too early
  { code: "400.002.02", text: /PhoneNumber|PartyA/i, verdict: { kind: "failure", reason: "other" } },
  { code: "400.002.02", text: /Amount/i, verdict: { kind: "failure", reason: "limit" } },
  {
    code: "400.002.02",
    verdict: problem("Daraja refuses a field of the request: check short code, passkey and callback URL"),
  },
  { code: "400.002.05", verdict: problem("Daraja can't read the request") },
  { code: "400.003.02", verdict: problem("Daraja refuses the request") },
  { code: "400.008.01", verdict: problem("wrong kind of authentication for the token") },
  { code: "400.008.02", verdict: problem("wrong grant type for the token") },
  { code: "404.001.03", verdict: token },
  { code: "401.003.01", verdict: token },
  { code: "400.003.01", verdict: token },
  { code: "401.002.01", verdict: token },
  { code: "401.001", verdict: token },
  { code: "404.001.01", verdict: problem("Daraja does not know the address: check the environment") },
  { code: "404.002.01", verdict: problem("Daraja does not know the address: check the environment") },
  { code: "404.003.01", verdict: problem("Daraja does not know the address: check the environment") },
  { code: "404.001.04", verdict: problem("invalid authentication header") },
  { code: "405.001", verdict: problem("method not allowed") },
  { code: "403.002.1001", verdict: problem("the app may not initiate this: enable the product on the portal") },
  {
    code: "500.001.1001",
    call: "prompt",
    text: /merchant does not exist/i,
    verdict: problem("the short code is not known to Daraja", "short-code"),
  },
  {
    code: "500.001.1001",
    call: "prompt",
    text: /wrong credentials/i,
    verdict: problem("the passkey does not fit the short code", "passkey"),
  },
  {
    code: "500.001.1001",
    call: "prompt",
    text: /unable to lock subscriber/i,
    verdict: { kind: "failure", reason: "busy" },
  },
  { code: "500.001.1001", verdict: unknown },
  { code: "500.002.1001", verdict: unknown },
  { code: "500.003.02", call: "query", verdict: retry(15) },
  { code: "500.003.02", call: "prompt", verdict: { kind: "failure", reason: "system-busy" } },
  { code: "500.003.03", call: "query", verdict: retry(60) },
  { code: "500.003.03", call: "prompt", verdict: { kind: "failure", reason: "system-busy" } },
  { code: "policies.ratelimit.SpikeArrestViolation", call: "query", verdict: retry(15) },
  {
    code: "policies.ratelimit.SpikeArrestViolation",
    call: "prompt",
    verdict: { kind: "failure", reason: "system-busy" },
  },
];

/**
 * Classifies an error answer. `code` is Daraja's own (`errorCode`, or `fault.detail.errorcode`); it is empty when the body has
 * none (a gateway's HTML, nothing). For a prompt, a 5xx or a broken answer is "unknown": the prompt may be on the phone.
 */
export function classifyError(call: DarajaCall, httpStatus: number, code: string, text: string): ErrorVerdict {
  for (const row of errorRows) {
    if (row.code !== code || (row.call !== undefined && row.call !== call)) continue;
    if (row.text === undefined || row.text.test(text)) return row.verdict;
  }
  if (/no apiproduct match found/i.test(text)) return problem("the product is not enabled on the Daraja app");
  if (httpStatus === 401) return token;
  if (call === "token" && httpStatus >= 400 && httpStatus < 500 && httpStatus !== 429) {
    return problem("Daraja refuses the consumer key or secret");
  }
  if (httpStatus === 429) return call === "prompt" ? { kind: "failure", reason: "system-busy" } : retry(15);
  return call === "prompt" ? unknown : retry(15);
}
