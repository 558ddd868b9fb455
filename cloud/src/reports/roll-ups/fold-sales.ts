/** Sales, payers, and what was charged line by line, from the books. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { chargedLines } from "./charged-lines.ts";
import { dayWithin } from "./day-within.ts";
import { soldEntries } from "./sold-entries.ts";

export interface RolledUp {
  readonly providerId: string;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
}

/** So many in one statement, so that a transaction stays short. */
export const entriesAtOnce = 2_000;
const payersAtOnce = 20_000;

const waitingAway = sql`taken as (select 1)`;

/** Adds what waits, at most `entriesAtOnce`. One statement: what it takes away and what it adds are the same rows. @returns how many entries */
export async function foldSales(tx: Tx, of: RolledUp): Promise<number> {
  const these = sql`e.entry_id in (select entry_id from taken)`;
  const { rows } = await sql<{ count: number }>`
    with taken as (
      delete from report_entries_waiting w where w.provider_id = ${of.providerId} and w.entry_id in (
        select entry_id from report_entries_waiting where provider_id = ${of.providerId} order by entry_id limit ${entriesAtOnce})
      returning w.entry_id
    ), sold as (${soldEntries(of, these)}), charged as (${chargedLines(of, these)}),
    ${addSold(of)}
    select count(*)::int as count from taken`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Takes some of what is told of payers away, before it is counted anew. @returns whether there was any */
export async function forgetPayers(tx: Tx, { providerId }: RolledUp): Promise<boolean> {
  for (const table of ["report_payer_months", "report_payers"] as const) {
    const { rows } = await sql<{ count: number }>`
      with gone as (
        delete from ${sql.table(table)} where provider_id = ${providerId} and ctid = any (array(
          select ctid from ${sql.table(table)} where provider_id = ${providerId} limit ${payersAtOnce})) returning 1
      ) select count(*)::int as count from gone`.execute(tx);
    if ((rows[0]?.count ?? 0) > 0) return true;
  }
  return false;
}

/**
 * Days anew: what was told of them goes, and the entries of a span of time come in their place. What waits is left out, and is added by `foldSales`:
 * an entry and its waiting row are seen together or not at all. @param span null: there are none
 */
export async function countSoldBetween(
  tx: Tx,
  of: RolledUp,
  days: { readonly from: string | null; readonly until: string | null },
  span: { readonly fromMs: number; readonly untilMs: number } | null,
): Promise<void> {
  for (const table of ["report_sales", "report_sales_by", "report_charges"] as const)
    await sql`delete from ${sql.table(table)} where provider_id = ${of.providerId} and ${dayWithin(days)}`.execute(tx);
  if (span === null) return;
  const these = sql`e.at_ms >= ${span.fromMs}::bigint and e.at_ms < ${span.untilMs}::bigint and not exists (
    select from report_entries_waiting w where w.provider_id = e.provider_id and w.entry_id = e.entry_id)`;
  await sql`
    with ${waitingAway}, sold as materialized (${soldEntries(of, these)}),
      charged as (${chargedLines(of, these)}), ${addSold(of)}
    select 1`.execute(tx);
}

/** Adds the rows `sold` and `charged`. */
function addSold({ providerId }: RolledUp) {
  return sql`
    by_day as (
      insert into report_sales as s (provider_id, day, currency, site_id, plan_id, channel_id, seller_id,
        sold_cents, refunded_cents, sales, refunds, cash_cents, by_one, with_charges)
      select ${providerId}::text, day, currency, site_id, plan_id, channel_id, seller_id,
        sum(sold_cents), sum(refunded_cents), sum(sales), sum(refunds), sum(cash_cents), true, true
      from sold group by 2, 3, 4, 5, 6, 7
      on conflict (provider_id, day, currency, site_id, plan_id, channel_id, seller_id) do update set
        sold_cents = s.sold_cents + excluded.sold_cents, refunded_cents = s.refunded_cents + excluded.refunded_cents,
        sales = s.sales + excluded.sales, refunds = s.refunds + excluded.refunds, cash_cents = s.cash_cents + excluded.cash_cents
    ), by_one as (
      insert into report_sales_by as s (provider_id, currency, kind, day, key, sold_cents, refunded_cents, sales, refunds, cash_cents)
      select ${providerId}::text, currency, one.kind, day, one.key, sum(sold_cents), sum(refunded_cents), sum(sales), sum(refunds), sum(cash_cents)
      from sold cross join lateral (values ('day', ''), ('plan', plan_id), ('site', site_id), ('channel', channel_id),
        ('seller', seller_id)) one (kind, key)
      group by 2, 3, 4, 5
      on conflict (provider_id, currency, kind, day, key) do update set
        sold_cents = s.sold_cents + excluded.sold_cents, refunded_cents = s.refunded_cents + excluded.refunded_cents,
        sales = s.sales + excluded.sales, refunds = s.refunds + excluded.refunds, cash_cents = s.cash_cents + excluded.cash_cents
    ), by_line as (
      insert into report_charges as r (provider_id, currency, day, kind, plan_id, cents, lines, cash_cents)
      select ${providerId}::text, currency, day, kind, plan_id, cents, count(*), sum(cash_cents) from charged group by 2, 3, 4, 5, 6
      on conflict (provider_id, currency, day, kind, plan_id, cents) do update set
        lines = r.lines + excluded.lines, cash_cents = r.cash_cents + excluded.cash_cents
    ), by_month as (
      insert into report_payer_months as m (provider_id, currency, party, month, payments, cents)
      select ${providerId}::text, currency, party, to_char(day, 'YYYY-MM'), sum(sales), sum(sold_cents)
      from sold where party is not null and (sales <> 0 or sold_cents <> 0) group by 2, 3, 4
      on conflict (provider_id, currency, party, month) do update set
        payments = m.payments + excluded.payments, cents = m.cents + excluded.cents
    ), by_payer as (
      insert into report_payers as p (provider_id, currency, party, payments, cents, first_ms, last_ms)
      select ${providerId}::text, currency, party, sum(sales), sum(sold_cents), min(at_ms) filter (where sales > 0),
        max(at_ms) filter (where sales > 0)
      from sold where party is not null and (sales <> 0 or sold_cents <> 0) group by 2, 3
      on conflict (provider_id, currency, party) do update set
        payments = p.payments + excluded.payments, cents = p.cents + excluded.cents,
        first_ms = least(p.first_ms, excluded.first_ms), last_ms = greatest(p.last_ms, excluded.last_ms)
    )`;
}

/** Who began when, and came back when. @returns how many months of how many groups */
export async function countCohorts(tx: Tx, { providerId }: RolledUp): Promise<void> {
  await tx.deleteFrom("report_cohorts").where("providerId", "=", providerId).execute();
  await sql`
    insert into report_cohorts (provider_id, currency, cohort, month, payers, cents)
    select ${providerId}::text, currency, cohort, month, count(*), sum(cents)
    from (
      select currency, month, cents, min(month) over (partition by currency, party) as cohort
      from report_payer_months where provider_id = ${providerId} and payments > 0
    ) paid group by 2, 3, 4`.execute(tx);
}
