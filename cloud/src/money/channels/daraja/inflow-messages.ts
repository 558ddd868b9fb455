/**
 * Daraja's messages about money that no request of ours asked for: C2B confirmations and the list (Pull). Money fields must be
 * sound; time, phone and names may be odd, for the money is credited all the same.
 */

import { type JsonObject, readJson } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import type { Read } from "../../evidence/evidence.ts";
import { type Inflow, readPayer } from "../../evidence/inflow.ts";
import { looseText, readAmountCents, readTime } from "./messages.ts";

export const maybeText = z.union([looseText, z.null()]).optional().catch(undefined);

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

/** JSON allows no raw control characters in its texts. What people type has them all the same, and it is money. */
function withoutControls(body: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is replaced
  return body.replace(/[\u0000-\u001f]/g, " ");
}

/** A C2B confirmation or validation. */
export function readC2b(body: string): Read<Inflow> {
  const parsed = c2bSchema.safeParse(readJson(withoutControls(body)));
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
      payerName: names.length === 0 ? null : cutText(names.join(" "), 100),
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

/** One row of the list. Nothing proves that its `Z` means UTC. */
function readPullRow(body: string): Read<Inflow> {
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

/** Money that came in by itself, by the source of the stored text. */
export function readDarajaInflow(source: string, body: string): Read<Inflow> {
  if (source === "c2b-confirmation") return readC2b(body);
  return source === "pull" ? readPullRow(body) : { refused: `nothing here reads ${source}` };
}

/** Stored in upper case; null when it can't be a receipt. */
export function soundReceipt(value: string): string | null {
  const receipt = value.trim().toUpperCase();
  return /^[A-Z0-9]{6,20}$/.test(receipt) ? receipt : null;
}

export function refusal(error: z.ZodError): { readonly refused: string } {
  const issue = error.issues[0];
  return { refused: `${issue?.path.join(".") || "body"}: ${issue?.message ?? "invalid"}` };
}
