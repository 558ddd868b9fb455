/**
 * What a channel holds by its statement against its account in the books, at the statement's end. The statement follows the account where customers'
 * money arrives; what moved on to the organisation's other accounts at the channel is still held there until it leaves them.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { ReceiptPlace } from "../channels/channels.ts";
import { type Difference, keepDifferences } from "./differences.ts";
import { lastSentAtMs } from "./keep-statement.ts";

export interface ComparedAccount {
  readonly heldCents: number;
  readonly bookedCents: number;
  /** The statement's end. */
  readonly untilMs: number;
}

type Place = Pick<ReceiptPlace, "providerId" | "channelId" | "rail" | "currency">;

/** In the list of differences it stands in the place of a receipt: one of each channel. */
export const closingBalance = "closing-balance";

/** Clocks of channel and hub differ by less. */
const skewMs = 10 * 60_000;

export async function compareAccount(
  tx: Tx,
  place: Place,
  statement: { readonly closingCents: number; readonly toMs: number },
): Promise<ComparedAccount> {
  const untilMs = statement.toMs + 999; // statements count whole seconds
  const held = await sql<{ cents: number | string }>`
    select coalesce(sum(outside_cents), 0) as cents from (
      select distinct line.receipt, line.kind, line.completed_at_ms, line.outside_cents from statement_lines line
        join statements of on of.provider_id = line.provider_id and of.statement_id = line.statement_id
        where line.provider_id = ${place.providerId} and of.channel_id = ${place.channelId}
          and line.outside_cents <> 0 and line.completed_at_ms <= ${untilMs}) moved`.execute(tx);
  const heldCents = statement.closingCents + Number(held.rows[0]?.cents ?? 0);
  return { heldCents, bookedCents: await accountAt(tx, place, untilMs), untilMs: statement.toMs };
}

/**
 * Of the channel's account now, without what happened at the channel afterwards: a sale of this morning is not on yesterday's statement. Lines and
 * receipts are joined as sets: looked up one by one, a month of sales reads a year of lines for each of them. What the channel's answer proved before its
 * receipt came is booked under its purchase; it happened when that receipt says.
 */
async function accountAt(tx: Tx, { providerId, channelId, rail, currency }: Place, untilMs: number): Promise<number> {
  // Of a provider whose first long statement this is the database knows no figures yet, and would take few rows for granted: row by row.
  await sql`select set_config('enable_nestloop', 'off', true)`.execute(tx);
  const { rows } = await sql<{ cents: number | string }>`
    with posted as (
      select p.entry_id, p.amount_cents from ledger_postings p
        where p.provider_id = ${providerId} and p.currency = ${currency}
          and p.account in (${`clearing:${channelId}`}, ${`unreceipted:${channelId}`})
    ), later as (
      select e.entry_id, e.at_ms, e.kind, e.entry_key, split_part(e.entry_key, ':', 2) as id, split_part(e.entry_key, ':', 3) as receipt
        from ledger_entries e where e.provider_id = ${providerId} and e.at_ms > ${untilMs - skewMs}
          and e.entry_key not like 'opening:%' and e.entry_id in (select entry_id from posted)
    ), seen as (
      select line.receipt, line.linked_receipt, line.kind, line.completed_at_ms as at_ms from statement_lines line
        join statements of on of.provider_id = line.provider_id and of.statement_id = line.statement_id
        where line.provider_id = ${providerId} and of.channel_id = ${channelId}
    ), own as (
      select receipt, min(at_ms) as at_ms from seen group by receipt
    ), turned as (
      select linked_receipt as receipt, min(at_ms) as at_ms from seen where kind = 'reversal' and linked_receipt is not null
        group by linked_receipt
    ), answered as (
      select purchase_id, min(receipt) as receipt from receipts
        where provider_id = ${providerId} and rail = ${rail}
          and purchase_id in (select id from later where entry_key like 'unreceipted:%') group by purchase_id
    ), named as (
      select later.*, case when later.entry_key like 'refund-returned:%' then r.returned_receipt when later.entry_key like 'refund:%' then r.result_receipt
          when by_hand.receipt is not null then by_hand.receipt
          when later.entry_key like 'unreceipted:%' then answered.receipt
          else later.receipt end as of_receipt, by_hand.receipt is not null as is_by_hand
        from later left join answered on later.entry_key like 'unreceipted:%' and answered.purchase_id = later.id
        left join refunds r on later.entry_key ~ '^refund(-returned)?:' and r.provider_id = ${providerId} and r.refund_id = later.id
        left join paid_by_hand by_hand on by_hand.provider_id = ${providerId} and by_hand.entry_key = later.entry_key
    ), paid as (
      select receipt, min(paid_at_ms) as at_ms from receipts
        where provider_id = ${providerId} and rail = ${rail} and receipt in (select of_receipt from named) group by receipt
    ), dated as (
      select named.entry_id, coalesce(
        case
          when named.is_by_hand or named.entry_key ~ '^refund(-returned)?:' then own.at_ms
          when named.kind = 'reversal' then turned.at_ms
          when named.receipt <> '' or named.entry_key like 'unreceipted:%' then coalesce(own.at_ms, paid.at_ms)
        end, named.at_ms) as at_ms
      from named left join own on own.receipt = named.of_receipt left join turned on turned.receipt = named.receipt
        left join paid on paid.receipt = named.of_receipt
    )
    select coalesce(sum(amount_cents), 0)::bigint as cents from posted
      where entry_id not in (select entry_id from dated where at_ms > ${untilMs})`.execute(tx);
  await sql`select set_config('enable_nestloop', 'on', true)`.execute(tx);
  return Number(rows[0]?.cents ?? 0);
}

/** Holds the channel's newest statement that has a balance against the books anew, and keeps what differs. Null: there is none. */
export async function refreshAccount(tx: Tx, place: Place, nowMs: number): Promise<ComparedAccount | null> {
  const newest = await tx
    .selectFrom("statements")
    .select(["statementId", "closingCents", "toMs"])
    .where("providerId", "=", place.providerId)
    .where("channelId", "=", place.channelId)
    .where("closingCents", "is not", null)
    .orderBy("toMs", "desc")
    .orderBy(lastSentAtMs, "desc")
    .orderBy("statementId", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest?.closingCents == null) return null;
  const compared = await compareAccount(tx, place, { closingCents: newest.closingCents, toMs: newest.toMs });
  const from = { statementId: newest.statementId, compared: new Set([closingBalance]), nowMs };
  await keepDifferences(tx, place, accountDifference(compared), from);
  return compared;
}

export const accountDifference = ({ heldCents, bookedCents }: ComparedAccount): Difference[] =>
  heldCents === bookedCents
    ? []
    : [{ receipt: closingBalance, what: "balance-differs", statementCents: heldCents, bookedCents }];

/** Has a person explained a difference of this size? It may stay for days. */
export async function isExplained(tx: Tx, place: Place, { heldCents, bookedCents }: ComparedAccount): Promise<boolean> {
  const row = await tx
    .selectFrom("statement_differences")
    .select(["statementCents", "bookedCents"])
    .where("providerId", "=", place.providerId)
    .where("channelId", "=", place.channelId)
    .where("receipt", "=", closingBalance)
    .where("resolvedBy", "is not", null)
    .executeTakeFirst();
  return row !== undefined && row.statementCents - row.bookedCents === heldCents - bookedCents;
}
