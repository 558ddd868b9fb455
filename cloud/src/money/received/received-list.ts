/**
 * Money received, read: a page of the list by its index, then who and what each of its rows names; and what all of them add up to.
 * Phones and names come masked, as in every list. What a payer is called by the channel is told with the payment; a customer's name and page, and
 * whom an invoice is for, only to who may read customers, or the books.
 */
import { normalisePhone } from "@karibu/protocol/phone-number";
import { type SelectQueryBuilder, sql } from "kysely";
import { z } from "zod";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { maskPhonesIn } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Permission } from "../../ground/http/permissions.ts";
import { listOf } from "../../ground/lists/list.ts";
import { beginsWith } from "../../ground/lists/search.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { type AccountOwners, ownersOfModules } from "../ledger/names-in-books.ts";
import { movements, receivedKinds } from "../ledger/received-kinds.ts";
import { serialIn, soldAt } from "../paper-sales/note-voucher-sales.ts";
import { referencesLike } from "../purchases/reference.ts";
import { thingOf } from "./received-thing.ts";

const id = z.string().min(1).max(128);

export const receivedView = z.object({
  /** Of its entry in the books. */
  id: z.string(),
  /** When it was booked. */
  bookedAtMs: z.int(),
  movement: z.enum(movements),
  /** Below zero: it went back to the customer, or was never there. */
  amountCents: z.int(),
  currency: z.string(),
  /** A channel's, or `cash`. */
  channelId: z.string(),
  /** Null: cash, or the channel is gone. */
  channelName: z.string().nullable(),
  /** Who took the cash; null: no cash, or the office. */
  takenBy: z.string().nullable(),
  /** The customer's number, masked. */
  phone: z.string().nullable(),
  payerName: z.string().nullable(),
  kind: z.enum(receivedKinds),
  /** `proved` by the channel, `told` by a callback, `entered` by a person: cash always is. */
  state: z.enum(["proved", "told", "entered"]),
  /** When a voucher was first used, or a site's seller sold: before it was booked, where the site was away. Null: it was no sale at a site. */
  soldAtMs: z.int().nullable(),
  siteId: z.string().nullable(),
  siteName: z.string().nullable(),
  receipt: z.string().nullable(),
  paymentReference: z.string().nullable(),
  /** What has a page of its own. */
  thing: z
    .object({
      kind: z.enum(["payment", "cash-sale", "invoice", "subscription", "voucher", "receipt", "customer"]),
      id: z.string(),
    })
    .nullable(),
});

/** What narrows it, of the list and of its sums alike. */
export const narrowing = {
  ...spanFields,
  channelId: id.optional().describe("A channel, or `cash`."),
  takenBy: id.optional().describe("Who took the cash: a user, a seller at sites or a reseller."),
  kind: receivedView.shape.kind.optional(),
  movement: receivedView.shape.movement.optional(),
  siteId: id.optional(),
  state: receivedView.shape.state.optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe("How a receipt begins, a payment's whole reference, or a customer's whole phone number."),
};
const narrowed = z.object(narrowing);
type Narrowing = z.output<typeof narrowed>;

const list = listOf({
  sort: { booked: { by: sql.ref("m.atMs"), kind: "number" } },
  default: "-booked",
  tie: [sql.ref("m.entryId"), sql.ref("m.currency")],
  search: [sql.ref("m.receipt")],
});
export const receivedQuery = list.query.extend(narrowing);

interface Searcher {
  readonly providerId: string;
  readonly partyOf: (phone: string) => Party;
}

interface ReceivedReader extends Searcher {
  readonly may: (permission: Permission) => boolean;
  readonly accountOwners: readonly AccountOwners[];
}

export async function listReceived(tx: Tx, reader: ReceivedReader, query: z.output<typeof receivedQuery>) {
  const { may } = reader;
  const [seesCustomers, seesInvoices] = [may("customers.read"), may("ledger.read")];
  // The search has a way of its own, by indexes.
  const { q: _, ...asked } = query;
  const rows = tx.selectFrom("money_received as m").selectAll("m");
  const page = await list.page((await narrow(tx, rows, reader, query)) as typeof rows, asked, (row) => row);
  const entries = page.items.map((row) => row.entryId);
  const told = new Map((await readNames(tx, reader, entries)).map((row) => [row.entryId, row]));
  const items = page.items.map((row): z.input<typeof receivedView> => {
    const more = told.get(row.entryId);
    const payerName =
      more?.payerName ??
      (seesInvoices ? more?.invoiceName : null) ??
      (seesCustomers ? more?.customerName : null) ??
      null;
    return {
      id: row.entryId,
      bookedAtMs: row.atMs,
      movement: row.movement,
      amountCents: row.amountCents,
      currency: row.currency,
      channelId: row.channelId,
      channelName: more?.channelName ?? null,
      takenBy: more?.takerName ?? null,
      phone: more?.phone ?? null,
      payerName: payerName === null ? null : maskPhonesIn(payerName),
      kind: row.kind,
      state: row.state,
      soldAtMs: more?.soldAtMs == null ? null : Number(more.soldAtMs),
      siteId: row.siteId === "" ? null : row.siteId,
      siteName: more?.siteName ?? null,
      receipt: row.receipt,
      paymentReference: more?.reference ?? null,
      thing: thingOf({
        entryKey: more?.entryKey ?? "",
        paymentId: row.purchaseId,
        refundOf:
          more?.refundId == null ? null : { voucherId: more.refundedVoucher, cashSaleId: more.refundedCashSale },
        receipt: row.receipt,
        customerId: seesCustomers ? (more?.customerId ?? null) : null,
      }),
    };
  });
  return { ...page, items };
}

export const receivedSum = z.object({
  currency: z.string(),
  /** What came in less what went back. */
  amountCents: z.int(),
  inCents: z.int(),
  /** Below zero. */
  backCents: z.int(),
  rows: z.int(),
});

/** With the list's filters; over all pages, however many. */
export async function sumReceived(tx: Tx, reader: Searcher, query: Narrowing): Promise<z.input<typeof receivedSum>[]> {
  const sums = tx
    .selectFrom("money_received as m")
    .select("m.currency")
    .select([
      sql<number>`sum(m.amount_cents)::bigint`.as("amount"),
      sql<number>`coalesce(sum(m.amount_cents) filter (where m.amount_cents > 0), 0)::bigint`.as("came"),
      sql<number>`coalesce(sum(m.amount_cents) filter (where m.amount_cents < 0), 0)::bigint`.as("back"),
      sql<number>`count(*)`.as("rows"),
    ])
    .groupBy("m.currency")
    .orderBy("m.currency");
  const rows = await ((await narrow(tx, sums, reader, query)) as typeof sums).execute();
  return rows.map((row) => ({
    currency: row.currency,
    amountCents: Number(row.amount),
    inCents: Number(row.came),
    backCents: Number(row.back),
    rows: Number(row.rows),
  }));
}

type Rows = SelectQueryBuilder<Schema & { m: Schema["money_received"] }, "m", unknown>;

async function narrow(tx: Tx, all: unknown, { providerId, partyOf }: Searcher, query: Narrowing): Promise<unknown> {
  const { channelId, takenBy, kind, movement, siteId, state, q } = query;
  const country = q === undefined ? null : await countryOfProvider(tx, providerId);
  return (
    (all as Rows)
      .where("m.providerId", "=", providerId)
      .where(within(sql.ref("m.atMs"), query))
      .$if(channelId !== undefined, (is) => is.where("m.channelId", "=", channelId ?? ""))
      .$if(takenBy !== undefined, (is) => is.where("m.takenBy", "=", takenBy ?? ""))
      .$if(kind !== undefined, (is) => is.where("m.kind", "=", kind ?? "purchase"))
      .$if(movement !== undefined, (is) => is.where("m.movement", "=", movement ?? "received"))
      // The first condition lets the index of sites be used.
      .$if(siteId !== undefined, (is) => is.where("m.siteId", "<>", "").where("m.siteId", "=", siteId ?? ""))
      .$if(state !== undefined, (is) => is.where("m.state", "=", state ?? "proved"))
      .$if(country !== null, (is) => {
        const phone = country === null ? null : normalisePhone(q ?? "", country);
        return is.where(entriesOf(providerId, q ?? "", phone === null ? null : partyOf(phone)));
      })
  );
}

/** The entries that a typed receipt, reference or phone number means: each part reads an index. */
function entriesOf(providerId: string, typed: string, party: Party | null) {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "");
  const receipt = sql`r.receipt collate "C"`;
  const references = sql.join([...referencesLike(code), ""].map((one) => sql`${one}::text`));
  const ofParty =
    party === null
      ? sql``
      : sql`
    union select r.entry_id from money_received r where r.provider_id = ${providerId} and r.purchase_id in
      (select purchase_id from purchases where provider_id = ${providerId} and phone_hash = ${party})
    union select r.entry_id from receipts paid join money_received r
      on r.provider_id = paid.provider_id and r.receipt collate "C" = paid.receipt and r.rail = paid.rail
      where paid.provider_id = ${providerId} and paid.payer_hash = ${party}
    union select entry_id from ledger_postings
      where provider_id = ${providerId} and account in ('credit', 'debts') and party = ${party}
    union select entry_id from cash_sales where provider_id = ${providerId} and phone_hash = ${party}
    union select entry_id from document_charges
      where provider_id = ${providerId} and party = ${party} and entry_id is not null`;
  return sql<boolean>`m.entry_id in (
    select r.entry_id from money_received r where r.provider_id = ${providerId} and r.receipt is not null
      and (${beginsWith(receipt, code === "" ? typed : code)} or ${beginsWith(receipt, typed)})
    union select r.entry_id from money_received r where r.provider_id = ${providerId} and r.purchase_id in
      (select purchase_id from purchases where provider_id = ${providerId} and reference in (${references}))
    ${ofParty})`;
}

interface Named {
  readonly entryId: string;
  readonly entryKey: string;
  readonly channelName: string | null;
  readonly takerName: string | null;
  readonly phone: string | null;
  readonly payerName: string | null;
  readonly invoiceName: string | null;
  readonly customerName: string | null;
  readonly siteName: string | null;
  readonly reference: string | null;
  readonly refundId: string | null;
  readonly refundedVoucher: string | null;
  readonly refundedCashSale: string | null;
  readonly customerId: string | null;
  readonly soldAtMs: number | string | null;
}

/** Who and what the rows of one page name. */
async function readNames(
  tx: Tx,
  { providerId, accountOwners }: Pick<ReceivedReader, "providerId" | "accountOwners">,
  entries: readonly string[],
): Promise<readonly Named[]> {
  const { rows } = await sql<Named>`
    select m.entry_id, e.entry_key, n.name as channel_name, i.reference,
      coalesce(u.name, l.name, d.name) as taker_name,
      coalesce(i.phone_masked, c.phone_masked, r.payer_masked, bill.phone_masked, x.phone_masked,
        buyer.phone_masked, owner.phone_masked, known.phone_masked) as phone,
      r.payer_name, bill.customer_name as invoice_name, coalesce(buyer.name, owner.name) as customer_name,
      ${siteNameOf("m")} as site_name, f.refund_id, f.voucher_id as refunded_voucher, f.cash_sale_id as refunded_cash_sale,
      coalesce(buyer.customer_id, owner.customer_id) as customer_id,
      coalesce(c.sold_at_ms, case when w.entry_id is not null then ${soldAt} end) as sold_at_ms
    from money_received m
    join ledger_entries e on e.provider_id = m.provider_id and e.entry_id = m.entry_id
    left join channels n on n.provider_id = m.provider_id and n.channel_id = m.channel_id
    left join users u on u.provider_id = m.provider_id and u.user_id = m.taken_by
    left join sellers l on l.provider_id = m.provider_id and l.seller_id = m.taken_by
    left join (${ownersOfModules(accountOwners, providerId)}) d on d.id = m.taken_by
    left join purchases i on i.provider_id = m.provider_id and i.purchase_id = m.purchase_id
    left join receipts r on r.provider_id = m.provider_id and r.rail = m.rail and r.receipt = m.receipt
    left join cash_sales c on c.provider_id = m.provider_id and c.entry_id = m.entry_id
    left join voucher_sales w on e.entry_key like 'voucher-sale:%' and w.provider_id = m.provider_id
      and w.batch_id = split_part(substr(e.entry_key, 14), '.', 1)
      and w.serial = ${serialIn(sql`substr(e.entry_key, 14)`)}
    left join voucher_batches b on b.provider_id = w.provider_id and b.batch_id = w.batch_id
    left join refunds f on e.kind = 'refund' and f.provider_id = m.provider_id
      and f.refund_id = split_part(e.entry_key, ':', 2)
    left join corrections x on e.kind = 'correction' and x.provider_id = m.provider_id
      and x.correction_id = split_part(e.entry_key, ':', 2)
    left join invoices bill on m.kind = 'invoice' and bill.provider_id = m.provider_id
      and bill.invoice_id = split_part(e.entry_key, ':', 2)
    left join subscriptions s on m.kind in ('subscription', 'deposit') and s.provider_id = m.provider_id
      and s.subscription_id = split_part(e.entry_key, ':', 2)
    left join lateral (
      select party from ledger_postings p where p.provider_id = m.provider_id and p.entry_id = m.entry_id
        and p.account in ('credit', 'debts') and p.party is not null limit 1
    ) p on true
    left join customers buyer on buyer.provider_id = m.provider_id and buyer.customer_id = s.customer_id
    left join customers owner on owner.provider_id = m.provider_id and owner.phone_hash = p.party
      and owner.deleted_at_ms is null
    left join lateral (
      select k.phone_masked from purchases k where k.provider_id = m.provider_id and k.phone_hash = p.party
      order by k.created_at_ms desc limit 1
    ) known on true
    where m.provider_id = ${providerId} and m.entry_id in (${sql.join([...entries, ""].map((one) => sql`${one}::text`))})`.execute(
    tx,
  );
  return rows;
}
