import { hostileTexts, lineBreaks } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAmountCents, readAnswer } from "./messages.ts";
import { readCallbackEvidence, readPromptEvidence, readQueryEvidence } from "./read-evidence.ts";

const callback = (rest: object, items?: unknown) =>
  JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: "29115-34620561-1",
        CheckoutRequestID: "ws_CO_191220191020363925",
        ...rest,
        ...(items === undefined ? {} : { CallbackMetadata: { Item: items } }),
      },
    },
  });
const receipt = { Name: "MpesaReceiptNumber", Value: "NLJ7RT61SV" };
const amount = (Value: unknown) => ({ Name: "Amount", Value });
const evidenceOf = (body: string) => {
  const read = readCallbackEvidence(body);
  return "refused" in read ? read : read.message.evidence;
};

describe("a callback", () => {
  test.each<[string, unknown, number]>([
    ["as documented", [amount(1), receipt, { Name: "Balance" }, { Name: "PhoneNumber", Value: 254708374149 }], 100],
    [
      "in another order, amount as text",
      [receipt, { Name: "Balance", Value: "{Amount={BasicAmount=50.5}}" }, amount("50.00")],
      5000,
    ],
    [
      "with a masked phone and a null among the items",
      [amount("10"), null, receipt, { Name: "PhoneNumber", Value: "254708***430" }],
      1000,
    ],
    ["with an amount of one decimal", [amount(7.5), receipt], 750],
  ])("of success is read %s", (_, items, amountCents) => {
    expect(evidenceOf(callback({ ResultCode: 0 }, items))).toMatchObject({
      kind: "success",
      trust: "pushed",
      requestId: "ws_CO_191220191020363925",
      receipt: "NLJ7RT61SV",
      amountCents,
    });
  });

  test("of success without receipt or amount names no receipt, so that it is asked about", () => {
    for (const items of [undefined, [], receipt, [receipt], [amount(5)], amount(5)]) {
      expect(evidenceOf(callback({ ResultCode: "0" }, items))).toMatchObject({ kind: "success", receipt: null });
    }
  });

  test("of failure is read with a code as number, text or word", () => {
    expect(evidenceOf(callback({ ResultCode: 1032, ResultDesc: "cancelled" }))).toMatchObject({ reason: "cancelled" });
    expect(evidenceOf(callback({ ResultCode: "1037" }))).toMatchObject({ kind: "failure", reason: "unreachable" });
    expect(evidenceOf(callback({ ResultCode: "SFC_IC0003" }))).toMatchObject({ reason: "merchant-problem" });
    expect(evidenceOf(callback({ ResultCode: 7777 }))).toMatchObject({ kind: "unknown" });
  });

  test.each([
    ["not JSON", "}{"],
    ["another shape", "{}"],
    ["no request id", JSON.stringify({ Body: { stkCallback: { ResultCode: 0 } } })],
    ["no code", callback({})],
    ...lineBreaks.map((lineBreak): [string, string] => [
      `a receipt with ${JSON.stringify(lineBreak)} in it`,
      callback({ ResultCode: 0 }, [amount(5), { Name: "MpesaReceiptNumber", Value: `SKL7R${lineBreak}T61S` }]),
    ]),
    ["an amount with three decimals", callback({ ResultCode: 0 }, [amount("5.001"), receipt])],
    ["a negative amount", callback({ ResultCode: 0 }, [amount(-5), receipt])],
    ["an exponent", callback({ ResultCode: 0 }, [amount("1e3"), receipt])],
    [
      "a receipt with strange characters",
      callback({ ResultCode: 0 }, [amount(5), { Name: "MpesaReceiptNumber", Value: "'; drop" }]),
    ],
  ])("that can't be genuine is refused with a reason: %s", (_, body) => {
    expect(readCallbackEvidence(body)).toEqual({ refused: expect.any(String) });
  });

  test("whatever the body, reading it never throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom(...hostileTexts), fc.json()),
        (body) => void readCallbackEvidence(body),
      ),
    );
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (code, items) => {
        let body: string | undefined;
        try {
          body = callback({ ResultCode: code }, items);
        } catch {
          return; // a value that JSON can't carry
        }
        readCallbackEvidence(body);
      }),
    );
  });
});

test("amounts are exact: cents in, cents out", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 25_000_000 }), (cents) => {
      expect(readAmountCents((cents / 100).toFixed(2))).toBe(cents);
      expect(readAmountCents(cents / 100)).toBe(cents);
    }),
  );
  for (const bad of ["", "0", "0.00", "NaN", "1,000", " ", "1.", ".5", "١", null, {}, true, Number.POSITIVE_INFINITY]) {
    expect(readAmountCents(bad)).toBe("unsound");
  }
});

const stored = (status: number, body: unknown, notSent?: string) =>
  JSON.stringify({ status, body: typeof body === "string" ? body : JSON.stringify(body), ...(notSent && { notSent }) });

test.each<[string, string, object]>([
  [
    "accepted",
    stored(200, { ResponseCode: "0", CheckoutRequestID: "ws_CO_1" }),
    { kind: "accepted", requestId: "ws_CO_1" },
  ],
  ["accepted, code as number", stored(200, { ResponseCode: 0, CheckoutRequestID: "ws_CO_1" }), { kind: "accepted" }],
  ["no answer", stored(0, ""), { kind: "unknown" }],
  ["HTML with 200", stored(200, "<html>"), { kind: "unknown" }],
  ["another response code", stored(200, { ResponseCode: "1" }), { kind: "unknown" }],
  ["error envelope with 200", stored(200, { errorCode: "500.001.1001", errorMessage: "" }), { kind: "unknown" }],
  ["HTTP 500, empty", stored(500, ""), { kind: "unknown" }],
  [
    "merchant unknown",
    stored(500, { ErrorCode: "500.001.1001", ErrorMessage: "Merchant does not exist" }),
    { reason: "merchant-problem" },
  ],
  [
    "token refused twice",
    stored(404, { errorCode: "404.001.03", errorMessage: "Invalid Access Token" }),
    { reason: "merchant-problem" },
  ],
  [
    "subscriber locked",
    stored(500, { errorCode: "500.001.1001", errorMessage: "Unable to lock subscriber" }),
    { reason: "busy" },
  ],
  ["no token: wrong keys", stored(0, "", "keys"), { reason: "merchant-problem" }],
  ["no token: Daraja away", stored(0, "", "away"), { reason: "not-sent" }],
])("a prompt's answer: %s", (_, answer, expected) => {
  expect(readPromptEvidence(answer).evidence).toMatchObject(expected);
});

test.each<[string, string, number, object]>([
  [
    "paid",
    stored(200, { ResponseCode: "0", ResultCode: "0", ResultDesc: "ok" }),
    5_000,
    { kind: "success", receipt: null, trust: "fetched" },
  ],
  ["in flight", stored(200, { ResponseCode: "0", ResultCode: "4999", ResultDesc: "" }), 5_000, { kind: "unknown" }],
  ["unreachable too early", stored(200, { ResultCode: "1037", ResultDesc: "" }), 14_000, { kind: "unknown" }],
  [
    "unreachable after a minute",
    stored(200, { ResultCode: "1037", ResultDesc: "" }),
    61_000,
    { kind: "failure", reason: "unreachable" },
  ],
  ["cancelled", stored(200, { ResultCode: "1032", ResultDesc: "x" }), 5_000, { kind: "failure", reason: "cancelled" }],
  [
    "cancelled but being processed",
    stored(200, { ResultCode: "1032", ResultDesc: "is being processed" }),
    5_000,
    { kind: "unknown" },
  ],
  [
    "does not exist",
    stored(500, { errorCode: "500.001.1001", errorMessage: "The transaction does not Exist" }),
    5_000,
    { kind: "unknown" },
  ],
  [
    "429",
    stored(429, { fault: { faultstring: "Spike", detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" } } }),
    5_000,
    { kind: "unknown" },
  ],
  ["HTML", stored(502, "<html>"), 5_000, { kind: "unknown" }],
  ["nothing", stored(0, ""), 5_000, { kind: "unknown" }],
])("a question's answer: %s", (_, answer, ageMs, expected) => {
  expect(readQueryEvidence(answer, ageMs).evidence).toMatchObject(expected);
});

test("a question that gets no verdict is no news while the prompt may be open, and unknown after that", () => {
  const inFlight = stored(200, { ResponseCode: "0", ResultCode: "4999", ResultDesc: "" });
  expect(readQueryEvidence(inFlight, 20_000).evidence).toMatchObject({ kind: "unknown", early: true });
  expect(readQueryEvidence(inFlight, 90_000).evidence).toMatchObject({ kind: "unknown", early: false });
});

test("an error envelope is an error with any HTTP status, and HTML is never an answer", () => {
  expect(readAnswer(200, '{"errorCode":"x"}').kind).toBe("error");
  expect(readAnswer(200, "[]").kind).toBe("error");
  expect(readAnswer(503, "{}").kind).toBe("error");
  expect(readAnswer(200, "{}").kind).toBe("answer");
});
