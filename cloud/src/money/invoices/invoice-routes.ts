/**
 * Invoices, numbered without gaps: the counter's row is locked in the transaction that issues one. Income is booked when it
 * is paid, so an invoice that nobody pays moves no money. One can be made for a payment: then it is born paid.
 */

import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../channels/money-currency.ts";
import { refuseTakenBack } from "../documents/credit-note.ts";
import { businessDay } from "../ledger/business-day.ts";
import { takeOntoFloat } from "../ledger/cash-by-hand.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { turnedRound } from "../ledger/posted-sum.ts";
import { findPurchase } from "../purchases/purchase-rows.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { invoiceEntry } from "./invoice-entry.ts";
import { totalOfLines } from "./invoice-line.ts";
import { issueInvoice } from "./issue-invoice.ts";
import { chargeOfInvoice, noteInvoice } from "./note-invoice.ts";

const id = z.string().min(1).max(128);
const line = z.strictObject({
  text: z.string().trim().min(1).max(200),
  quantity: z.int().min(1).max(10_000),
  unitCents: z.int().min(1).max(100_000_000_00),
});

export const invoiceView = z.object({
  id: z.string(),
  number: z.int(),
  customerName: z.string(),
  paymentId: z.string().nullable(),
  lines: z.array(line),
  totalCents: z.int(),
  currency: z.string(),
  state: z.enum(["issued", "paid", "void"]),
  /** What the customer types as the account at the paybill to pay it. Null: its customer has no phone here, or it was born paid. */
  accountNumber: z.string().nullable(),
  /** The phone that was entered with it, half hidden: its prompt goes there. Null: none was. */
  phone: z.string().nullable(),
  /** The newest prompt for it; null: none was sent. */
  prompt: z
    .object({
      /** `paid`: the callback says so; the invoice is paid once the channel proves it. `unknown`: no answer came to the request. */
      state: z.enum(["sending", "prompted", "paid", "failed", "unknown"]),
      /** Why it failed; null: it did not. */
      reason: z.string().nullable(),
      phone: z.string(),
      atMs: z.int(),
    })
    .nullable(),
  dueOn: z.string().nullable(),
  createdAtMs: z.int(),
});

export type InvoiceRow = Omit<Selectable<Schema["invoices"]>, "dueOn"> & {
  readonly dueOn: string | null;
  readonly accountNumber: string | null;
  readonly prompt: z.input<typeof invoiceView>["prompt"];
};

export const viewInvoice = (row: InvoiceRow): z.input<typeof invoiceView> => ({
  id: row.invoiceId,
  number: row.number,
  customerName: row.customerName,
  paymentId: row.purchaseId,
  lines: [...row.lines],
  totalCents: row.totalCents,
  currency: row.currency,
  state: row.state,
  accountNumber: row.accountNumber,
  phone: row.phoneMasked,
  prompt: row.prompt,
  dueOn: row.dueOn,
  createdAtMs: row.createdAtMs,
});

/** In cash, or out of the customer's credit. Throws a Problem 409 "no-credit" or "no-float". The invoice is locked and issued. @param takenBy who took the cash; null: the office itself */
export async function payInvoice(
  { world, ledger }: Pick<InvoiceParts, "world" | "ledger">,
  tx: Tx,
  row: InvoiceRow,
  from: "cash" | "credit",
  takenBy: string | null,
): Promise<void> {
  const { providerId, totalCents: amountCents, currency, party } = row;
  if (
    from === "credit" &&
    (party === null || (await readSpendable(tx, { providerId, party, currency })).provedCents < amountCents)
  )
    throw refusal("no-credit", { field: "with" });
  const entry = invoiceEntry(row, from);
  if (from === "cash" && takenBy !== null)
    await takeOntoFloat(ledger, tx, { providerId, userId: takenBy, currency }, { ...entry, amountCents });
  const entryId = await ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  await noteInvoice(world, tx, row, entryId);
  await setInvoice(world, tx, row, { state: "paid", entryId });
}

/** The invoice is locked. */
export async function setInvoice(
  world: World,
  tx: Tx,
  row: Pick<InvoiceRow, "providerId" | "invoiceId">,
  changes: { readonly state: InvoiceRow["state"]; readonly entryId?: string },
): Promise<void> {
  await tx
    .updateTable("invoices")
    .set({ ...changes, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", row.providerId)
    .where("invoiceId", "=", row.invoiceId)
    .execute();
}

/** The account number under which one of `invoices` is paid. */
const accountOfInvoice = sql<
  string | null
>`(select account_number from pay_accounts a where a.provider_id = invoices.provider_id
    and a.invoice_id = invoices.invoice_id)`.as("accountNumber");

/** The provider's invoices, each with its account number and its newest prompt on a phone. */
export const rowsOf = (tx: Tx, providerId: string) =>
  tx
    .selectFrom("invoices")
    .selectAll()
    .select(sql<string | null>`due_on::text`.as("dueOn"))
    .select(accountOfInvoice)
    .select(
      sql<z.input<typeof invoiceView>["prompt"]>`(select jsonb_build_object('state', p.state, 'reason', p.reason,
          'phone', p.phone_masked, 'atMs', p.created_at_ms)
        from invoice_prompts p where p.provider_id = invoices.provider_id and p.invoice_id = invoices.invoice_id
          and p.reference is null
        order by p.created_at_ms desc limit 1)`.as("prompt"),
    )
    .where("providerId", "=", providerId);

/** Locked until the transaction ends. Throws a Problem 404. */
export async function readInvoice(tx: Tx, providerId: string, invoiceId: string): Promise<InvoiceRow> {
  const row = await rowsOf(tx, providerId).where("invoiceId", "=", invoiceId).forUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("invoice");
  return row;
}

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
        lines: z.array(line).min(1).max(50).optional(),
        currency: currencyField,
        dueOn: z.iso.date().optional(),
      }),
      status: 201,
      response: invoiceView,
      handle: ({ body, providerId, actor, partyOf, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const same = await rowsOf(tx, providerId).where("idempotencyKey", "=", key).executeTakeFirst();
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
  const issued = await rowsOf(tx, providerId).where("purchaseId", "=", purchaseId).executeTakeFirst();
  if (issued !== undefined)
    throw refusal("invoiced", { field: "paymentId", rule: "invoiced-as", value: issued.number });
  return row;
}

/** The newest invoices to a customer, with what is typed to pay each. */
export const invoicesOfParty = (tx: Tx, party: Party, limit: number) =>
  tx
    .selectFrom("invoices")
    .select(["invoiceId", "number", "totalCents", "currency", "state", "createdAtMs"])
    .select(sql<string | null>`due_on::text`.as("dueOn"))
    .select(accountOfInvoice)
    .where("party", "=", party)
    .orderBy("number", "desc")
    .limit(limit)
    .execute();
