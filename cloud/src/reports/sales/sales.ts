/**
 * Sales from the ledger: the entries against `revenue` and `pending`, each at the time it was booked. When something proves a
 * sale, it moves from one to the other, which changes no sum here. Money in suspense or in a customer's credit is not sold yet. A
 * reversed or false sale is subtracted when that was booked. So every
 * report agrees with the ledger. Refunds are in the account `refunds`.
 */

import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { boughtThings, isNoSale, takenInCash } from "../../money/booked-sales/booked-sales.ts";
import { chargeLines } from "../../money/documents/charged-parties.ts";

export interface Span {
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
}

export interface Sales {
  /** From the beginning of the span, in steps. */
  readonly step: number;
  readonly soldCents: number;
  /** Sales minus those that were reversed. */
  readonly sales: number;
}

interface SalesOf {
  readonly providerId: string;
  readonly currency: string;
}

/** What was sold stands in these: after discounts, and also what nothing has proved yet. */
export const soldAccounts = sql`('revenue', 'discounts', 'pending')`;

const soldCents = bounded(sql`-sum(p.amount_cents)`);

/** One for each sale of `e`, minus one for each that was reversed. What takes a part back, or pays one from credit, leaves it one. */
export const soldCount = sql`-sum(case when ${isNoSale} then 0 else sign(p.amount_cents) end)`;

/** Only steps with an entry. */
export async function readSales(tx: Tx, of: SalesOf, span: Span, stepMs: number): Promise<Sales[]> {
  const { rows } = await sql<{ step: number | string; cents: number | string; sales: number | string }>`
    select (e.at_ms - ${span.fromMs}::bigint) / ${stepMs}::bigint as step, ${soldCents} as cents,
      ${soldCount} as sales
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
      and p.account in ${soldAccounts} and p.currency = ${of.currency}
    group by 1`.execute(tx);
  return rows.map((row) => ({ step: Number(row.step), soldCents: Number(row.cents), sales: Number(row.sales) }));
}

/** Of what was sold, what was taken in cash: a person or a batch of vouchers answers for it. */
export async function readCashCents(tx: Tx, of: SalesOf, span: Span): Promise<number> {
  const { rows } = await sql<{ cents: number | string }>`
    select ${bounded(sql`coalesce(-sum(p.amount_cents), 0)`)} as cents
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
      and p.account in ${soldAccounts} and p.currency = ${of.currency} and ${takenInCash}`.execute(tx);
  return Number(rows[0]?.cents ?? 0);
}

/** Refunded to customers, in any way. */
export async function readRefundedCents(tx: Tx, of: SalesOf, span: Span): Promise<number> {
  const { rows } = await sql<{ cents: number | string }>`
    select ${bounded(sql`coalesce(sum(p.amount_cents), 0)`)} as cents
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
      and p.account = 'refunds' and p.currency = ${of.currency}`.execute(tx);
  return Number(rows[0]?.cents ?? 0);
}

/**
 * Most money first, at most so many: what was bought, and what subscriptions were charged for their plan (a change of plan is money, and no further
 * sale). A sale without a plan is left out: add-ons, devices, invoices.
 */
export async function readSalesByPlan(tx: Tx, of: SalesOf, span: Span, planCountMax: number) {
  const { rows } = await sql<{ planName: string; cents: number | string; sales: number | string }>`
    with bought as (
      select coalesce(i.plan_name, c.plan_name, v.plan_name) as plan, -p.amount_cents as cents,
        case when ${isNoSale} then 0 else -sign(p.amount_cents) end as sales
      from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
      ${boughtThings}
      where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
        and p.account in ${soldAccounts} and p.currency = ${of.currency}
        and coalesce(i.plan_name, c.plan_name, v.plan_name) is not null
    ), charged as (
      select line.text as plan, line."totalCents" as cents, case when line.kind = 'plan' and not (${isNoSale}) then sign(line."totalCents") else 0 end as sales
      from ledger_entries e
      join ${chargeLines} line on line.provider_id = e.provider_id and line.entry_id = e.entry_id
      where e.provider_id = ${of.providerId} and e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs}
        and line.currency = ${of.currency} and line."planId" is not null and line.kind in ('plan', 'plan-change')
    )
    select plan as "planName", ${bounded(sql`sum(cents)`)} as cents, sum(sales) as sales
    from (select * from bought union all select * from charged) sold group by 1 order by 2 desc, 1 limit ${planCountMax}`.execute(
    tx,
  );
  return rows.map(({ planName, cents, sales }) => ({ planName, payments: Number(sales), takenCents: Number(cents) }));
}

/** All providers together, per currency. What they pay for the platform stands in its own books, and is no sale of theirs. */
export async function readSalesOfAll(tx: Tx, span: Span) {
  const { rows } = await sql<{ currency: string; cents: number | string; sales: number | string }>`
    select p.currency, ${soldCents} as cents, ${soldCount} as sales
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.at_ms >= ${span.fromMs} and e.at_ms < ${span.untilMs} and p.account in ${soldAccounts}
      and e.provider_id <> ${platformProviderId}
    group by p.currency order by p.currency`.execute(tx);
  return rows.map(({ currency, cents, sales }) => ({ currency, takenCents: Number(cents), payments: Number(sales) }));
}

/** Of what was sold, how much nothing has proved yet, whenever it was sold. */
export async function readPendingCents(tx: Tx, of: SalesOf): Promise<number> {
  const { rows } = await sql<{ cents: number | string }>`
    select ${bounded(sql`coalesce(-sum(amount_cents), 0)`)} as cents from ledger_postings
    where provider_id = ${of.providerId} and account = 'pending' and currency = ${of.currency}`.execute(tx);
  return Number(rows[0]?.cents ?? 0);
}
