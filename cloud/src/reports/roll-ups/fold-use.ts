/** Log-ins, devices and bytes, by day. A day that changed is counted again from the facts, whatever changed. */

import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { keptProviders } from "../../tenancy/providers/provider-state.ts";
import { dayWithin } from "./day-within.ts";
import type { RolledUp } from "./fold-sales.ts";

const dayMs = 86_400_000;
/**
 * What a site tells of later days, or of days before 1970, comes from a clock that is wrong. No report tells of them, and dates of five-digit years are
 * no dates to us.
 */
export const lastDayEndMs = Date.UTC(3000, 0, 1);

/** Of the provider's days. Days of which sessions were deleted stay as they were counted. */
export async function countLogIns(tx: Tx, of: RolledUp, days: readonly string[]): Promise<void> {
  const floorMs = await readFloorMs(tx, of.providerId);
  for (const day of days) {
    const fromMs = Date.parse(`${day}T00:00:00Z`) - of.offsetMinutes * 60_000;
    if (fromMs <= floorMs) continue;
    await countDay(tx, of, fromMs);
    await noteStaleMonth(tx, of.providerId, day.slice(0, 7));
  }
}

/** The first day of which no session is deleted; null: none ever was. */
export async function firstFloorDay(tx: Tx, of: RolledUp): Promise<string | null> {
  const floorMs = await readFloorMs(tx, of.providerId);
  const offsetMs = of.offsetMinutes * 60_000;
  return floorMs === 0
    ? null
    : new Date(Math.ceil((floorMs + 1 + offsetMs) / dayMs) * dayMs).toISOString().slice(0, 10);
}

/** Days anew: what was told of them goes, and the sessions of a span of time are counted. @param span null: there are none */
export async function countLogInsBetween(
  tx: Tx,
  of: RolledUp,
  days: { readonly from: string | null; readonly until: string | null },
  span: { readonly fromMs: number; readonly untilMs: number } | null,
): Promise<void> {
  await sql`delete from report_log_ins where provider_id = ${of.providerId} and ${dayWithin(days)}`.execute(tx);
  if (span === null) return;
  await addLogIns(tx, of, span);
  await sql`
    insert into report_months (provider_id, month, devices, stale)
    select distinct ${of.providerId}::text, to_char(day, 'YYYY-MM'), 0, true from report_log_ins
    where provider_id = ${of.providerId} and ${dayWithin(days)}
    on conflict (provider_id, month) do update set stale = true`.execute(tx);
}

async function countDay(tx: Tx, of: RolledUp, fromMs: number): Promise<void> {
  const untilMs = fromMs + dayMs;
  const days = { from: dayAt(fromMs, of), until: dayAt(untilMs, of) };
  await sql`delete from report_log_ins where provider_id = ${of.providerId} and ${dayWithin(days)}`.execute(tx);
  await addLogIns(tx, of, { fromMs, untilMs });
}

async function addLogIns(
  tx: Tx,
  of: RolledUp,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<void> {
  await sql`
    insert into report_log_ins (provider_id, day, site_id, log_ins, devices)
    select ${of.providerId}::text, day, coalesce(site_id, ''), count(*), count(distinct device)
    from (
      select (to_timestamp((begun_at_ms + ${of.offsetMinutes * 60_000}::bigint) / 1000) at time zone 'UTC')::date as day, site_id,
        coalesce(mac, username) as device
      from sessions where provider_id = ${of.providerId} and begun_at_ms >= ${fromMs}::bigint and begun_at_ms < ${untilMs}::bigint
    ) begun group by grouping sets ((day, site_id), (day))`.execute(tx);
}

async function noteStaleMonth(tx: Tx, providerId: string, month: string): Promise<void> {
  await tx
    .insertInto("report_months")
    .values({ providerId, month, devices: 0, stale: true })
    .onConflict((on) => on.columns(["providerId", "month"]).doUpdateSet({ stale: true }))
    .execute();
}

/** Of the months that changed, in one turn: as of the days that wait. */
export const monthsAtOnce = 36;

/** Devices of the months that changed, at most `monthsAtOnce`, the newest first: each device once, however often it came. @returns how many months */
export async function countMonths(tx: Tx, of: RolledUp): Promise<number> {
  const floorMs = await readFloorMs(tx, of.providerId);
  const stale = await tx
    .updateTable("report_months")
    .set({ stale: false })
    .where("providerId", "=", of.providerId)
    .where(
      sql<boolean>`month = any (array(
        select month from report_months where provider_id = ${of.providerId} and stale order by month desc limit ${monthsAtOnce}))`,
    )
    .returning("month")
    .execute();
  for (const { month } of stale) {
    const [year = 0, number = 1] = month.split("-").map(Number);
    const [fromMs, untilMs] = [number - 1, number].map((at) => Date.UTC(year, at, 1) - of.offsetMinutes * 60_000);
    if ((fromMs as number) <= floorMs) continue;
    await sql`
      update report_months set devices = (
        select count(distinct coalesce(mac, username)) from sessions
        where provider_id = ${of.providerId} and begun_at_ms >= ${fromMs}::bigint and begun_at_ms < ${untilMs}::bigint)
      where provider_id = ${of.providerId} and month = ${month}`.execute(tx);
  }
  return stale.length;
}

/** @param days of UTC */
export async function countTraffic(tx: Tx, of: RolledUp, days: readonly string[]): Promise<void> {
  await countTrafficOf(tx, of, sql`day = any(${days as string[]}::date[])`);
}

export const countTrafficBetween = (
  tx: Tx,
  of: RolledUp,
  days: { readonly from: string | null; readonly until: string | null },
): Promise<void> => countTrafficOf(tx, of, dayWithin(days));

async function countTrafficOf(tx: Tx, { providerId }: RolledUp, only: RawBuilder<unknown>): Promise<void> {
  await sql`delete from report_traffic where provider_id = ${providerId} and ${only}`.execute(tx);
  await sql`
    insert into report_traffic (provider_id, day, site_id, input_bytes, output_bytes, online_seconds)
    select ${providerId}::text, day, site_id, ${bounded(sql`sum(input_bytes)`)}, ${bounded(sql`sum(output_bytes)`)},
      ${bounded(sql`sum(online_seconds)`)}
    from usage_days where provider_id = ${providerId} and ${only} and day < ${new Date(lastDayEndMs).toISOString().slice(0, 10)}::date
    group by 2, 3`.execute(tx);
}

/**
 * What routers received from their uplinks, by the hour. The interface is the one that the provider named, else the one that received most that day:
 * customers download more than they send.
 * @param days of UTC, at least one
 */
export async function countUplinks(tx: Tx, { providerId }: RolledUp, days: readonly string[]): Promise<void> {
  const inOrder = days.toSorted();
  const [fromMs, untilMs] = [Date.parse(inOrder[0] ?? ""), Date.parse(inOrder.at(-1) ?? "") + dayMs];
  const spans = sql`f.from_ms >= ${fromMs}::bigint and f.from_ms < ${untilMs}::bigint
    and date '1970-01-01' + (f.from_ms / 86400000)::int = any(${days as string[]}::date[])`;
  await sql`
    with read as (
      select f.site_id, date '1970-01-01' + (f.from_ms / 86400000)::int as day, (f.from_ms / 3600000 % 24)::int as hour,
        i.name, i."receivedKib" as kib, f.samples
      from router_figures f cross join lateral jsonb_to_recordset(f.interfaces) as i(name text, "receivedKib" bigint)
      where f.provider_id = ${providerId} and f.from_ms < ${lastDayEndMs}::bigint and ${spans}
    ), most as (
      select distinct on (r.site_id, r.day) r.site_id, r.day, r.name
      from (select site_id, day, name, sum(kib) as kib from read group by 1, 2, 3) r
      left join site_uplinks u on u.provider_id = ${providerId} and u.site_id = r.site_id
      order by r.site_id, r.day, (u.interface is not distinct from r.name) desc, r.kib desc, r.name
    ), hourly as (
      select site_id, day, hour, (sum(kib) * 8192 / greatest(sum(samples) * 300, 300))::bigint as bits
      from read join most using (site_id, day, name) group by 1, 2, 3
    )
    insert into report_uplink_days (provider_id, site_id, day, hours)
    select ${providerId}::text, m.site_id, m.day, jsonb_agg(h.bits order by at)
    from most m cross join generate_series(0, 23) at
    left join hourly h on h.site_id = m.site_id and h.day = m.day and h.hour = at
    group by 2, 3
    on conflict (provider_id, day, site_id) do update set hours = excluded.hours`.execute(tx);
}

/** What was counted every ten minutes is kept for days; the most of each day stays. */
export async function keepMostOnline(tx: Tx): Promise<void> {
  await sql`
    insert into report_online as o (provider_id, day, most)
    select c.provider_id, (to_timestamp((c.at_ms + p.utc_offset_minutes * 60000) / 1000) at time zone 'UTC')::date as day, max(c.online)
    from online_counts c join ${keptProviders} p on p.provider_id = c.provider_id group by 1, 2
    on conflict (provider_id, day) do update set most = greatest(o.most, excluded.most)`.execute(tx);
}

async function readFloorMs(tx: Tx, providerId: string): Promise<number> {
  const row = await tx
    .selectFrom("report_floors")
    .select("sessionsMs")
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  return row?.sessionsMs ?? 0;
}

const dayAt = (atMs: number, { offsetMinutes }: RolledUp): string =>
  new Date(atMs + offsetMinutes * 60_000).toISOString().slice(0, 10);
