/**
 * Daraja's messages, read tolerantly: numbers come as text and text as numbers, a list of one comes as its item, items come in
 * any order, without value, or not at all. What decides about money is strict: codes, receipts and amounts must be sound.
 */

import { type JsonObject, readStorableJson, readStorableObject } from "@karibu/protocol/foreign-json";
import { type Cents, cents } from "@karibu/protocol/quantities";
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import type { Read } from "../../evidence/evidence.ts";
import { readEastAfricaTime } from "./east-africa-time.ts";

export const looseText = z.union([z.string(), z.number().transform(String)]);
const requestIdSchema = looseText.pipe(z.string().min(1).max(128));

const item = z.object({ Name: z.string(), Value: z.unknown().optional() });
const items = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform((one) => [one])]);

const callbackSchema = z.object({
  Body: z.object({
    stkCallback: z.object({
      MerchantRequestID: looseText.optional(),
      CheckoutRequestID: requestIdSchema,
      ResultCode: looseText,
      ResultDesc: z.unknown().optional(),
      CallbackMetadata: z.object({ Item: items.optional() }).nullish(),
    }),
  }),
});

export interface StkCallback {
  readonly requestId: string;
  /** As text: some codes are words. */
  readonly code: string;
  readonly text: string;
  readonly receipt: string | null;
  readonly amountCents: Cents | null;
  /** By M-Pesa's clock; null: it does not say. */
  readonly paidAtMs: number | null;
}

/** Reads a callback's raw body. One that can't be genuine is refused with a reason; nothing is thrown. */
export function readStkCallback(body: string): Read<StkCallback> {
  const json = readStorableJson(body);
  if (json === undefined) return { refused: "not JSON" };
  const parsed = callbackSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refused: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "invalid"}` };
  }
  const { stkCallback } = parsed.data.Body;
  const values = new Map<string, unknown>();
  for (const each of stkCallback.CallbackMetadata?.Item ?? []) {
    const one = item.safeParse(each);
    if (one.success) values.set(one.data.Name, one.data.Value);
  }
  const amount = values.get("Amount");
  const amountCents = amount === undefined || amount === null || amount === "" ? null : readAmountCents(amount);
  if (amountCents === "unsound") return { refused: "Amount: not an amount of money" };
  const receipt = readReceipt(values.get("MpesaReceiptNumber"));
  if (receipt === "unsound") return { refused: "MpesaReceiptNumber: not a receipt" };
  const text = typeof stkCallback.ResultDesc === "string" ? stkCallback.ResultDesc : "";
  return {
    message: {
      requestId: stkCallback.CheckoutRequestID,
      code: stkCallback.ResultCode.trim(),
      text,
      receipt,
      amountCents,
      paidAtMs: readTime(values.get("TransactionDate")),
    },
  };
}

/** Exact: `1`, `1.00`, `"5.00"`, `"10"`. More than two decimals, a sign, an exponent: unsound. Zero is no inflow either. */
export function readAmountCents(value: unknown): Cents | "unsound" {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) return "unsound";
  const amount = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return amount > 0 ? cents(amount) : "unsound";
}

const eastAfrica =
  /^(?<year>\d{4})-?(?<month>\d{2})-?(?<day>\d{2})[ T]?(?<hour>\d{2}):?(?<minute>\d{2}):?(?<second>\d{2})$/;

/** East Africa Time as 14 digits, or with separators, or ISO with a zone. */
export function readTime(value: unknown): number | null {
  const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
  const digits = eastAfrica.exec(text)?.groups;
  if (digits !== undefined) return readEastAfricaTime(digits);
  const atMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(atMs) ? atMs : null;
}

/** Upper case in store. Usually ten characters, but nothing promises that; null when there is none. */
function readReceipt(value: unknown): string | null | "unsound" {
  if (value === undefined || value === null || value === "") return null;
  const receipt = String(value).trim().toUpperCase();
  return /^[A-Z0-9]{6,20}$/.test(receipt) ? receipt : "unsound";
}

/** An answer of Daraja's: JSON with what we asked for, or an error in one of its many forms. */
export type DarajaAnswer =
  | { readonly kind: "answer"; readonly fields: JsonObject }
  | { readonly kind: "error"; readonly code: string; readonly text: string };

const errorEnvelope = z.object({
  errorCode: looseText.optional(),
  ErrorCode: looseText.optional(),
  errorMessage: z.unknown().optional(),
  ErrorMessage: z.unknown().optional(),
  fault: z
    .object({ faultstring: z.unknown().optional(), detail: z.object({ errorcode: looseText.optional() }).optional() })
    .optional(),
});

/**
 * A synchronous answer is good when it is HTTP 2xx and a JSON object without error envelope. An error envelope also comes with
 * HTTP 200, and a gateway's HTML with any status.
 */
export function readAnswer(status: number, body: string): DarajaAnswer {
  const json = readStorableObject(body);
  if (json === null) return { kind: "error", code: "", text: cutText(body, 200) };
  const envelope = errorEnvelope.safeParse(json);
  const error = envelope.success ? envelope.data : {};
  const code = error.errorCode ?? error.ErrorCode ?? error.fault?.detail?.errorcode ?? "";
  const text = error.errorMessage ?? error.ErrorMessage ?? error.fault?.faultstring ?? "";
  const isError = code !== "" || error.fault !== undefined || status < 200 || status > 299;
  if (isError) return { kind: "error", code, text: typeof text === "string" ? text : "" };
  return { kind: "answer", fields: json };
}

const promptAccepted = z.object({ ResponseCode: looseText, CheckoutRequestID: requestIdSchema });
const queryAnswered = z.object({ ResultCode: looseText, ResultDesc: z.string().catch("").optional() });
const tokenIssued = z.object({
  access_token: z.string().min(1),
  expires_in: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]),
});

/** The id under which the prompt was accepted; null when the answer is not an acceptance. */
export function readPromptAccepted(fields: JsonObject): string | null {
  const parsed = promptAccepted.safeParse(fields);
  return parsed.success && parsed.data.ResponseCode === "0" ? parsed.data.CheckoutRequestID : null;
}

export function readQueryResult(fields: JsonObject): { code: string; text: string } | null {
  const parsed = queryAnswered.safeParse(fields);
  return parsed.success ? { code: parsed.data.ResultCode.trim(), text: parsed.data.ResultDesc ?? "" } : null;
}

export function readToken(fields: JsonObject): { token: string; lifeSeconds: number } | null {
  const parsed = tokenIssued.safeParse(fields);
  return parsed.success ? { token: parsed.data.access_token, lifeSeconds: parsed.data.expires_in } : null;
}
