/**
 * `GET /api/v1/reports/usage`: the use of the hotspots: who is online now, and for each day the number of log-ins and
 * devices, and how much they sent and received; and the same per site. Log-ins count in days of the provider's time zone.
 * Bytes count in UTC days, because sites report them so.
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { onlineAtSite, onlineNow } from "../catalogue/sessions/online-now.ts";
import { bytesBySite, logInsBySite, logInsByStep, logInsWithin, readBytes } from "../catalogue/sessions/use-figures.ts";
import { sitesUp } from "../fleet/link/site-links.ts";
import { presentSites, sitesThere } from "../fleet/sites/site-is-there.ts";
import { bounded } from "../ground/amounts/bounds.ts";
import type { Tx } from "../ground/db/database.ts";
import { route } from "../ground/http/route.ts";
import { offsetOfProvider } from "../tenancy/providers/provider-offset.ts";
import { startOfDay } from "./sales/start-of-day.ts";

const dayMs = 86_400_000;
/** Sites in the answer; a provider with more reads them one by one. */
const sitesMax = 200;

const traffic = {
  /** Sessions that began. */
  logIns: z.number().int(),
  /** What customers sent. */
  inputBytes: z.number().int(),
  /** What customers received. */
  outputBytes: z.number().int(),
};

export const usageView = z.object({
  online: z.number().int(),
  sites: z.object({ all: z.number().int(), connected: z.number().int() }),
  /** For the whole time below. */
  logIns: z.number().int(),
  devices: z.number().int(),
  averageSeconds: z.number().int(),
  days: z.array(
    z.object({
      /** Midnight in the provider's time zone. */
      fromMs: z.number().int(),
      ...traffic,
      /** Different devices. */
      devices: z.number().int(),
    }),
  ),
  /** Most bytes first. */
  bySite: z.array(z.object({ siteId: z.string(), siteName: z.string(), online: z.number().int(), ...traffic })),
});

export function usageRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/usage",
      summary: "Use of the hotspots: who is online, log-ins, devices and bytes, by day and by site",
      permission: "reports.read",
      query: z.object({ days: z.coerce.number().int().min(1).max(92).default(28) }),
      response: usageView,
      handle: ({ query: { days }, providerId, transact }) =>
        transact(async (tx) => {
          const offset = await offsetOfProvider(tx, providerId);
          const fromMs = startOfDay(world.clock.wall().atMs, offset) - (days - 1) * dayMs;
          return readUsage(tx, { fromMs, days, offsetMs: offset * 60_000 });
        }),
    }),
  ];
}

interface UsageSpan {
  readonly fromMs: number;
  readonly days: number;
  readonly offsetMs: number;
}

async function readUsage(tx: Tx, { fromMs, days, offsetMs }: UsageSpan): Promise<z.input<typeof usageView>> {
  // Bounded, so that what is of no day is in no sum either.
  const span = { fromMs, untilMs: fromMs + days * dayMs };
  const dayOf = (atMs: number) => new Date(atMs + offsetMs).toISOString().slice(0, 10);
  const told = { first: dayOf(fromMs), last: dayOf(span.untilMs - 1) };
  const logIns = await logInsByStep(tx, span, dayMs);
  const bytes = await readBytes(tx, told);
  const all = await logInsWithin(tx, span);
  const sites = await sql<{ id: string; name: string; online: number; begun: number; input: number; output: number }>`
    select s.site_id as id, s.name,
      ${onlineAtSite("s")} as online,
      coalesce(l.count, 0) as begun, ${bounded(sql`coalesce(u.input, 0)`)} as input, ${bounded(sql`coalesce(u.output, 0)`)} as output
    from ${presentSites} s
    left join ${logInsBySite(span)} l on l.site_id = s.site_id
    left join ${bytesBySite(told)} u on u.site_id = s.site_id
    order by coalesce(u.input, 0) + coalesce(u.output, 0) desc, s.name limit ${sitesMax}`.execute(tx);
  const now = await sql<{ online: number; sites: number; connected: number }>`
    select ${onlineNow()} as online,
      ${sitesThere()} as sites,
      ${sitesUp()} as connected`.execute(tx);
  const [logInsOf, bytesOf] = [byDay(logIns), byDay(bytes)];
  const [standing] = now.rows;
  return {
    online: standing?.online ?? 0,
    sites: { all: standing?.sites ?? 0, connected: standing?.connected ?? 0 },
    logIns: all.count,
    devices: all.devices,
    averageSeconds: all.seconds ?? 0,
    days: Array.from({ length: days }, (_, day) => ({
      fromMs: fromMs + day * dayMs,
      logIns: logInsOf.get(day)?.count ?? 0,
      devices: logInsOf.get(day)?.devices ?? 0,
      inputBytes: bytesOf.get(day)?.input ?? 0,
      outputBytes: bytesOf.get(day)?.output ?? 0,
    })),
    bySite: sites.rows.map((row) => ({
      siteId: row.id,
      siteName: row.name,
      online: row.online,
      logIns: row.begun,
      inputBytes: row.input,
      outputBytes: row.output,
    })),
  };
}

function byDay<Row extends { readonly step: number }>(rows: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(rows.map((row) => [Number(row.step), row]));
}
