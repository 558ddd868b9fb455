/**
 * What was sold, as the books have it: the entries against `revenue`, each at the time it was booked. Money in suspense or in
 * a customer's credit is not sold yet; a sale that was reversed or turned out false is taken off when that was booked. So every
 * report agrees with the ledger. What was given back stands in the account `refunds`.
 */
import { sql } from "kysely";
import type { Tx } from "../ground/db/database.ts";

export interface Span {
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
}

export interface Takings {
  /** From the span's beginning, counted in steps. */
  readonly step: number;
  readonly soldCents: number;
  /** Sales less those taken back. */
  readonly sales: number;
}

interface TakingsOf {
  readonly providerId: string;
  readonly currency: string;
}

/** Only steps in which something was booked. */
export async function readTakings(tx: Tx, of: TakingsOf, span: Span, stepMs: number): Promise<Takings[]> {
  const { rows } = await sql<{ step: number | string; cents: number | string; sales: number | string }>`
    select (e.at_ms - ${span.fromMs}::bigint) / ${stepMs}::bigint as step, -sum(p.amount_cents) as cents,
      -sum(sign(p.amount_cents)) as sales
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
      and p.account = 'revenue' and p.currency = ${of.currency}
    group by 1`.execute(tx);
  return rows.map((row) => ({ step: Number(row.step), soldCents: Number(row.cents), sales: Number(row.sales) }));
}

/** Given back to customers, whichever way. */
export async function readGivenBackCents(tx: Tx, of: TakingsOf, span: Span): Promise<number> {
  const { rows } = await sql<{ cents: number | string }>`
    select coalesce(sum(p.amount_cents), 0) as cents
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
      and p.account = 'refunds' and p.currency = ${of.currency}`.execute(tx);
  return Number(rows[0]?.cents ?? 0);
}

/** Most money first, at most so many. A sale without a purchase or a slip behind it has no plan and is left out. */
export async function readTakingsByPlan(tx: Tx, of: TakingsOf, span: Span, planCountMax: number) {
  const { rows } = await sql<{ planName: string; cents: number | string; sales: number | string }>`
    select coalesce(i.plan_name, c.plan_name, v.plan_name) as "planName", -sum(p.amount_cents) as cents, -sum(sign(p.amount_cents)) as sales
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    left join intents i on i.provider_id = e.provider_id and i.intent_id = e.intent_id
    left join cash_sales c on c.provider_id = e.provider_id and c.entry_id = e.entry_id
    left join voucher_batches v on e.kind = 'voucher-sale' and v.provider_id = e.provider_id
      and v.batch_id = split_part(substr(e.entry_key, length('voucher-sale:') + 1), '.', 1)
    where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
      and p.account = 'revenue' and p.currency = ${of.currency} and coalesce(i.plan_name, c.plan_name, v.plan_name) is not null
    group by 1 order by 2 desc, 1 limit ${planCountMax}`.execute(tx);
  return rows.map(({ planName, cents, sales }) => ({ planName, payments: Number(sales), takenCents: Number(cents) }));
}

/** All providers together, in each currency. */
export async function readTakingsOfAll(tx: Tx, span: Span) {
  const { rows } = await sql<{ currency: string; cents: number | string; sales: number | string }>`
    select p.currency, -sum(p.amount_cents) as cents, -sum(sign(p.amount_cents)) as sales
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs} and p.account = 'revenue'
    group by p.currency order by p.currency`.execute(tx);
  return rows.map(({ currency, cents, sales }) => ({ currency, takenCents: Number(cents), payments: Number(sales) }));
}
