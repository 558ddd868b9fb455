/** Payments as the API shows them. Phone numbers are masked. */
import { z } from "zod";
import type { Actor } from "../../ground/http/actor.ts";
import { mayReadSoldCodes } from "../../ground/http/unused-codes.ts";
import { enteredSource } from "../evidence/entered.ts";
import type { EvidenceSource, Provenance } from "../evidence/evidence.ts";
import type { PurchaseRow } from "./purchase-rows.ts";

export const paymentView = z.object({
  id: z.string(),
  siteId: z.string(),
  channelId: z.string(),
  /** The kind of channel that it came through: only those of M-Pesa put a prompt on a phone. */
  channelKind: z.string(),
  channelName: z.string(),
  planId: z.string(),
  planName: z.string(),
  /** The customer's number, masked. Null: bought over the counter by somebody who gave none. */
  phone: z.string().nullable(),
  amountCents: z.int(),
  /** Of its price, what the customer's credit was to pay; the prompt asked for the rest. */
  creditCents: z.int(),
  currency: z.string(),
  reference: z.string(),
  state: z.enum([
    "created",
    "sending",
    "prompted",
    "paid",
    "paid_unreceipted",
    "failed",
    "unknown",
    "reversed",
    "disproved",
    "moved",
  ]),
  reason: z.string().nullable(),
  receipt: z.string().nullable(),
  /** A source that we asked ourselves agrees. */
  verified: z.boolean(),
  /** How we know that it is paid: the channel proved it, a callback told it, a person entered it. Null: it is not paid. */
  provenance: z.enum(["proved", "told", "entered"]).nullable(),
  /** Which source proved its receipt: `statement`, `pull`, `transaction-status`, …; null: none has, or it was asked about without one. */
  provedBy: z.string().nullable(),
  /** Of its price, what is no revenue yet, because nothing has proved it. */
  pendingCents: z.int(),
  /** Why a person should review it; null: no need. */
  review: z.string().nullable(),
  grantId: z.string().nullable(),
  /** Opens what was bought on any device, like a voucher's. Null: none was given, or the caller may not read codes; and in lists. */
  code: z.string().nullable(),
  /** Of a bundle: the further codes, under the same rule. Empty in lists. */
  moreCodes: z.array(z.string()),
  /** Its last four signs, enough to know a slip by. Null: none was given. */
  codeEnd: z.string().nullable(),
  siteName: z.string(),
  /** Who sold it over a counter; null: the customer bought it, or the person is no user any more. */
  soldBy: z.string().nullable(),
  /** Refunded of it so far, in any way. */
  refundedCents: z.int(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});

export const paymentDetail = paymentView.extend({
  receipts: z.array(
    z.object({
      receipt: z.string(),
      amountCents: z.int(),
      planCents: z.int(),
      creditCents: z.int(),
      bookedAtMs: z.int(),
    }),
  ),
  /** Its refunds, newest first. */
  refunds: z.array(
    z.object({
      id: z.string(),
      method: z.string(),
      amountCents: z.int(),
      state: z.string(),
      problem: z.string().nullable(),
      reason: z.string(),
      createdAtMs: z.int(),
    }),
  ),
  /** Every fact that came in about it or its receipts, oldest first, and what it did. */
  evidence: z.array(
    z.object({
      id: z.string(),
      source: z.string(),
      state: z.enum(["new", "parked", "done", "unmatched"]),
      outcome: z.string().nullable(),
      remoteAddress: z.string().nullable(),
      receivedAtMs: z.int(),
      /** Who typed it, where a person did; null: nobody, or a person who is no user any more. */
      enteredBy: z.string().nullable(),
      /** Why it was typed. */
      note: z.string().nullable(),
    }),
  ),
});

/**
 * Whose code the caller may read: who may see codes that nobody has used, who may give a sale its code, or of a sale of their own. Who
 * reads payments, vouchers and books alone must not be able to take what was sold, nor may support access, which gives no sale its code.
 */
export function mayReadCode(reader: Pick<Actor, "userId" | "may" | "credential">, soldBy: string | null): boolean {
  const isOwn = reader.credential.kind !== "impersonation" && soldBy !== null && soldBy === reader.userId;
  return isOwn || mayReadSoldCodes(reader);
}

interface PaidBy {
  /** Which source reported the receipt that paid, first; null: none has paid yet. */
  readonly receiptSource: EvidenceSource | null;
  readonly provedBy: string | null;
}

function provenanceOf(row: PurchaseRow & PaidBy & { readonly kind: string }): Provenance | null {
  if (row.state !== "paid" && row.state !== "paid_unreceipted") return null;
  if (!row.corroborated) return row.receiptSource === enteredSource ? "entered" : "told";
  return row.kind === "cash" ? "entered" : "proved";
}

export function viewPayment(
  row: PurchaseRow &
    PaidBy & {
      readonly kind: string;
      readonly channelName: string;
      readonly grantId: string | null;
      readonly code: string | null;
      readonly moreCodes?: readonly string[];
      readonly siteName: string;
      readonly sellerName: string | null;
      readonly refundedCents: number;
    },
  reader: Pick<Actor, "userId" | "may" | "credential">,
): z.input<typeof paymentView> {
  return {
    id: row.purchaseId,
    siteId: row.siteId,
    channelId: row.channelId,
    channelKind: row.kind,
    channelName: row.channelName,
    planId: row.planId,
    planName: row.planName,
    phone: row.phoneMasked,
    amountCents: row.amountCents,
    creditCents: row.amountCents - (row.askedCents ?? row.amountCents),
    currency: row.currency,
    reference: row.reference,
    state: row.state,
    reason: row.reason,
    receipt: row.receipt,
    verified: row.corroborated,
    provenance: provenanceOf(row),
    provedBy: row.corroborated ? row.provedBy : null,
    pendingCents: row.pendingCents,
    review: row.review,
    grantId: row.grantId,
    code: mayReadCode(reader, row.soldBy) ? row.code : null,
    moreCodes: mayReadCode(reader, row.soldBy) ? [...(row.moreCodes ?? [])] : [],
    codeEnd: row.code?.slice(-4) ?? null,
    siteName: row.siteName,
    soldBy: row.sellerName,
    refundedCents: Number(row.refundedCents),
    createdAtMs: row.createdAtMs,
    changedAtMs: row.changedAtMs,
  };
}
