/** What a channel really sends, recorded and compared: through its callbacks' addresses, and as a pure comparison. */
import { sha256Hex } from "@karibu/protocol/hash";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { darajaQuestions } from "../channels/daraja/recorded-questions.ts";
import type { RecordedFact } from "../channels/recorded-facts.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";
import { compareBodies } from "./compare-bodies.ts";

const minute = 60_000;
const startMs = Date.UTC(2026, 10, 2, 9);
const fact = (source: string, body: object, more: Partial<RecordedFact> = {}): RecordedFact => ({
  source,
  body: JSON.stringify(body),
  receivedAtMs: startMs,
  remoteAddress: "196.201.214.200",
  purchaseId: null,
  againAtMs: null,
  ...more,
});
const answersTo = (question: string, facts: readonly RecordedFact[]) => {
  const found = compareBodies(darajaQuestions, facts).find((each) => each.question === question);
  return { answers: found?.seen.map(({ answer, times }) => `${times} ${answer}`), differs: found?.differs };
};

const confirmation = {
  TransactionType: "Pay Bill",
  TransID: "RKL51ZDR4F",
  TransTime: "20261102120000",
  TransAmount: "20.00",
  BusinessShortCode: "600100",
  BillRefNumber: "wifi",
  InvoiceNumber: "",
  OrgAccountBalance: "25.00",
  ThirdPartyTransID: "",
  MSISDN: "2547 ***** 126",
  FirstName: "JANE",
  MiddleName: "",
  LastName: "",
};
const callback = (code: number, receipt?: string, phone = "254708374149") => ({
  Body: {
    stkCallback: {
      MerchantRequestID: "29115-1",
      CheckoutRequestID: "ws_CO_1",
      ResultCode: code,
      ResultDesc: "as it is",
      ...(receipt === undefined
        ? {}
        : {
            CallbackMetadata: {
              Item: [
                { Name: "Amount", Value: 20 },
                { Name: "MpesaReceiptNumber", Value: receipt },
                { Name: "TransactionDate", Value: 20_261_102_120_000 },
                { Name: "PhoneNumber", Value: Number(phone) },
              ],
            },
          }),
    },
  },
});
const queried = { status: 200, body: JSON.stringify({ ResponseCode: "0", ResultCode: "0", ResultDesc: "ok" }) };

test.each<[question: string, facts: RecordedFact[], answers: string[], differs: boolean]>([
  ["keys-c2b-confirmation", [fact("c2b-confirmation", confirmation)], ["1 as documented"], false],
  [
    "keys-c2b-confirmation",
    [fact("c2b-confirmation", { ...confirmation, LastName: undefined, Channel: { Name: "USSD", Kind: 1, More: 2 } })],
    ["1 + Channel.Kind", "1 + Channel.More", "1 + Channel.Name", "1 - LastName"],
    true,
  ],
  ["keys-stk-callback", [fact("stk-callback", callback(0, "RKL51ZDR4F"))], ["1 as documented"], false],
  ["keys-stk-callback", [fact("stk-callback", callback(1032))], ["1 as documented"], false],
  [
    "callback-codes",
    [fact("stk-callback", callback(1032)), fact("stk-callback", callback(17))],
    ["1 1032", "1 17"],
    true,
  ],
  [
    "callback-repeated",
    [fact("stk-callback", callback(1), { againAtMs: startMs + 4 * minute }), fact("stk-callback", callback(2))],
    ["1 stk-callback: again after 5 min", "1 stk-callback: once"],
    false,
  ],
  [
    "query-zero",
    [
      fact("stk-query", queried, { purchaseId: "a", remoteAddress: null }),
      fact("stk-callback", callback(1032), { purchaseId: "a", receivedAtMs: startMs + 1 }),
      fact("stk-query", queried, { purchaseId: "b", remoteAddress: null }),
      fact("stk-callback", callback(0, "RKL51ZDR4F"), { purchaseId: "b", receivedAtMs: startMs + 1 }),
    ],
    ["1 0, then not paid", "1 0, then paid"],
    true,
  ],
  [
    "prompt-also-confirmed",
    [
      fact("stk-callback", callback(0, "RKL51ZDR4F")),
      fact("stk-callback", callback(0, "RKL51ZDR4G")),
      fact("c2b-confirmation", confirmation),
    ],
    ["1 no", "1 yes"],
    false,
  ],
  [
    "payer-form",
    [confirmation.MSISDN, "254708374149", "a".repeat(62), ""].map((MSISDN) =>
      fact("c2b-confirmation", { ...confirmation, MSISDN }),
    ),
    ["1 absent", "1 hash of 62 digits", "1 mask", "1 phone"],
    true,
  ],
  [
    "payer-hash-input",
    [
      fact("stk-callback", callback(0, "RKL51ZDR4F")),
      fact("c2b-confirmation", { ...confirmation, MSISDN: sha256Hex("0708374149") }),
    ],
    ["1 SHA-256 of 07…"],
    true,
  ],
  [
    "list-time-zone",
    [
      fact("c2b-confirmation", confirmation),
      fact("pull", { transactionId: "RKL51ZDR4F", trxDate: "2026-11-02T12:00:04Z", amount: "20.00" }),
    ],
    ["1 3 h ahead"],
    false,
  ],
  [
    "list-row-age",
    [
      fact("c2b-confirmation", confirmation),
      fact(
        "pull",
        { transactionId: "RKL51ZDR4F", trxDate: "2026-11-02T09:00:00Z", amount: "20.00" },
        { receivedAtMs: startMs + 12 * minute },
      ),
    ],
    ["1 15 min"],
    false,
  ],
  ["result-codes", [fact("call-result", { Result: { ResultCode: 21 } })], ["1 21"], true],
  ["result-codes", [], [], false],
])(
  "[BEY-08] %s: what was seen, how often, and whether the documents say so (%#)",
  (question, facts, answers, differs) => {
    const found = answersTo(question, facts);
    expect({ ...found, answers: found.answers?.toSorted() }).toEqual({ answers, differs });
  },
);

test("[BEY-08] whatever a stranger sends as a callback, the comparison is made, and stays short", () => {
  const odd = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`key${n}`.repeat(50), n]));
  const deep = JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`);
  const bodies = [
    odd,
    deep,
    [],
    { Body: null },
    { Body: { stkCallback: [] } },
    { MSISDN: { $ne: 1 } },
    { Result: null },
  ];
  const sources = ["c2b-confirmation", "stk-callback", "pull", "call-result"];
  const findings = compareBodies(
    darajaQuestions,
    sources.flatMap((source) => bodies.map((body) => fact(source, body))),
  );
  expect(JSON.stringify(findings).length).toBeLessThan(30_000);
});

hubSuite("the recording of a short code", (hub) => {
  test("[BEY-08] a confirmation that comes twice is one fact, recorded as repeated; the page shows forms and never the payer", async () => {
    const shop = await openClaimShop(hub, "Recorder");
    const phone = "254712000126";
    const told = { MSISDN: phone, Extra: "1" };
    await shop.confirm("RKL51ZDR4F", told);
    await shop.confirm("RKL51ZDR4F", told);
    const answer = await hub.call("GET", `/api/v1/channels/${shop.paybill}/recording`, { token: shop.token });
    expect(answer.status, answer.text).toBe(200);
    const seenOf = (question: string) =>
      answer.body.findings
        .find((each: { question: string }) => each.question === question)
        .seen.map(({ answer }: { answer: string }) => answer);
    expect(answer.body).toMatchObject({ facts: 1, isAll: true, proved: [] });
    expect(seenOf("callback-repeated")).toEqual(["c2b-confirmation: again after 10 s"]);
    expect(seenOf("payer-form")).toEqual(["phone"]);
    expect(seenOf("keys-c2b-confirmation")).toContain("+ Extra");
    expect(answer.text).not.toContain(phone);
    const stranger = await hub.makeProvider("Stranger");
    const refused = await hub.call("GET", `/api/v1/channels/${shop.paybill}/recording`, { token: stranger.token });
    expect(refused.status).toBe(404);
  });
});
