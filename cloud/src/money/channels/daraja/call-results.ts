/** Results of Daraja's asynchronous calls, as it posts them to our result addresses. */

import { readStorableJson } from "@karibu/protocol/foreign-json";
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import { readDecimalCents } from "../../../ground/amounts/decimal-amount.ts";
import type { Read } from "../../evidence/evidence.ts";
import { readPayer } from "../../evidence/inflow.ts";
import type { CallResult, RefundVerdict, StatusVerdict } from "../channel-messages.ts";
import { classifyRefundResult, initiatorRefusal } from "./codes.ts";
import { maybeText, refusal, soundReceipt } from "./inflow-messages.ts";
import { looseText, readAmountCents, readTime } from "./messages.ts";

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

export function readCallResult(body: string): Read<CallResult> {
  const parsed = resultSchema.safeParse(readStorableJson(body));
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

/** What the result of a status query says of a receipt. */
export function readStatus(
  result: CallResult,
  asked: { receipt: string; shortcodes: readonly string[] },
): StatusVerdict {
  const { code, text, parameters } = result;
  if (code === "2032") return { kind: "no-such-receipt" };
  if (initiatorRefusal(code) !== null) return { kind: "config-error", why: `${code} ${text}`.trim() };
  if (code !== "0") return { kind: "unknown", why: `${code} ${text}`.trim() };
  const status = (parameters.get("TransactionStatus") ?? "").toLowerCase();
  const receipt = soundReceipt(parameters.get("ReceiptNo") ?? "");
  if (receipt !== asked.receipt) return { kind: "unknown", why: "it does not name the receipt" };
  if (["cancelled", "declined", "expired"].includes(status)) return { kind: "failed", why: status };
  if (status !== "completed") return { kind: "unknown", why: status === "" ? "no status in it" : status };
  const amountCents = readAmountCents((parameters.get("Amount") ?? "").replaceAll(",", ""));
  if (amountCents === "unsound") return { kind: "unknown", why: "no sound amount in it" };
  const credited = (parameters.get("CreditPartyName") ?? "").split(" - ")[0]?.trim() ?? "";
  const [phone = "", ...name] = (parameters.get("DebitPartyName") ?? "").split(" - ");
  if (!asked.shortcodes.includes(credited)) {
    // The documentation's own sample leaves the payee out and names the payer twice: that says nothing of who got it.
    if (!/^\d{5,12}$/.test(credited) || credited === phone.trim())
      return { kind: "unknown", why: "who got the money is not said" };
    return { kind: "not-ours", why: `the money went to ${credited}`, creditedTo: credited };
  }
  return {
    kind: "completed",
    inflow: {
      source: "transaction-status",
      trust: "fetched",
      receipt,
      amountCents,
      accountText: parameters.get("AccountReference") ?? null,
      payer: readPayer(phone),
      payerName: name.length === 0 ? null : cutText(name.join(" - "), 100),
      paidAtMs: readTime(parameters.get("FinalisedTime")),
      shortcode: credited,
    },
  };
}

/**
 * What the answer to a question about a payout says. Only an answer that names our short code as the one who paid, and the whole sum,
 * says that it is done. "No such transaction" says nothing: it may be on its way.
 */
export function readPayoutStatus(
  { code, parameters }: CallResult,
  asked: { readonly amountCents: number; readonly shortcodes: readonly string[] },
): RefundVerdict {
  const receipt = soundReceipt(parameters.get("ReceiptNo") ?? "");
  const verdict = (kind: RefundVerdict["kind"]): RefundVerdict => ({ kind, receipt, chargeCents: 0 });
  const debited = (parameters.get("DebitPartyName") ?? "").split(" - ")[0]?.trim() ?? "";
  const amountCents = readAmountCents((parameters.get("Amount") ?? "").replaceAll(",", ""));
  if (code !== "0" || receipt === null || !asked.shortcodes.includes(debited) || amountCents !== asked.amountCents)
    return verdict("unknown");
  const status = (parameters.get("TransactionStatus") ?? "").toLowerCase();
  if (status === "completed") return verdict("done");
  return verdict(["cancelled", "declined", "expired"].includes(status) ? "failed" : "unknown");
}

/** What a result says of a reversal or a payout. */
export function readRefundResult(kind: "reversal" | "payout", result: CallResult): RefundVerdict {
  const { code, transactionId, parameters } = result;
  return {
    kind: classifyRefundResult(kind, code),
    receipt: parameters.get("TransactionReceipt") ?? transactionId,
    chargeCents: readDecimalCents(parameters.get("Charge") ?? "") ?? 0,
  };
}
