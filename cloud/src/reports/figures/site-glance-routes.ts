/** `GET /api/v1/sites/{siteId}/glance`: how a site does: its connection in the last 30 days, and what it sold today. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { enrolledAtMs } from "../../fleet/enrolment/enrolment.ts";
import { readAbsences } from "../../fleet/link/silent-sites.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { soldEntries } from "../roll-ups/sold-entries.ts";
import { startOfDay } from "../sales/start-of-day.ts";
import { uptimeOf } from "./uptime-policy.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const uptimeDays = 30;

const count = z.int();
export const siteGlanceView = z.object({
  nowMs: count,
  /** Midnight in the provider's time zone. */
  fromMs: count,
  currency: z.string(),
  /** By the link to the hub: a site that is away from it may sell vouchers all the same. */
  uptime: z.object({
    /** Oldest first; the last one is today, so far. `knownMs` 0: the site's agent had not come yet. */
    days: z.array(z.object({ fromMs: count, knownMs: count, awayMs: count })),
    knownMs: count,
    awayMs: count,
    absences: count,
    longestAwayMs: count,
  }),
  /** Null: not for who may read no reports. */
  sales: z
    .object({
      todayCents: count,
      todaySales: count,
      /** The same weekday of last week, up to the same time of day. */
      lastWeekCents: count,
      /** 24 figures, from midnight. */
      byHourCents: z.array(count),
      /** The whole day of last week. */
      lastWeekByHourCents: z.array(count),
    })
    .nullable(),
});

export function siteGlanceRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/sites/{siteId}/glance",
      summary: "A site at a glance: its connection in the last 30 days, and what it sold today",
      permission: "sites.read",
      params: z.object({ siteId: keySchema }),
      response: siteGlanceView,
      volatile: Object.keys(siteGlanceView.shape),
      handle: ({ params: { siteId }, providerId, actor, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const { currency, utcOffsetMinutes: offsetMinutes } = await readProviderRow(tx, providerId);
          const nowMs = world.clock.wall().atMs;
          const day = { providerId, siteId, currency, offsetMinutes, nowMs, fromMs: startOfDay(nowMs, offsetMinutes) };
          return {
            nowMs,
            fromMs: day.fromMs,
            currency,
            uptime: await readUptime(tx, day),
            sales: actor.may("reports.read") ? await readSiteSales(tx, day) : null,
          };
        }),
    }),
  ];
}

interface SiteDay {
  readonly providerId: string;
  readonly siteId: string;
  readonly currency: string;
  readonly offsetMinutes: number;
  readonly nowMs: number;
  readonly fromMs: number;
}

async function readUptime(tx: Tx, { siteId, nowMs, fromMs }: SiteDay) {
  const span = { fromMs: fromMs - (uptimeDays - 1) * dayMs, nowMs };
  const away = await readAbsences(tx, siteId, span);
  // An agent that enrolled anew has a later date: what is known of the site before it counts.
  const since = [await enrolledAtMs(tx, siteId), away[0]?.fromMs].filter((one) => one != null);
  return uptimeOf(span, since.length === 0 ? null : Math.min(...since), away);
}

async function readSiteSales(tx: Tx, day: SiteDay) {
  const beforeMs = day.fromMs - 7 * dayMs;
  const today = await salesByHour(tx, day, day.fromMs, day.fromMs + dayMs);
  const before = await salesByHour(tx, day, beforeMs, beforeMs + dayMs);
  const soFar = await salesByHour(tx, day, beforeMs, day.nowMs - 7 * dayMs);
  const sum = (cents: readonly number[]) => cents.reduce((all, each) => all + each, 0);
  return {
    todayCents: sum(today.cents),
    todaySales: today.sales,
    lastWeekCents: sum(soFar.cents),
    byHourCents: today.cents,
    lastWeekByHourCents: before.cents,
  };
}

async function salesByHour(tx: Tx, day: SiteDay, fromMs: number, untilMs: number) {
  const sold = soldEntries(day, sql`e.at_ms >= ${fromMs}::bigint and e.at_ms < ${untilMs}::bigint`);
  const { rows } = await sql<{ hour: number; cents: number | string; sales: number | string }>`
    select ((at_ms - ${fromMs}::bigint) / ${hourMs}::bigint)::int as hour, sum(sold_cents) as cents, sum(sales) as sales
    from (${sold}) sold where site_id = ${day.siteId} and currency = ${day.currency} group by 1`.execute(tx);
  const cents = new Array<number>(24).fill(0);
  for (const row of rows) cents[row.hour] = Number(row.cents);
  return { cents, sales: rows.reduce((all, row) => all + Number(row.sales), 0) };
}
