/**
 * What Safaricom's documents and public recordings leave open about a live short code, and how its own messages answer it. Nobody has
 * published a live recording: until a short code's own bodies agree with the documents, nothing is disproved by them.
 */

import { readJsonObject } from "@karibu/protocol/foreign-json";
import { sha256Hex } from "@karibu/protocol/hash";
import { cutText } from "@karibu/protocol/whole-text";
import type { Read } from "../../evidence/evidence.ts";
import { type Inflow, readPayer, readStoredInflow } from "../../evidence/inflow.ts";
import { readStoredAnswer } from "../../evidence/stored-answer.ts";
import {
  type Answer,
  type Finding,
  finding,
  type RecordedFact,
  type RecordedQuestions,
  within,
} from "../recorded-facts.ts";
import { classifyResult } from "./codes.ts";
import { readC2b, readDarajaInflow } from "./inflow-messages.ts";
import { readAnswer, readQueryResult, readStkCallback } from "./messages.ts";

const callback = "Body.stkCallback";
const item = `${callback}.CallbackMetadata.Item`;
const parameter = "Result.ResultParameters.ResultParameter";

export const darajaQuestions: RecordedQuestions = {
  documentedKeys: {
    "stk-callback": {
      always: ["MerchantRequestID", "CheckoutRequestID", "ResultCode", "ResultDesc"].map(
        (name) => `${callback}.${name}`,
      ),
      sometimes: ["Amount", "MpesaReceiptNumber", "Balance", "TransactionDate", "PhoneNumber"].map(
        (name) => `${item}.${name}`,
      ),
    },
    "c2b-confirmation": {
      always: [
        ...["TransactionType", "TransID", "TransTime", "TransAmount", "BusinessShortCode", "BillRefNumber"],
        ...["InvoiceNumber", "OrgAccountBalance", "ThirdPartyTransID", "MSISDN", "FirstName", "MiddleName", "LastName"],
      ],
      sometimes: [],
    },
    pull: {
      always: [
        ...["transactionId", "trxDate", "msisdn", "sender", "transactiontype", "billreference", "amount"],
        "organizationname",
      ],
      sometimes: [],
    },
    "call-result": {
      always: [
        ...["ResultType", "ResultCode", "ResultDesc"],
        ...["OriginatorConversationID", "ConversationID", "TransactionID"],
      ].map((name) => `Result.${name}`),
      sometimes: [
        "Result.ReferenceData.ReferenceItem.QueueTimeoutURL",
        ...["ReceiptNo", "TransactionStatus", "Amount", "InitiatedTime", "FinalisedTime", "DebitPartyName"].map(
          (name) => `${parameter}.${name}`,
        ),
        ...["CreditPartyName", "ReasonType", "DebitPartyCharges", "TransactionReason"].map(
          (name) => `${parameter}.${name}`,
        ),
      ],
    },
  },
  ask(facts) {
    const of = (source: string) => facts.filter((each) => each.source === source);
    const callbacks = of("stk-callback").flatMap((fact) => {
      const read = readStkCallback(fact.body);
      return "refused" in read ? [] : [{ fact, callback: read.message }];
    });
    const inflowsOf = (source: string, read: (body: string) => Read<Inflow>): Told[] =>
      of(source).flatMap((fact) => {
        const inflow = read(fact.body);
        return "refused" in inflow ? [] : [{ fact, inflow: inflow.message }];
      });
    const confirmations = inflowsOf("c2b-confirmation", readC2b);
    const proved = inflowsOf("transaction-status", readStoredInflow);
    return [
      callbackCodes(callbacks),
      queryZero(of("stk-query"), callbacks),
      alsoConfirmed(callbacks, confirmations),
      payerForms(of("c2b-confirmation")),
      hashInput(confirmations, callbacks),
      ...listQuestions(of("pull"), [...confirmations, ...proved]),
      statusAge(proved),
      resultCodes(of("call-result")),
    ];
  },
};

type Callback = { readonly fact: RecordedFact; readonly callback: StkCallback };
type StkCallback = Extract<ReturnType<typeof readStkCallback>, { message: unknown }>["message"];
type Told = { readonly fact: RecordedFact; readonly inflow: Inflow };

/** Only 0, 1032 and 1037 were ever recorded live in public; all other codes are from lists. */
function callbackCodes(callbacks: readonly Callback[]): Finding {
  return finding(
    "callback-codes",
    ["0", "1032", "1037"],
    callbacks.map(({ fact, callback: { code } }) => ({ answer: cutText(code, 40), atMs: fact.receivedAtMs })),
  );
}

/** What does a query's 0 mean before the callback: is it paid, or is the prompt still open? */
function queryZero(queries: readonly RecordedFact[], callbacks: readonly Callback[]): Finding {
  const answers = queries.flatMap((fact): Answer[] => {
    const { status, body } = readStoredAnswer(fact.body);
    const read = status === 0 ? null : readAnswer(status, body);
    const result = read?.kind === "answer" ? readQueryResult(read.fields) : null;
    if (result?.code !== "0" || fact.purchaseId === null) return [];
    const later = callbacks.filter(
      (each) => each.fact.purchaseId === fact.purchaseId && each.fact.receivedAtMs > fact.receivedAtMs,
    );
    const paid = later.some(({ callback: { code, text } }) => classifyResult(code, text).kind === "success");
    const answer = later.length === 0 ? "0, and no callback after it" : paid ? "0, then paid" : "0, then not paid";
    return [{ answer, atMs: fact.receivedAtMs }];
  });
  return finding("query-zero", ["0, then paid", "0, and no callback after it"], answers);
}

/** Does money of a prompt come as a confirmation too, with the same receipt? Documents say so for paybills. */
function alsoConfirmed(callbacks: readonly Callback[], confirmations: readonly Told[]): Finding {
  const confirmed = new Set(confirmations.map(({ inflow }) => inflow.receipt));
  const answers = callbacks.flatMap(({ fact, callback: { receipt } }) =>
    receipt === null ? [] : [{ answer: confirmed.has(receipt) ? "yes" : "no", atMs: fact.receivedAtMs }],
  );
  return finding("prompt-also-confirmed", null, answers);
}

function payerForms(confirmations: readonly RecordedFact[]): Finding {
  const answers = confirmations.map(({ body, receivedAtMs: atMs }) => {
    const value = readJsonObject(body)?.MSISDN;
    const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
    const { kind } = readPayer(text);
    const form =
      kind === "hash" ? `hash of ${text.length} digits` : kind === "none" ? (text === "" ? "absent" : "unknown") : kind;
    return { answer: form, atMs };
  });
  return finding("payer-form", ["phone", "mask", "hash of 64 digits"], answers);
}

/** Which spelling of the number is hashed, where the same receipt's callback shows the number. */
function hashInput(confirmations: readonly Told[], callbacks: readonly Callback[]): Finding {
  const shown = new Map<string, string>();
  for (const {
    fact,
    callback: { receipt },
  } of callbacks) {
    const phone = /"PhoneNumber"\s*,\s*"Value"\s*:\s*"?(\d{12})"?/.exec(fact.body)?.[1];
    if (receipt !== null && phone !== undefined) shown.set(receipt, phone);
  }
  const answers = confirmations.flatMap(({ fact, inflow }): Answer[] => {
    const { payer } = inflow;
    const phone = shown.get(inflow.receipt);
    if (payer.kind !== "hash" || phone === undefined) return [];
    const spellings = { "2547…": phone, "+2547…": `+${phone}`, "07…": `0${phone.slice(3)}`, "7…": phone.slice(3) };
    const found = Object.entries(spellings).find(([, text]) => sha256Hex(text) === payer.hash);
    return [{ answer: `SHA-256 of ${found?.[0] ?? "something else"}`, atMs: fact.receivedAtMs }];
  });
  return finding("payer-hash-input", ["SHA-256 of 2547…"], answers);
}

/** The list: is its `Z` UTC, how old is a row when it is first seen, and what kinds of row are in it? */
function listQuestions(rows: readonly RecordedFact[], timed: readonly Told[]): Finding[] {
  const paidAt = new Map(
    timed.flatMap(({ inflow: { receipt, paidAtMs } }) => (paidAtMs === null ? [] : [[receipt, paidAtMs] as const])),
  );
  const zones: Answer[] = [];
  const ages: Answer[] = [];
  const kinds: Answer[] = [];
  for (const { body, receivedAtMs: atMs } of rows) {
    const kind = readJsonObject(body)?.transactiontype;
    kinds.push({ answer: typeof kind === "string" ? cutText(kind, 60) : "none", atMs });
    const read = readDarajaInflow("pull", body);
    const paidAtMs = "message" in read ? paidAt.get(read.message.receipt) : undefined;
    if (!("message" in read) || paidAtMs === undefined) continue;
    if (read.message.paidAtMs !== null) zones.push({ answer: zoneOf(read.message.paidAtMs - paidAtMs), atMs });
    ages.push({ answer: within(atMs - paidAtMs), atMs });
  }
  return [
    finding("list-time-zone", null, zones),
    finding("list-row-age", null, ages),
    finding("list-kinds", ["c2b-pay-bill-debit"], kinds),
  ];
}

/** @param aheadMs how far its time, read as it is written, is from the time of the payment */
function zoneOf(aheadMs: number): string {
  const hours = Math.round(aheadMs / 3_600_000);
  if (Math.abs(aheadMs - hours * 3_600_000) > 300_000) return "other than by whole hours";
  return hours === 0 ? "UTC, as it says" : `${Math.abs(hours)} h ${hours > 0 ? "ahead" : "behind"}`;
}

/** How old a payment was when a status query first knew it. */
function statusAge(proved: readonly Told[]): Finding {
  const answers = proved.flatMap(({ fact: { receivedAtMs: atMs }, inflow: { paidAtMs } }): Answer[] =>
    paidAtMs === null ? [] : [{ answer: within(atMs - paidAtMs), atMs }],
  );
  return finding("status-age", null, answers);
}

function resultCodes(results: readonly RecordedFact[]): Finding {
  const answers = results.map(({ body, receivedAtMs: atMs }) => {
    const result = readJsonObject(body)?.Result as { readonly ResultCode?: unknown } | undefined;
    return { answer: cutText(String(result?.ResultCode ?? "none"), 40), atMs };
  });
  return finding("result-codes", ["0", "2032"], answers);
}
