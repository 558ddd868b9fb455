/**
 * Daraja's messages about money that came in by itself, or that we asked about by receipt: C2B, Pull, Transaction Status.
 * Money fields must be sound; time, phone and names may be odd, for money is credited all the same.
 */
import type { Cents } from "@karibu/protocol/quantities";
import { z } from "zod";
import { type JsonObject, readJson } from "../../../ground/foreign-json/read-json.ts";
import { type Inflow, readPayer } from "../../evidence/inflow.ts";
import { initiatorRefusal } from "./codes.ts";
import { type Read, readAmountCents, readTime } from "./messages.ts";

const looseText = z.union([z.string(), z.number().transform(String)]);
const maybeText = z.union([looseText, z.null()]).optional().catch(undefined);

const c2bSchema = z.object({
  TransID: looseText,
  TransAmount: looseText,
  BusinessShortCode: looseText,
  TransTime: maybeText,
  BillRefNumber: maybeText,
  MSISDN: maybeText,
  FirstName: maybeText,
  MiddleName: maybeText,
  LastName: maybeText,
  ThirdPartyTransID: maybeText,
});

/** A C2B confirmation or validation. */
export function readC2b(body: string): Read<Inflow> {
  const parsed = c2bSchema.safeParse(readJson(body));
  if (!parsed.success) return refusal(parsed.error);
  const fields = parsed.data;
  const receipt = soundReceipt(fields.TransID);
  if (receipt === null) return { refused: "TransID: not a receipt" };
  const amountCents = readAmountCents(fields.TransAmount);
  if (amountCents === "unsound") return { refused: "TransAmount: not an amount of money" };
  if (!/^\d{5,7}$/.test(fields.BusinessShortCode)) return { refused: "BusinessShortCode: not a short code" };
  const names = [fields.FirstName, fields.MiddleName, fields.LastName].filter((name) => name?.trim());
  return {
    message: {
      source: "c2b-confirmation",
      trust: "pushed",
      receipt,
      amountCents,
      accountText: fields.BillRefNumber ?? null,
      payer: readPayer(fields.MSISDN),
      payerName: names.length === 0 ? null : names.join(" ").slice(0, 100),
      paidAtMs: readTime(fields.TransTime),
      shortcode: fields.BusinessShortCode,
    },
  };
}

const pullRowSchema = z.object({
  transactionId: looseText,
  amount: looseText,
  trxDate: maybeText,
  msisdn: maybeText,
  billreference: maybeText,
});

/** One row of a pull. Its `Z` is not proved to be UTC. */
export function readPullRow(body: string): Read<Inflow> {
  const parsed = pullRowSchema.safeParse(readJson(body));
  if (!parsed.success) return refusal(parsed.error);
  const receipt = soundReceipt(parsed.data.transactionId);
  if (receipt === null) return { refused: "transactionId: not a receipt" };
  const amountCents = readAmountCents(parsed.data.amount);
  if (amountCents === "unsound") return { refused: "amount: not an amount of money" };
  const { trxDate, msisdn, billreference } = parsed.data;
  return {
    message: {
      source: "pull",
      trust: "fetched",
      receipt,
      amountCents,
      accountText: billreference ?? null,
      payer: readPayer(msisdn),
      payerName: null,
      paidAtMs: readTime(trxDate),
      shortcode: null,
    },
  };
}

/** The rows of an answer, however deeply nested; null when the answer is no list at all. */
export function readPullRows(fields: JsonObject): readonly unknown[] | null {
  const code = String(fields.ResponseCode ?? fields.responseCode ?? "");
  if (code === "1001") return [];
  if (code !== "1000") return null;
  const flatten = (value: unknown): unknown[] => {
    if (Array.isArray(value)) return value.flatMap(flatten);
    return typeof value === "object" && value !== null ? [value] : [];
  };
  return flatten(fields.Response);
}

const resultSchema = z.object({
  Result: z.object({
    ResultCode: looseText,
    ResultDesc: z.unknown().optional(),
    OriginatorConversationID: maybeText,
    ConversationID: maybeText,
    TransactionID: maybeText,
    ResultParameters: z.object({ ResultParameter: z.unknown().optional() }).nullish().catch(null),
  }),
});

/** What a result URL was sent. Parameters by key; the first of two equal keys counts. */
export interface CallResult {
  readonly code: string;
  readonly text: string;
  readonly transactionId: string | null;
  readonly parameters: ReadonlyMap<string, string>;
}

export function readCallResult(body: string): Read<CallResult> {
  const parsed = resultSchema.safeParse(readJson(body));
  if (!parsed.success) return refusal(parsed.error);
  const { ResultCode, ResultDesc, TransactionID, ResultParameters } = parsed.data.Result;
  const list = ResultParameters?.ResultParameter;
  const parameters = new Map<string, string>();
  for (const each of Array.isArray(list) ? list : [list]) {
    const { Key, Value } = (each ?? {}) as { Key?: unknown; Value?: unknown };
    if (typeof Key === "string" && Value !== undefined && Value !== null && !parameters.has(Key)) {
      parameters.set(Key, String(Value));
    }
  }
  const text = typeof ResultDesc === "string" ? ResultDesc : "";
  return { message: { code: ResultCode.trim(), text, transactionId: TransactionID ?? null, parameters } };
}

/** What Transaction Status says of a receipt. */
export type StatusVerdict =
  | { readonly kind: "completed"; readonly inflow: Inflow }
  /** It is money, but not money that came to the channel that was asked. `creditedTo`: the short code that got it. */
  | { readonly kind: "not-ours"; readonly why: string; readonly creditedTo: string }
  | { readonly kind: "failed"; readonly why: string }
  /** Nobody knows the receipt. In the first hour that proves nothing. */
  | { readonly kind: "no-such-receipt" }
  /** Of the initiator or its short code: it says nothing about the receipt. */
  | { readonly kind: "config-error"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

export function readStatus(
  result: CallResult,
  asked: { receipt: string; shortcodes: readonly string[] },
): StatusVerdict {
  const { code, text, parameters } = result;
  if (code === "2032") return { kind: "no-such-receipt" };
  if (initiatorRefusal(code) !== null) return { kind: "config-error", why: `${code} ${text}`.trim() };
  if (code !== "0") return { kind: "unknown", why: `${code} ${text}`.trim() };
  const status = (parameters.get("TransactionStatus") ?? "").toLowerCase();
  if (["cancelled", "declined", "expired"].includes(status)) return { kind: "failed", why: status };
  if (status !== "completed") return { kind: "unknown", why: status === "" ? "no status in it" : status };
  const receipt = soundReceipt(parameters.get("ReceiptNo") ?? "");
  if (receipt !== asked.receipt) return { kind: "unknown", why: "it speaks of another receipt" };
  const amountCents = readAmountCents((parameters.get("Amount") ?? "").replaceAll(",", ""));
  if (amountCents === "unsound") return { kind: "unknown", why: "no sound amount in it" };
  const credited = (parameters.get("CreditPartyName") ?? "").split(" - ")[0]?.trim() ?? "";
  if (!asked.shortcodes.includes(credited))
    return { kind: "not-ours", why: `the money went to ${credited || "nobody named"}`, creditedTo: credited };
  const [phone = "", ...name] = (parameters.get("DebitPartyName") ?? "").split(" - ");
  return {
    kind: "completed",
    inflow: {
      source: "transaction-status",
      trust: "fetched",
      receipt,
      amountCents: amountCents as Cents,
      accountText: parameters.get("AccountReference") ?? null,
      payer: readPayer(phone),
      payerName: name.length === 0 ? null : name.join(" - ").slice(0, 100),
      paidAtMs: readTime(parameters.get("FinalisedTime")),
      shortcode: credited,
    },
  };
}

/** Upper case in store; null when it can be none. */
export function soundReceipt(value: string): string | null {
  const receipt = value.trim().toUpperCase();
  return /^[A-Z0-9]{6,20}$/.test(receipt) ? receipt : null;
}

function refusal(error: z.ZodError): { readonly refused: string } {
  const issue = error.issues[0];
  return { refused: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "invalid"}` };
}
