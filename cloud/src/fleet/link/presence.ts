/** What all hub processes know about each other's links, through the database. */

import type { SiteDisk } from "@karibu/protocol/health";
import type { RouterWord } from "@karibu/protocol/link/frame";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { RunScript } from "../../ground/db/engine.ts";
import { isAheadSql, processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { recordset } from "../../ground/db/recordset.ts";
import { noteApplied } from "../../ground/feed/applied.ts";

/** A process that did not refresh its row for so long is dead. */
const processSilentMsMax = 60_000;

/**
 * Renews this process' row, and ends the presence that nobody has: what dead processes left (`isAlone`: all others are dead), and rows of this one
 * for links that it does not have (a commit whose answer got lost). One statement. Returns whether the row was still there: a process that others
 * took for dead (a stall, a lost database) must check whether its sites moved.
 */
export async function refreshProcess(
  tx: Tx,
  own: { readonly processId: string; readonly linkIds: readonly string[]; readonly isAlone: boolean },
  nowMs: number,
): Promise<boolean> {
  const { processId, linkIds, isAlone } = own;
  const silentMs = sql`${nowMs - processSilentMsMax}::bigint`;
  const isDead = sql`process_id <> ${processId} and (${isAlone}::boolean or seen_at_ms < ${silentMs})`;
  const mayLive = sql`process_id <> ${processId} and not ${isAlone}::boolean`;
  const { rows } = await sql<{ wasKnown: boolean }>`
    with renewed as (
      insert into hub_processes (process_id, seen_at_ms) values (${processId}, ${nowMs}::bigint)
      on conflict (process_id) do update set seen_at_ms = excluded.seen_at_ms
    ), buried as (
      delete from hub_processes where ${isDead}
    ), dated_back as (${dateBack(mayLive, nowMs)}), cleared as (
      update site_links set process_id = null, link_id = null, disconnected_at_ms = ${nowMs}::bigint
      where (process_id <> ${processId} and process_id not in (select process_id from hub_processes where not (${isDead})))
        or (process_id = ${processId} and connected_at_ms < ${silentMs}
          and link_id not in (select jsonb_array_elements_text(${JSON.stringify(linkIds)}::jsonb)))
    )
    select exists (select from hub_processes where process_id = ${processId}) as was_known
  `.execute(tx);
  return rows[0]?.wasKnown === true;
}

/**
 * Rows that a clock dated that was ahead are of now: a process that lives renews its own within a tick, and one that died with that clock would count
 * as alive until its date. Its own row a process has locked while it renews it.
 */
const dateBack = (which: RawBuilder<unknown>, nowMs: number): RawBuilder<unknown> => sql`
  update hub_processes set seen_at_ms = ${nowMs}::bigint where process_id in (
    select process_id from hub_processes where ${which} and ${isAheadSql("seenAtMs", nowMs)} for update skip locked)`;

/** A link that this process has. */
export interface HeldLink extends ClosedLink {
  /** Its number among the connections of its site. */
  readonly connection: number;
}

/** This process was taken for dead, and its links were noted as ended: those that no newer connection has replaced are its own again. */
export async function takeBackLinks(tx: Tx, processId: string, links: readonly HeldLink[]): Promise<void> {
  if (links.length === 0) return;
  await sql`
    update site_links l set process_id = ${processId}, link_id = f."linkId"
    from ${recordset("f", links, { providerId: "text", siteId: "text", linkId: "text", connection: "bigint" })}
    where l.provider_id = f."providerId" and l.site_id = f."siteId" and l.connections = f.connection and l.process_id is null
  `.execute(tx);
}

const runningHubSql = (nowMs: number): string =>
  `select max(seen_at_ms) as seen from hub_processes where seen_at_ms > ${Math.trunc(nowMs - processSilentMsMax)}`;

const seenAtMsIn = ([row]: readonly { readonly seen?: unknown }[]): number | null =>
  row?.seen == null ? null : Number(row.seen);

/** When a hub that uses this database was last heard; null: none was within the time after which one counts as dead. For who asks again and again. */
export async function runningHubSeenAtMs(tx: Tx, nowMs: number): Promise<number | null> {
  await dateBack(sql`true`, nowMs).execute(tx);
  return seenAtMsIn((await sql.raw<{ seen: unknown }>(runningHubSql(nowMs)).execute(tx)).rows);
}

/** The same, of a database that nobody has opened as a hub's. */
export const runningHubSeenIn = async (run: RunScript, nowMs: number): Promise<number | null> =>
  seenAtMsIn(await run(runningHubSql(nowMs)));

/** For a restored database: its link rows belong to the hub that was backed up. */
export const linkReset: readonly string[] = ["update site_links set process_id = null, link_id = null"];

export interface ClosedLink {
  readonly siteId: string;
  readonly providerId: string;
  readonly linkId: string;
}

/** Links have ended, unless a newer one has replaced them. */
export async function noteClosed(tx: Tx, links: readonly ClosedLink[], nowMs: number): Promise<void> {
  await sql`
    update site_links l set process_id = null, link_id = null, disconnected_at_ms = ${nowMs}::bigint
    from ${recordset("f", links, { providerId: "text", siteId: "text", linkId: "text" })}
    where l.provider_id = f."providerId" and l.site_id = f."siteId" and l.link_id = f."linkId"
  `.execute(tx);
}

/**
 * Sites whose going was dated by a clock that was ahead are away since now: else nobody would hear that they are until that day came. Only by a clock that is
 * sure: one that is behind would take every absence for one of these.
 */
export async function endAheadAbsences(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .updateTable("site_links")
    .set({ disconnectedAtMs: nowMs })
    .where("processId", "is", null)
    .where("disconnectedAtMs", ">", nowMs + processClockSlackMs)
    .execute();
}

export async function forgetProcess(tx: Tx, processId: string, nowMs: number): Promise<void> {
  await sql`
    update site_links set process_id = null, link_id = null, disconnected_at_ms = ${nowMs}::bigint
    where process_id = ${processId}
  `.execute(tx);
  await tx.deleteFrom("hub_processes").where("processId", "=", processId).execute();
}

/** Stores the state of a site's disk; false: it was known, or another link has replaced this one. */
export async function noteDisk(tx: Tx, link: ClosedLink, disk: SiteDisk, nowMs: number): Promise<boolean> {
  const noted = await tx
    .updateTable("site_links")
    .set({ disk, diskSinceMs: nowMs })
    .where("providerId", "=", link.providerId)
    .where("siteId", "=", link.siteId)
    .where("linkId", "=", link.linkId)
    .where((is) => is.or([is("disk", "is", null), is("disk", "<>", disk)]))
    .executeTakeFirst();
  return noted.numUpdatedRows > 0n;
}

/** How a site's router takes its agent, and what it calls itself. False: the standing was known, or another link has replaced this one. */
export async function noteRouter(
  tx: Tx,
  link: ClosedLink,
  { standing, identity }: RouterWord,
  nowMs: number,
): Promise<boolean> {
  const { rows } = await sql<{ isNews: boolean }>`
    update site_links l set router_standing = ${standing}, router_identity = ${identity.replaceAll("\0", "")},
      router_since_ms = case when l.router_standing is not distinct from ${standing} then l.router_since_ms else ${nowMs}::bigint end
    from site_links before
    where l.provider_id = ${link.providerId} and l.site_id = ${link.siteId} and l.link_id = ${link.linkId}
      and before.provider_id = l.provider_id and before.site_id = l.site_id
    returning before.router_standing is distinct from ${standing} as is_news`.execute(tx);
  return rows[0]?.isNews === true;
}

export interface Progress {
  readonly providerId: string;
  readonly siteId: string;
  readonly heardAtMs: number;
  readonly applied: readonly { readonly scope: string; readonly version: number }[];
}

/** Signs of life and applied versions since the last time. */
export async function noteProgress(tx: Tx, progress: readonly Progress[], nowMs: number): Promise<void> {
  if (progress.length === 0) return;
  await sql`
    update site_links l set last_heard_at_ms = f."heardAtMs"
    from ${recordset("f", progress, { providerId: "text", siteId: "text", heardAtMs: "bigint" })}
    where l.provider_id = f."providerId" and l.site_id = f."siteId"
  `.execute(tx);
  const applied = progress.flatMap(({ providerId, siteId, applied }) =>
    applied.map(({ scope, version }) => ({ providerId, siteId, scope, version })),
  );
  await noteApplied(tx, applied, nowMs);
}

/** Versions of these providers' scopes: this finds lost wake-ups. */
export async function readVersions(
  tx: Tx,
  providerIds: readonly string[],
): Promise<{ providerId: string; scope: string; version: number }[]> {
  if (providerIds.length === 0) return [];
  const { rows } = await sql<{ providerId: string; scope: string; version: number }>`
    select provider_id, scope, version from feed_scopes
    where provider_id in (select jsonb_array_elements_text(${JSON.stringify(providerIds)}::jsonb))
  `.execute(tx);
  return rows.map(({ providerId, scope, version }) => ({ providerId, scope, version }));
}

/** Is the hub's process of a row known to run? @param table has `process_id` */
export const processRuns = (table: string): RawBuilder<boolean> =>
  sql`exists (select from hub_processes running where running.process_id = ${sql.ref(`${table}.processId`)})`;

/** When a hub's process of a database was seen last. A query, for a restore. */
export const lastHubSeen = "select max(seen_at_ms) from hub_processes";
