/**
 * One document a day and site for what walk-in customers bought there: vouchers, payments and cash sales, as the books have them. A day on which
 * more was refunded than sold is added to the next one, so that no summary is below zero. Each run notes up to which moment each place is told of, and
 * the provider as a whole, so that nothing is missing when the hub was away or the time zone changed, and nothing is told twice.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { bookedSales } from "../booked-sales/booked-sales.ts";
import { readTaxSettings, readTaxTable, taxSettingsChangedAtMs } from "../tax/tax-settings.ts";
import type { ChargeLine } from "./document-facts.ts";
import { taxed } from "./issue-charges.ts";
import { type IssueParts, issueDocument } from "./issue-document.ts";
import { paidParts, wayOf } from "./paid-parts.ts";

const dayMs = 86_400_000;
/** After midnight: an entry gets its time when it is written, and is seen when its transaction commits. */
const settledAfterMs = 3_600_000;
/** In the place of site and currency: all that have no row yet. */
const anyPlace = { siteId: "", currency: "" } as const;

interface SoldOfDay {
  readonly siteId: string;
  readonly siteName: string | null;
  readonly currency: string;
  readonly day: string;
  readonly planId: string | null;
  readonly planName: string | null;
  /** `cash`, the kind of a channel, or null: the books do not say. */
  readonly paidFrom: string | null;
  readonly sales: number;
  readonly saleCents: number;
  readonly refunds: number;
  /** Below zero. */
  readonly refundCents: number;
}

/** Up to yesterday, by a clock that is sure: told of up to a moment to come, what is sold until then would be in none. @returns how many were issued */
export async function summariseSales(parts: IssueParts, tx: Tx, providerId: string): Promise<number> {
  if (!isClockSure(parts.world)) return 0;
  await lockName(tx, `sales-summaries/${providerId}`);
  const offset = await offsetOfProvider(tx, providerId);
  const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`) - offset * 60_000;
  // Midnight of the day that runs.
  const untilMs = startOf(dayAt(parts.world.clock.wall().atMs - settledAfterMs, offset));
  const endMs = await readEnd(tx, providerId);
  const isWanted = (await readTaxSettings(tx, providerId)).salesSummaries;
  const changedMs = startOf(dayAt(await taxSettingsChangedAtMs(tx, providerId), offset));
  // What was sold before the day on which they were switched off has its summary all the same.
  const toldUntilMs = Math.min(isWanted ? untilMs : Math.min(untilMs, changedMs), endMs);
  const places = await tx.selectFrom("summarised_sales").selectAll().execute();
  const fromOf = new Map(places.map((row) => [nameOf(row), row.fromMs]));
  const fromOfOthers = fromOf.get(nameOf(anyPlace));
  // Wanted for the first time: what was sold before that day was declared in another way.
  const sinceMs = fromOfOthers ?? Math.min(changedMs, endMs);
  const sold = await readSold(tx, { providerId, offset, sinceMs, untilMs: toldUntilMs });
  const taxes = await readTaxTable(tx, providerId);
  let issued = 0;
  const groups = Map.groupBy(sold, ({ siteId, currency }) => nameOf({ siteId, currency }));
  const told = new Map(places.map(({ siteId, currency }) => [nameOf({ siteId, currency }), { siteId, currency }]));
  told.set(nameOf(anyPlace), anyPlace);
  const carriedFrom = new Map<string, number>();
  for (const [place, rows] of groups) {
    const [some] = rows as [SoldOfDay];
    let carried: SoldOfDay[] = [];
    for (const [day, ofDay] of Map.groupBy(rows, (row) => row.day)) {
      carried = [...carried, ...ofDay];
      if (carried.reduce((sum, row) => sum + row.saleCents + row.refundCents, 0) <= 0) continue;
      await issueDocument(parts, tx, providerId, {
        kind: "sales-summary",
        cause: `site:${some.siteId}`,
        reason: some.siteName,
        buyer: { customerId: null, party: null, name: null, taxPin: null },
        currency: some.currency,
        // Each day by its own rates, also where a day that was carried over had others.
        lines: [...Map.groupBy(carried, (row) => row.day)].flatMap(([carriedDay, sold]) =>
          linesOf(sold).map((line) => taxed(line, taxes, carriedDay)),
        ),
        suppliedOn: day,
        dueAtMs: startOf(day) + dayMs + settledAfterMs,
        paid: paidParts(
          carried.map((row) => ({ way: wayOf(parts.kinds, row.paidFrom), cents: row.saleCents + row.refundCents })),
        ),
        by: "karibu",
      });
      issued++;
      carried = [];
    }
    told.set(place, { siteId: some.siteId, currency: some.currency });
    if (carried[0] !== undefined) carriedFrom.set(place, startOf(carried[0].day));
  }
  for (const [place, { siteId, currency }] of told) {
    // Never back: a clock that was set back would have a day told of twice, and one of another zone would have an hour.
    const fromMs = Math.max(fromOf.get(place) ?? sinceMs, carriedFrom.get(place) ?? toldUntilMs);
    const row = { providerId, siteId, currency, fromMs };
    await tx
      .insertInto("summarised_sales")
      .values(row)
      .onConflict((on) => on.columns(["providerId", "siteId", "currency"]).doUpdateSet(row))
      .execute();
  }
  if (!isWanted && changedMs <= untilMs) await passUnwanted(parts, tx, providerId);
  return issued;
}

/**
 * Who wants none declares the days before this one in another way: wanted again, summaries begin with the day that runs then. Also before the settings
 * change, so that the night in between makes no difference.
 */
export async function passUnwanted({ world }: Pick<IssueParts, "world">, tx: Tx, providerId: string): Promise<void> {
  if (!isClockSure(world)) return;
  const offset = await offsetOfProvider(tx, providerId);
  const today = Date.parse(`${dayAt(world.clock.wall().atMs, offset)}T00:00:00Z`) - offset * 60_000;
  const untilMs = Math.min(today, await readEnd(tx, providerId));
  await tx
    .updateTable("summarised_sales")
    .set({ fromMs: untilMs })
    .where("providerId", "=", providerId)
    .where("fromMs", "<", untilMs)
    .execute();
}

/**
 * Just after the newest entry of the books; 0: there is none. No place is noted as told of beyond it: by a clock that is ahead for a moment the days
 * until then would be in no summary.
 */
async function readEnd(tx: Tx, providerId: string): Promise<number> {
  const { newest } = await tx
    .selectFrom("ledger_entries")
    .select((select) => select.fn.max<number | null>("atMs").as("newest"))
    .where("providerId", "=", providerId)
    .executeTakeFirstOrThrow();
  return newest === null ? 0 : Number(newest) + 1;
}

/** Of one day: a plan is one line, however it was paid. */
function linesOf(rows: readonly SoldOfDay[]): ChargeLine[] {
  const byPlan = [...Map.groupBy(rows, ({ planId }) => planId)].map(([planId, of]) => {
    const sum = (pick: (row: SoldOfDay) => number) => of.reduce((all, row) => all + pick(row), 0);
    return {
      planId,
      planName: of[0]?.planName ?? null,
      sales: sum((row) => row.sales),
      saleCents: sum((row) => row.saleCents),
      refunds: sum((row) => row.refunds),
      refundCents: sum((row) => row.refundCents),
    };
  });
  return byPlan.flatMap(({ planId, planName, sales, saleCents, refunds, refundCents }): ChargeLine[] => [
    ...(saleCents === 0
      ? []
      : [{ kind: "sales" as const, text: planName ?? "", planId, quantity: sales, totalCents: saleCents }]),
    ...(refundCents === 0
      ? []
      : [{ kind: "refunds" as const, text: planName ?? "", planId, quantity: refunds, totalCents: refundCents }]),
  ]);
}

/** By site, currency, day, plan and way of payment, in this order: what no summary tells of. A place without a note is told from `sinceMs` on. What belongs to no site (subscriptions, invoices) has documents of its own. */
async function readSold(
  tx: Tx,
  of: { readonly providerId: string; readonly offset: number; readonly sinceMs: number; readonly untilMs: number },
): Promise<SoldOfDay[]> {
  const { providerId, offset, sinceMs, untilMs } = of;
  const entries = sql`select * from ledger_entries where provider_id = ${providerId} and at_ms < ${untilMs}::bigint
    and at_ms >= least(${sinceMs}::bigint, (select min(from_ms) from summarised_sales where provider_id = ${providerId}))`;
  const { rows } = await sql<Record<keyof SoldOfDay, string | number | null>>`
    with found as (
      select sale.*, to_char(to_timestamp((sale.at_ms + ${offset * 60_000}::bigint) / 1000) at time zone 'UTC', 'YYYY-MM-DD') as day
      from (${bookedSales(entries)}) sale where sale.currency is not null
    )
    select f.site_id, s.name as "siteName", f.currency, f.day, f.plan_id, pl.name as "planName", f.paid_from,
      count(*) filter (where f.cents > 0 and not f.is_no_sale) as sales, coalesce(sum(f.cents) filter (where f.cents > 0), 0)::bigint as "saleCents",
      count(*) filter (where f.cents < 0) as refunds, coalesce(sum(f.cents) filter (where f.cents < 0), 0)::bigint as "refundCents"
    from found f
    left join sites s on s.provider_id = ${providerId} and s.site_id = f.site_id
    left join plans pl on pl.provider_id = ${providerId} and pl.plan_id = f.plan_id
    left join summarised_sales told on told.provider_id = ${providerId} and told.site_id = f.site_id and told.currency = f.currency
    where f.site_id is not null and f.at_ms >= coalesce(told.from_ms, ${sinceMs}::bigint)
    group by 1, 2, 3, 4, 5, 6, 7 order by 1, 3, 4, 6, 5, 7`.execute(tx);
  return rows.map(
    (row): SoldOfDay => ({
      siteId: String(row.siteId),
      siteName: row.siteName === null ? null : String(row.siteName),
      currency: String(row.currency),
      day: String(row.day),
      planId: row.planId === null ? null : String(row.planId),
      planName: row.planName === null ? null : String(row.planName),
      paidFrom: row.paidFrom === null ? null : String(row.paidFrom),
      sales: Number(row.sales),
      saleCents: Number(row.saleCents),
      refunds: Number(row.refunds),
      refundCents: Number(row.refundCents),
    }),
  );
}

const nameOf = (place: { readonly siteId: string; readonly currency: string }) => `${place.siteId} ${place.currency}`;
const dayAt = (atMs: number, offset: number): string => new Date(atMs + offset * 60_000).toISOString().slice(0, 10);
