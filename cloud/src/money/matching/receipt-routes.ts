/** The API of receipts: money that came in, and whose it is. */
import { sql } from "kysely";
import { z } from "zod";
import { phoneHash } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, Problem } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import type { WitnessParts } from "../questions/witnesses.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { findAccount, giveToAccount, onlyCustomersLike } from "./account-money.ts";
import { giveToCredit, giveToPurchase } from "./suspense.ts";

const id = z.string().min(1).max(128);

const receiptView = z.object({
  receipt: z.string(),
  rail: z.string(),
  channelId: z.string(),
  paymentId: z.string().nullable(),
  state: z.enum(["booked", "credit", "suspense", "reversed", "disproved", "frozen"]),
  amountCents: z.int(),
  planCents: z.int(),
  creditCents: z.int(),
  suspenseCents: z.int(),
  currency: z.string(),
  payer: z.string().nullable(),
  payerName: z.string().nullable(),
  accountText: z.string().nullable(),
  verified: z.boolean(),
  source: z.string(),
  bookedAtMs: z.int(),
  paidAtMs: z.int().nullable(),
  note: z.string().nullable(),
});

const receipts = listOf({
  sort: {
    booked: { by: sql.ref("booked_at_ms"), kind: "number" },
    amount: { by: sql.ref("amount_cents"), kind: "number" },
  },
  default: "-booked",
  tie: [sql.ref("receipt"), sql.ref("rail")],
  search: ["receipt", "payer_name", "payer_masked", "account_text"].map((column) => sql.ref(column)),
});

export function receiptRoutes(parts: WitnessParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/receipts",
      summary: "Money that came in, newest first",
      permission: "payments.read",
      query: receipts.query.extend({ state: receiptView.shape.state.optional(), channelId: id.optional() }),
      response: pageOf(receiptView),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { state, channelId } = query;
          const rows = tx
            .selectFrom("receipts")
            .selectAll()
            // What paid for a purchase is proved with it: a question about the purchase names no receipt.
            .select(
              sql<boolean>`corroborated or exists (select from intents i where i.provider_id = receipts.provider_id
                and i.intent_id = receipts.intent_id and i.receipt = receipts.receipt and i.corroborated
                and receipts.state = 'booked')`.as("verified"),
            )
            .where("provider_id", "=", providerId)
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "booked"))
            .$if(channelId !== undefined, (is) => is.where("channel_id", "=", channelId ?? ""));
          return receipts.page(rows, query, (row) => ({
            receipt: row.receipt,
            rail: row.rail,
            channelId: row.channel_id,
            paymentId: row.intent_id,
            state: row.state,
            amountCents: row.amount_cents,
            planCents: row.plan_cents,
            creditCents: row.credit_cents,
            suspenseCents: row.suspense_cents,
            currency: row.currency,
            payer: row.payer_masked,
            payerName: row.payer_name,
            accountText: row.account_text,
            verified: row.verified,
            source: row.source,
            bookedAtMs: row.booked_at_ms,
            paidAtMs: row.paid_at_ms,
            note: row.note,
          }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/receipts/{receipt}/assign",
      summary: "Give money in suspense an owner: a payment, a customer's credit, or what an account number stands for",
      permission: "payments.manage",
      needsKey: true,
      params: z.object({ receipt: id }),
      body: z.union([
        z.strictObject({ paymentId: id }),
        z.strictObject({ phone: phoneField }),
        /** Of an account of ours. With the payer's phone where it is a site's account and no source shows the payer. */
        z.strictObject({ accountNumber: id, phone: phoneField.optional() }),
      ]),
      response: z.object({ receipt: z.string(), state: receiptView.shape.state, paymentId: z.string().nullable() }),
      handle: ({ params, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          const row = await readReceipt(tx, providerId, params.receipt);
          if (row === null) throw notFound("receipt");
          const note = `assigned by ${actor.userId}`;
          if ("paymentId" in body) await givePayment(parts, tx, row, body.paymentId);
          else if ("accountNumber" in body) await giveAccount(parts, tx, row, { ...body, note });
          else {
            const party = phoneHash(readPhone(body.phone));
            if (!(await giveToCredit(parts, tx, row, party, note))) throw hasOwner();
          }
          const now = await readReceipt(tx, providerId, params.receipt);
          return { receipt: params.receipt, state: now?.state ?? row.state, paymentId: now?.intent_id ?? null };
        }),
    }),
  ];
}

const hasOwner = () => new Problem(409, "not-in-suspense", "This money has an owner already.");

async function giveAccount(
  parts: WitnessParts,
  tx: Tx,
  row: ReceiptRow,
  said: { readonly accountNumber: string; readonly phone?: string | undefined; readonly note: string },
): Promise<void> {
  const account = await findAccount(tx, row.provider_id, said.accountNumber);
  if (account === null) throw notFound("account number", "accountNumber");
  const phone = said.phone === undefined ? null : readPhone(said.phone);
  const named = phone === null ? null : phoneHash(phone);
  const masked = row.payer_masked ?? "";
  const party =
    account.party ??
    named ??
    row.payer_hash ??
    (await onlyCustomersLike(parts.world, tx, row.provider_id, [masked])).get(masked);
  if (party === undefined) {
    const detail = "phone: the account is a site's, and no source shows who paid. Give the payer's phone.";
    throw new Problem(400, "invalid", detail, { field: "phone" });
  }
  const owner = { party, phone: party === named ? phone : null, note: said.note };
  if ((await giveToAccount(parts, tx, row, account, owner, true)) === "not-in-suspense") throw hasOwner();
}

async function givePayment(parts: WitnessParts, tx: Tx, row: ReceiptRow, paymentId: string): Promise<void> {
  await refuseUnknownPayment(tx, row.provider_id, paymentId);
  const given = await giveToPurchase(parts, tx, row, paymentId, true);
  if (given === "not-in-suspense") throw hasOwner();
  if (given === "another-kind") {
    const detail =
      "paymentId: this payment goes through another channel or counts in another currency. Give the money to the customer's credit.";
    throw new Problem(409, "another-kind", detail, { field: "paymentId" });
  }
}

/** Throws a Problem 404 that names the field. */
export async function refuseUnknownPayment(tx: Tx, providerId: string, paymentId: string): Promise<void> {
  const intent = await tx
    .selectFrom("intents")
    .select("intent_id")
    .where("provider_id", "=", providerId)
    .where("intent_id", "=", paymentId)
    .executeTakeFirst();
  if (intent === undefined) throw notFound("payment", "paymentId");
}
