/**
 * The rows of the review list: what waits in several tables, as one list. Each cause is read for itself, in the order of the list and no
 * further than the page needs: a flood of callbacks that fit nothing makes the list long, and neither slow nor deaf to other causes.
 */
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { countMax, listOf, type Page, type Total } from "../../ground/lists/list.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { isWaitingSql } from "../claims/claim-log.ts";

export const reviewKinds = [
  "payment",
  "suspense",
  "frozen",
  "amounts",
  "unmatched",
  "unread",
  "claim",
  "refund",
] as const;
type ReviewKind = (typeof reviewKinds)[number];

export interface ReviewRow {
  readonly kind: ReviewKind;
  readonly id: string;
  readonly what: string;
  readonly amountCents: number | null;
  readonly currency: string | null;
  readonly payer: string | null;
  readonly atMs: number;
  /** Of its receipt, which says what it can pay for. */
  readonly rail: string | null;
}

const list = listOf({
  sort: { at: { by: sql`item."atMs"`, kind: "number" } },
  default: "-at",
  tie: [sql`(item.kind || '/' || item.id)`],
  search: ["kind", "id", "what", "payer"].map((column) => sql.ref(`item.${column}`)),
});

const id = z.string().min(1).max(128);
export const reviewQuery = list.query.extend({
  /** Why it needs a person. */
  kind: z.enum(reviewKinds).optional(),
  /** Of the payment or the claim; what no site is known of is left out. */
  siteId: id.optional(),
  channelId: id.optional(),
  ...spanFields,
});

/** After so long without a result a person reviews a refund that was sent. */
const resultWithinMs = 3_600_000;

interface Cause {
  readonly kinds: readonly ReviewKind[];
  /** Columns: kind, id, what, amount, currency, payer, time, rail, site, channel. */
  rows(providerId: string, nowMs: number): RawBuilder<unknown>;
}

const siteOf = (table: string) =>
  sql`(select i.site_id from purchases i where i.provider_id = ${sql.ref(`${table}.provider_id`)} and i.purchase_id = ${sql.ref(`${table}.purchase_id`)})`;

const causes: readonly Cause[] = [
  {
    kinds: ["payment"],
    rows: (providerId) => sql`select 'payment', purchase_id, review, case review
        when 'given-back-twice' then (select sum(r.amount_cents) from refunds r where r.provider_id = purchases.provider_id
          and r.purchase_id = purchases.purchase_id and r.entry_id is not null)::bigint
          - case state when 'reversed' then coalesce((select b.amount_cents - b.returned_cents from receipts b
            where b.provider_id = purchases.provider_id and b.purchase_id = purchases.purchase_id and b.receipt = purchases.receipt
              and b.state = 'booked'), 0)
            else amount_cents - coalesce((select b.returned_plan_cents from receipts b where b.provider_id = purchases.provider_id
              and b.purchase_id = purchases.purchase_id and b.receipt = purchases.receipt), 0) end
        else amount_cents end, currency, phone_masked, changed_at_ms, null::text, site_id, channel_id
      from purchases where provider_id = ${providerId} and review is not null`,
  },
  {
    kinds: ["suspense", "frozen"],
    rows: (providerId) => sql`select case state when 'frozen' then 'frozen' else 'suspense' end, receipt,
        coalesce(account_text, ''), amount_cents, currency, payer_masked, booked_at_ms, rail, ${siteOf("receipts")}, channel_id
      from receipts where provider_id = ${providerId} and suspense_cents > 0 and state in ('suspense', 'frozen')`,
  },
  {
    kinds: ["amounts"],
    rows: (
      providerId,
    ) => sql`select 'amounts', receipt, coalesce(account_text, ''), amount_cents, currency, payer_masked,
        booked_at_ms, rail, ${siteOf("receipts")}, channel_id
      from receipts where provider_id = ${providerId} and state = 'credit' and note = 'two sources name two amounts'`,
  },
  {
    kinds: ["unmatched"],
    rows: (
      providerId,
    ) => sql`select 'unmatched', evidence_id, source || ': ' || coalesce(outcome, ''), null::bigint, null::text,
        null::text, received_at_ms, null::text, null::text, channel_id
      from evidence where provider_id = ${providerId} and state = 'unmatched' and seen_at_ms is null`,
  },
  {
    kinds: ["unread"],
    rows: (
      providerId,
    ) => sql`select 'unread', source || '/' || what, what || ' (' || times || ')', null::bigint, null::text,
        null::text, last_at_ms, null::text, null::text, (select e.channel_id from evidence e
          where e.provider_id = unread_evidence.provider_id and e.evidence_id = unread_evidence.evidence_id)
      from unread_evidence where provider_id = ${providerId} and seen_at_ms is null`,
  },
  {
    kinds: ["claim"],
    rows: (providerId, nowMs) => sql`select 'claim', claim_id, coalesce(receipt, 'by phone and amount')
        || case when times > 1 then ' ×' || times else '' end || coalesce(': ' || outcome, ''), amount_cents,
        null::text, phone_masked, created_at_ms, null::text, site_id, null::text
      from payment_claims where provider_id = ${providerId} and ${isWaitingSql(nowMs)}`,
  },
  {
    kinds: ["refund"],
    rows: (
      providerId,
      nowMs,
    ) => sql`select 'refund', refund_id, state || coalesce(': ' || problem, ''), amount_cents, currency,
        null::text, changed_at_ms, null::text, ${siteOf("refunds")}, channel_id
      from refunds where provider_id = ${providerId} and resolution is null
        and (state in ('asked', 'unknown', 'failed', 'returned') or (state = 'sent' and changed_at_ms < ${nowMs - resultWithinMs}))`,
  },
];

const columns = sql`(kind, id, what, "amountCents", currency, payer, "atMs", rail, "siteId", "channelId")`;

/** One page of what needs a person, the newest first. */
export async function readReviewPage(
  tx: Tx,
  providerId: string,
  query: z.output<typeof reviewQuery>,
  nowMs: number,
): Promise<Page<ReviewRow>> {
  const { kind, siteId, channelId, count, ...asked } = query;
  const wanted = causes.filter(({ kinds }) => kind === undefined || kinds.includes(kind));
  const found = wanted.map((cause) =>
    tx
      .selectFrom(itemsOf(sql`(select * from (${cause.rows(providerId, nowMs)}) item ${columns})`))
      .$if(kind !== undefined, (is) => is.where("item.kind", "=", kind ?? "payment"))
      .$if(siteId !== undefined, (is) => is.where(sql<boolean>`item."siteId" = ${siteId ?? ""}`))
      .$if(channelId !== undefined, (is) => is.where(sql<boolean>`item."channelId" = ${channelId ?? ""}`))
      .where(within(sql`item."atMs"`, query)),
  );
  const pages = found.map((rows) => sql`(${list.cut(rows.selectAll(), asked)})`);
  const all = tx.selectFrom(itemsOf(sql`(${sql.join(pages, sql` union all `)})`)).selectAll();
  const page = await list.page(all, asked, (row) => row);
  if (count !== true) return page;
  const totals: (Total | null)[] = [];
  for (const rows of found) totals.push(await list.totalOf(rows.selectAll(), { ...asked, count }));
  return { ...page, total: inAll(totals) };
}

const itemsOf = (rows: RawBuilder<unknown>) => (rows as RawBuilder<ReviewRow>).as<"item">(sql.ref("item"));

function inAll(totals: readonly (Total | null)[]): Total {
  const sum = totals.reduce((all, total) => all + (total?.count ?? 0), 0);
  return { count: Math.min(sum, countMax), more: sum > countMax || totals.some((total) => total?.more === true) };
}
