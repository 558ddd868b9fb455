/**
 * One device at two sites at once. A person who walks from one site to another leaves a session behind that nobody uses; here both were in use for ten minutes
 * side by side, so one of the two phones copies the other's MAC. Each site sees its own alone, so the hub looks.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { Database } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";

const minuteMs = 60_000;
/** Sites report use each five minutes, some each ten; and their clocks differ a little. */
const inUseMs = 30 * minuteMs;
const besideMs = 10 * minuteMs;
const foundMax = 1000;
const shownMax = 100;

/** Writes down the pairs that are in use now. */
export function findDevicesTwice({
  world,
  database,
}: {
  readonly world: World;
  readonly database: Database;
}): MaintenanceJob {
  return {
    name: "devices-twice",
    everyMs: 10 * minuteMs,
    async run() {
      const nowMs = world.clock.wall().atMs;
      const found = await database.asPlatform("devices-twice", (tx) =>
        sql<{ mac: string }>`
          with live as materialized (
            select provider_id, mac, site_id, session_key, begun_at_ms, coalesce(last_used_at_ms, begun_at_ms) as used_at_ms
            from sessions
            where stopped_at_ms is null and mac is not null and coalesce(last_used_at_ms, begun_at_ms) > ${nowMs - inUseMs}::bigint
          )
          insert into devices_twice (provider_id, mac, site_id, session_key, other_site_id, other_session_key, since_ms, seen_at_ms)
          select one.provider_id, one.mac, one.site_id, one.session_key, other.site_id, other.session_key,
            greatest(one.begun_at_ms, other.begun_at_ms), ${nowMs}::bigint
          from live one
          join live other on other.provider_id = one.provider_id and other.mac = one.mac and other.site_id > one.site_id
          where least(one.used_at_ms, other.used_at_ms) >= greatest(one.begun_at_ms, other.begun_at_ms) + ${besideMs}::bigint
          limit ${foundMax}
          on conflict (provider_id, mac, site_id, session_key, other_site_id, other_session_key)
            do update set seen_at_ms = excluded.seen_at_ms
          returning mac`.execute(tx),
      );
      return found.rows.length === 0 ? "nothing" : `${found.rows.length} devices`;
    },
  };
}

const placeView = z.object({
  siteId: z.string(),
  siteName: z.string().nullable(),
  sessionKey: z.string(),
  user: z.string().nullable(),
  /** Of an account; null: of none, or the caller may not read customers. */
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
});

export const deviceTwiceView = z.object({
  mac: z.string(),
  /** Both were in use since then. */
  sinceMs: z.int(),
  /** And still were when the hub looked last. */
  seenAtMs: z.int(),
  places: z.array(placeView),
});

export function devicesTwiceRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/reports/devices-twice",
      summary: `Devices that were in use at two sites at once, with both sites, since when, and whose they are: the last ${shownMax}`,
      permission: "sessions.read",
      response: z.object({ items: z.array(deviceTwiceView) }),
      handle: ({ actor, transact }) =>
        transact(async (tx) => {
          const mayReadCustomers = actor.may("customers.read");
          const found = await tx
            .selectFrom("devices_twice")
            .selectAll()
            .orderBy("seenAtMs", "desc")
            .orderBy("mac")
            .limit(shownMax)
            .execute();
          if (found.length === 0) return { items: [] };
          const keys = JSON.stringify(
            found.flatMap((row) => [
              { siteId: row.siteId, key: row.sessionKey },
              { siteId: row.otherSiteId, key: row.otherSessionKey },
            ]),
          );
          const { rows } = await sql<{
            siteId: string;
            sessionKey: string;
            username: string | null;
            siteName: string | null;
            customerId: string | null;
            customerName: string | null;
          }>`
            select distinct s.site_id, s.session_key, s.username, ${siteNameOf("s")} as site_name, c.customer_id, c.name as customer_name
            from jsonb_to_recordset(${keys}::jsonb) as f("siteId" text, key text)
            join sessions s on s.site_id = f."siteId" and s.session_key = f.key
            left join accounts a on a.provider_id = s.provider_id and s.grant_id like 'a.%' and a.account_id = split_part(s.grant_id, '.', 2)
            left join customers c on c.provider_id = a.provider_id and c.customer_id = a.customer_id`.execute(tx);
          const place = (siteId: string, sessionKey: string) => {
            const row = rows.find((each) => each.siteId === siteId && each.sessionKey === sessionKey);
            return {
              siteId,
              siteName: row?.siteName ?? null,
              sessionKey,
              user: row?.username ?? null,
              customerId: mayReadCustomers ? (row?.customerId ?? null) : null,
              customerName: mayReadCustomers ? (row?.customerName ?? null) : null,
            };
          };
          return {
            items: found.map((row) => ({
              mac: row.mac,
              sinceMs: row.sinceMs,
              seenAtMs: row.seenAtMs,
              places: [place(row.siteId, row.sessionKey), place(row.otherSiteId, row.otherSessionKey)],
            })),
          };
        }),
    }),
  ];
}
