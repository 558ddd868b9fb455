/** Every result code and error body that Safaricom is known to send: its meaning for the money, and for the customer. */
import { readCallResult, readStatus } from "@karibu/cloud/money/channels/daraja/call-results";
import {
  readCallbackEvidence,
  readPromptEvidence,
  readQueryEvidence,
} from "@karibu/cloud/money/channels/daraja/read-evidence";
import type { Evidence, FailureReason } from "@karibu/cloud/money/evidence/evidence";
import { requestId, sending } from "@karibu/cloud/money/purchases/test-purchase";
import type { Purchase, PurchaseStage } from "@karibu/cloud/money/purchases/transition/purchase-facts";
import { transition } from "@karibu/cloud/money/purchases/transition/transition";
import { enLater as en } from "@karibu/portal/strings/en-later";
import { swLater as sw } from "@karibu/portal/strings/sw-later";
import { describe, expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { Prompt } from "../daraja/daraja-types.ts";

const prompted: Purchase = { ...sending, state: "prompted", requestId, requestIdFrom: "answer" };
const prompt: Prompt = {
  merchantRequestId: "m1",
  checkoutRequestId: requestId,
  msisdn: "254711000111",
  amount: 50,
  shortcode: "174379",
  business: "RunningDaraja",
  accountReference: "K7Q2M9XW",
  description: "1 day",
  callbackUrl: "",
  stamp: "20261120120000",
  openedAtMs: 0,
  result: null,
  ignored: false,
  deliveries: [],
};

/** What the customer's page says after this evidence: a heading and a sentence, in both languages. */
function wordsAfter(evidence: Evidence, state: PurchaseStage = "prompted") {
  const { next } = transition({ ...prompted, state }, evidence, { known: null, others: [], mayTrust: true });
  const failed = (words: typeof en) => words.failures[next.reason ?? "other"];
  const unknown = (words: typeof en) => ({ title: words.unknownTitle, text: words.unknownText });
  const say = next.state === "failed" ? failed : unknown;
  return { state: next.state, reason: next.reason, en: say(en), sw: say(sw) };
}

function expectPlainWords({ en: english, sw: swahili }: ReturnType<typeof wordsAfter>): void {
  for (const { title, text } of [english, swahili]) {
    expect(title).toMatch(/\w{3}/);
    expect(text).toMatch(/\w{3}.*\.$/s);
    // Words for a customer: no code, nothing of our trade.
    expect(`${title} ${text}`).not.toMatch(/\d{4}|callback|error|HTTP|null|undefined/i);
  }
  expect(english.text).not.toBe(swahili.text);
}

const results: readonly (readonly [string, "failed" | "unknown", FailureReason | null])[] = [
  ["1", "failed", "no-funds"],
  ["2", "failed", "limit"],
  ["3", "failed", "limit"],
  ["4", "failed", "limit"],
  ["8", "failed", "merchant-problem"],
  ["17", "failed", "busy"],
  ["26", "failed", "system-busy"],
  ["1001", "failed", "busy"],
  ["1019", "failed", "expired"],
  ["1025", "failed", "not-sent"],
  ["1032", "failed", "cancelled"],
  ["1037", "failed", "unreachable"],
  ["2001", "failed", "wrong-pin"],
  ["2028", "failed", "merchant-problem"],
  ["8006", "failed", "pin-locked"],
  ["9999", "failed", "not-sent"],
  ["SFC_IC0003", "failed", "merchant-problem"],
  ["4999", "unknown", null],
  ["7777", "unknown", null],
];

describe.each(results)("[PAY-19] result code %s", (code, state, reason) => {
  test("in a callback", () => {
    const read = readCallbackEvidence(callbackBody(prompt, { code, text: "DS timeout.", receipt: null }));
    if ("refused" in read) throw new Error(read.refused);
    const said = wordsAfter(read.message.evidence);
    expect(said).toMatchObject({ state, reason });
    expectPlainWords(said);
  });

  test("in the answer to a question, with other prose", () => {
    const body = JSON.stringify({ ResponseCode: "0", ResultCode: code, ResultDesc: "No response from user." });
    const { evidence } = readQueryEvidence(JSON.stringify({ status: 200, body, requestId }), 90_000);
    const said = wordsAfter(evidence);
    expect(said).toMatchObject({ state, reason });
    expectPlainWords(said);
  });

  test("in an answer that says it is still being processed: no verdict", () => {
    const body = JSON.stringify({ ResponseCode: "0", ResultCode: code, ResultDesc: "It is being processed" });
    const { evidence } = readQueryEvidence(JSON.stringify({ status: 200, body, requestId }), 90_000);
    expect(evidence.kind).toBe("unknown");
  });
});

const complaint = (errorCode: string, errorMessage: string) =>
  JSON.stringify({ requestId: "1c5b", errorCode, errorMessage });
const spike = JSON.stringify({
  fault: {
    faultstring: "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5}",
    detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" },
  },
});

const pushAnswers: readonly (readonly [number, string, "failed" | "unknown", FailureReason | null])[] = [
  [400, complaint("400.002.02", "Bad Request - Invalid PhoneNumber"), "failed", "other"],
  [400, complaint("400.002.02", "Bad Request - Invalid Amount"), "failed", "limit"],
  [400, complaint("400.002.02", "Bad Request - Invalid CallBackURL"), "failed", "merchant-problem"],
  [400, complaint("400.002.02", "Bad Request - Invalid BusinessShortCode"), "failed", "merchant-problem"],
  [400, complaint("400.002.05", "Invalid Request Payload"), "failed", "merchant-problem"],
  [400, complaint("400.003.02", "Bad Request"), "failed", "merchant-problem"],
  ...["404.001.03", "401.003.01", "400.003.01", "401.002.01", "401.001"].map(
    (code) => [404, complaint(code, "Invalid Access Token"), "failed", "merchant-problem"] as const,
  ),
  [401, JSON.stringify({ errorMessage: "no apiproduct match found" }), "failed", "merchant-problem"],
  ...["404.001.01", "404.002.01", "404.003.01"].map(
    (code) => [404, complaint(code, "Resource not found"), "failed", "merchant-problem"] as const,
  ),
  [404, complaint("404.001.04", "Invalid Authentication Header"), "failed", "merchant-problem"],
  [405, complaint("405.001", "Method Not Allowed"), "failed", "merchant-problem"],
  [403, complaint("403.002.1001", "Not authorised"), "failed", "merchant-problem"],
  [500, complaint("500.001.1001", "Merchant does not exist"), "failed", "merchant-problem"],
  [200, complaint("500.001.1001", "Wrong credentials"), "failed", "merchant-problem"],
  [500, complaint("500.001.1001", "Unable to lock subscriber, a transaction is already in process"), "failed", "busy"],
  [500, complaint("500.001.1001", ""), "unknown", null],
  [200, complaint("500.001.1001", ""), "unknown", null],
  [500, complaint("500.002.1001", "System internal error"), "unknown", null],
  [500, complaint("500.003.02", "System is busy. Please try again in few minutes"), "failed", "system-busy"],
  [500, complaint("500.003.02", "Spike Arrest Violation"), "failed", "system-busy"],
  [500, complaint("500.003.03", "Quota Violation"), "failed", "system-busy"],
  [500, complaint("500.003.1001", "Internal Server Error"), "unknown", null],
  [
    500,
    JSON.stringify({ ErrorCode: "500.001.1001", ErrorMessage: "Merchant does not exist" }),
    "failed",
    "merchant-problem",
  ],
  [429, spike, "failed", "system-busy"],
  [200, "<html><body>Bad gateway</body></html>", "unknown", null],
  [502, "<html><body>Bad gateway</body></html>", "unknown", null],
  [504, "", "unknown", null],
  [0, "", "unknown", null],
];

test.each(pushAnswers)("[PAY-19] a push answered with HTTP %i %s is %s (%s)", (status, body, state, reason) => {
  const { evidence } = readPromptEvidence(JSON.stringify({ status, body }));
  const said = wordsAfter(evidence, "sending");
  expect(said).toMatchObject({ state, reason });
  expectPlainWords(said);
});

test.each([
  [500, complaint("500.001.1001", "The transaction is being processed")],
  [200, complaint("500.001.1001", "The transaction does not Exist")],
  [200, complaint("500.001.1001", "")],
  [400, complaint("400.002.02", "Bad Request - Invalid CheckoutRequestID")],
  [429, spike],
  [404, complaint("404.001.03", "Invalid Access Token")],
  [500, complaint("500.003.02", "Spike Arrest Violation")],
  [500, complaint("500.003.03", "Quota Violation")],
  [503, "<html>"],
  [200, "<html>"],
  [0, ""],
])("[PAY-19] a question answered with HTTP %i %s says nothing about the payment", (status, body) => {
  const { evidence } = readQueryEvidence(JSON.stringify({ status, body, requestId }), 90_000);
  expect(evidence.kind).toBe("unknown");
  expectPlainWords(wordsAfter(evidence));
});

const statusResult = (ResultCode: string | number, parameters: object = {}) => {
  const ResultParameter = Object.entries(parameters).map(([Key, Value]) => ({ Key, Value }));
  const read = readCallResult(
    JSON.stringify({ Result: { ResultType: 0, ResultCode, ResultParameters: { ResultParameter } } }),
  );
  if ("refused" in read) throw new Error(read.refused);
  return readStatus(read.message, { receipt: "UKK0000001", shortcodes: ["600310"] }).kind;
};
const completed = { ReceiptNo: "UKK0000001", Amount: "50.00", CreditPartyName: "600310 - RunningDaraja" };

test.each<readonly [string, string]>([
  [statusResult(0, { ...completed, TransactionStatus: "Completed" }), "completed"],
  [
    statusResult("0", { ...completed, TransactionStatus: "Completed", CreditPartyName: "254711000111 - JANE" }),
    "not-ours",
  ],
  [statusResult(0, { ...completed, TransactionStatus: "Completed", CreditPartyName: "999999 - Somebody" }), "not-ours"],
  // Who got the money is not said, or not in the way that a short code is: that says nothing against the payment.
  ...[undefined, "", "RunningDaraja", "- RunningDaraja"].map(
    (each) =>
      [statusResult(0, { ...completed, TransactionStatus: "Completed", CreditPartyName: each }), "unknown"] as const,
  ),
  [
    statusResult(0, {
      ...completed,
      TransactionStatus: "Completed",
      DebitPartyName: "254711000111 - JANE",
      CreditPartyName: "254711000111 - JANE",
    }),
    "unknown",
  ],
  ...["Cancelled", "Declined", "Expired"].flatMap((each) => [
    [statusResult(0, { ReceiptNo: "UKK0000001", TransactionStatus: each }), "failed"] as const,
    [statusResult(0, { ReceiptNo: "UKK0000002", TransactionStatus: each }), "unknown"] as const,
    [statusResult(0, { TransactionStatus: each }), "unknown"] as const,
  ]),
  ...["Initiated", "Authorized", "Pending", ""].map(
    (each) => [statusResult(0, { TransactionStatus: each }), "unknown"] as const,
  ),
  [statusResult("2032"), "no-such-receipt"],
  ...["25", "21", "TP40153", 2001, 2006, 2028, "8006"].map((each) => [statusResult(each), "config-error"] as const),
  [statusResult("7777"), "unknown"],
])("[PAY-19] a status result is %s", (kind, expected) => {
  expect(kind).toBe(expected);
});
