/** Who looks at which router, in the table that all hub processes share. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { isLinked } from "../link/site-links.ts";
import type { Place } from "./read-router.ts";

/** How long one heartbeat of a console counts. */
const watchedMs = 60_000;
/** How often a watched router is asked. */
const askedEveryMs = 30_000;

/** NOTIFY channel: somebody has begun to look at a router. Payload: empty. */
export const watchChannel = "karibu_router_watch";

/**
 * Somebody looks. The first one has the router asked at once; the others change nothing but the end. What ends later than any look does was begun by a clock
 * that was ahead. Returns until when it counts.
 */
export async function noteWatch(tx: Tx, { providerId, siteId }: Place, nowMs: number): Promise<number> {
  const untilMs = nowMs + watchedMs;
  const isOther = sql`(router_watches.until_ms < ${nowMs}::bigint or router_watches.until_ms > ${untilMs + processClockSlackMs}::bigint)`;
  const { rows } = await sql<{ nextAtMs: number }>`
    insert into router_watches (provider_id, site_id, until_ms, next_at_ms) values (${providerId}, ${siteId}, ${untilMs}::bigint, ${nowMs}::bigint)
    on conflict (provider_id, site_id) do update set
      until_ms = case when ${isOther} then excluded.until_ms else greatest(router_watches.until_ms, excluded.until_ms) end,
      next_at_ms = case when ${isOther} then ${nowMs}::bigint else router_watches.next_at_ms end
    returning next_at_ms
  `.execute(tx);
  // The link may be another process's.
  if (rows[0]?.nextAtMs === nowMs) await sql`select pg_notify(${watchChannel}, '')`.execute(tx);
  return untilMs;
}

/** Routers that are due and whose link this process holds; each is given to one process, once in half a minute. */
export async function takeDue(tx: Tx, processId: string, nowMs: number, max: number): Promise<Place[]> {
  const { rows } = await sql<Place>`
    update router_watches w set next_at_ms = ${nowMs + askedEveryMs}::bigint
    from (
      select d.provider_id, d.site_id from router_watches d
      where ${isLinked("d", processId)} and d.next_at_ms <= ${nowMs}::bigint and d.until_ms > ${nowMs}::bigint
      order by d.next_at_ms limit ${max} for update of d skip locked
    ) due
    where w.provider_id = due.provider_id and w.site_id = due.site_id
    returning w.provider_id, w.site_id
  `.execute(tx);
  return rows;
}

const areWatched = (processId: string, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`exists (select from router_watches w where w.until_ms > ${nowMs}::bigint and ${isLinked("w", processId)})`;

/** Is there anything that a look of this process would do? */
export const watchesWait = (processId: string, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`(${areWatched(processId, nowMs)}
    or exists (select from router_watches where until_ms < ${nowMs - 10 * watchedMs}::bigint))`;

/** Is any router watched whose link this process holds? Then it goes on looking. */
export async function isWatching(tx: Tx, processId: string, nowMs: number): Promise<boolean> {
  const { rows } = await sql`select 1 where ${areWatched(processId, nowMs)}`.execute(tx);
  return rows.length > 0;
}

export async function forgetWatches(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .deleteFrom("router_watches")
    .where("untilMs", "<", nowMs - 10 * watchedMs)
    .execute();
}
