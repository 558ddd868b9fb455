/**
 * Invoices, numbered without gaps: the counter's row is locked in the transaction that issues one. Income is booked when it
 * is paid, so an invoice that nobody pays moves no money. One can be made for a payment: then it is born paid.
 */

import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../channels/money-currency.ts";
import { refuseTakenBack } from "../documents/credit-note.ts";
import { businessDay } from "../ledger/business-day.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { turnedRound } from "../ledger/posted-sum.ts";
import { findPurchase } from "../purchases/purchase-rows.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { totalOfLines } from "./invoice-line.ts";
import {
  type InvoiceRow,
  invoiceLine,
  invoiceRows,
  invoiceView,
  readInvoice,
  setInvoice,
  viewInvoice,
} from "./invoice-rows.ts";
import { issueInvoice } from "./issue-invoice.ts";
import { chargeOfInvoice, noteInvoice } from "./note-invoice.ts";
import { payInvoice } from "./pay-invoice.ts";

const id = z.string().min(1).max(128);

export interface InvoiceParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly kinds: ChannelKinds;
  readonly ledger: Ledger;
}

export function invoiceRoutes({ world, envelope, kinds, ledger }: InvoiceParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/invoices/{id}",
      summary: "One invoice",
      permission: "ledger.read",
      params: z.object({ id }),
      response: invoiceView,
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => viewInvoice(await readInvoice(tx, providerId, params.id))),
    }),
    route({
      method: "POST",
      path: "/api/v1/invoices",
      summary: "Issue an invoice with the next number; for a payment, or to be paid",
      permission: "ledger.manage",
      needsKey: true,
      body: z.strictObject({
        customerName: z.string().trim().min(1).max(200),
        phone: phoneField.optional(),
        /** Of a payment: what was bought is the line, and it is paid. */
        paymentId: id.optional(),
        lines: z.array(invoiceLine).min(1).max(50).optional(),
        currency: currencyField,
        dueOn: z.iso.date().optional(),
      }),
      status: 201,
      response: invoiceView,
      handle: ({ body, providerId, actor, partyOf, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const same = await invoiceRows(tx, providerId).where("idempotencyKey", "=", key).executeTakeFirst();
          if (same !== undefined) return viewInvoice(same);
          const phone =
            body.phone === undefined ? null : readPhone(body.phone, await countryOfProvider(tx, providerId));
          const party = phone === null ? null : partyOf(phone);
          const payment = body.paymentId === undefined ? null : await paidPayment(tx, providerId, body.paymentId);
          const nowMs = world.clock.wall().atMs;
          if (body.dueOn !== undefined && body.dueOn < (await businessDay(tx, providerId, nowMs)))
            throw wrongField("dueOn", "before-issue");
          const currency = payment?.currency ?? (await currencyOf(kinds, tx, providerId, body.currency));
          const lines =
            payment === null ? body.lines : [{ text: payment.planName, quantity: 1, unitCents: payment.amountCents }];
          if (lines === undefined) throw wrongField("lines", "lines-or-payment");
          if (totalOfLines(lines) > amountCentsMax) throw wrongField("lines", "too-big", amountCentsMax / 100);
          const invoiceId = await issueInvoice({ world, envelope }, tx, {
            providerId,
            idempotencyKey: key,
            customerName: body.customerName,
            party: payment?.phoneHash ?? party,
            phone,
            purchaseId: payment?.purchaseId ?? null,
            lines,
            currency,
            dueOn: body.dueOn ?? null,
            createdBy: actor.userId,
          });
          auditTarget(invoiceId);
          return viewInvoice(await readInvoice(tx, providerId, invoiceId));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/invoices/{id}/pay",
      summary: "An invoice is paid: in cash, or out of the customer's credit",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      needsKey: true,
      params: z.object({ id }),
      body: z.strictObject({ with: z.enum(["cash", "credit"]) }),
      response: invoiceView,
      handle: ({ params, body, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readInvoice(tx, providerId, params.id);
          if (row.state === "paid") return viewInvoice(row);
          if (row.state === "void") throw refusal("void");
          await payInvoice({ world, ledger }, tx, row, body.with, actor.userId);
          return viewInvoice({ ...row, state: "paid" });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/invoices/{id}/void",
      summary: "An invoice that is not to be paid; its number stays",
      permission: "ledger.manage",
      notForSupport: "way-of-money",
      params: z.object({ id }),
      body: null,
      response: invoiceView,
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => {
          const row = await readInvoice(tx, providerId, params.id);
          if (row.state === "paid") throw refusal("paid", ofPayment(row));
          await setInvoice(world, tx, row, { state: "void" });
          return viewInvoice({ ...row, state: "void" });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/invoices/{id}/credit-note",
      summary:
        "Take a paid invoice back: its money goes back the way it came, and it is void; one of a payment is refunded",
      permission: "ledger.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      needsKey: true,
      params: z.object({ id }),
      body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
      response: invoiceView,
      handle: ({ params, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readInvoice(tx, providerId, params.id);
          if (row.purchaseId !== null) throw refusal("of-a-payment", ofPayment(row));
          if (row.state !== "paid") throw refusal("not-paid", { rule: "invoice-unpaid" });
          await refuseAlone(tx, row, actor.userId);
          await refuseTakenBack(tx, chargeOfInvoice(row), row.totalCents);
          const cause = { providerId, purchaseId: null, party: row.party };
          const entryId = await ledger.post(tx, cause, await creditNote(tx, row));
          await noteInvoice(world, tx, row, entryId, "taken-back");
          await setInvoice(world, tx, row, { state: "void" });
          return viewInvoice({ ...row, state: "void" });
        }),
    }),
  ];
}

/** Where refunds take two persons, the person who issued it can't take the money out again alone. */
async function refuseAlone(tx: Tx, row: InvoiceRow, userId: string): Promise<void> {
  const { twoPersonRefunds } = await readMoneySettings(tx, row.providerId);
  if (!twoPersonRefunds || row.createdBy !== userId) return;
  throw refusal("second-person");
}

/** The entry by which it was paid, turned round: the cash is handed back, or the credit is the customer's again. */
async function creditNote(tx: Tx, row: InvoiceRow): Promise<LedgerEntry> {
  const { providerId, invoiceId, entryId } = row;
  const postings = entryId === null ? [] : await turnedRound(tx, { providerId, entryId });
  return balanced({ entryKey: `credit-note:${invoiceId}`, kind: "void", postings });
}

/** Which payment is to be refunded instead. */
const ofPayment = ({ purchaseId: value }: Pick<InvoiceRow, "purchaseId">) =>
  value === null ? {} : ({ rule: "of-payment", value } as const);

/** Paid, without an invoice yet, and locked until the transaction ends. */
async function paidPayment(tx: Tx, providerId: string, purchaseId: string) {
  // Two requests that issue its invoice at once: the second one sees the first one's.
  const row = await findPurchase(tx, providerId, purchaseId);
  if (row === undefined) throw notFound("payment", "paymentId");
  if (row.state !== "paid") throw refusal("not-paid", { field: "paymentId" });
  const issued = await invoiceRows(tx, providerId).where("purchaseId", "=", purchaseId).executeTakeFirst();
  if (issued !== undefined)
    throw refusal("invoiced", { field: "paymentId", rule: "invoiced-as", value: issued.number });
  return row;
}
