/** `GET /api/v1/sites/{siteId}/link`: the state of a site's link, and how far its journal and its feed are. */
import { siteDisks } from "@karibu/protocol/health";
import { keySchema } from "@karibu/protocol/schema";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { readSite } from "../sites/sites.ts";

export const linkView = z.object({
  connected: z.boolean(),
  connectedAtMs: z.number().int().nullable(),
  disconnectedAtMs: z.number().int().nullable(),
  lastHeardAtMs: z.number().int().nullable(),
  remoteAddress: z.string().nullable(),
  /** How often it has ever connected. */
  connections: z.number().int(),
  protocol: z.number().int().nullable(),
  agentVersion: z.string().nullable(),
  clockQuality: z.enum(["synced", "estimated", "unknown"]).nullable(),
  /** The state of its disk, as the link reports it: `refuses` (full, read-only) keeps its journal in memory. Null: its agent does not report it. */
  disk: z.enum(siteDisks).nullable(),
  diskSinceMs: z.number().int().nullable(),
  journal: z.object({
    epoch: z.string().nullable(),
    lastSeq: z.number().int().nullable(),
    /** By the site's clock, and when it arrived here. */
    lastRecordAtMs: z.number().int().nullable(),
    lastRecordReceivedAtMs: z.number().int().nullable(),
    /** How old the last record was when it arrived. */
    lagMs: z.number().int().nullable(),
    damagedRecords: z.number().int(),
    /** Ranges of records that the site lost. */
    gaps: z.number().int(),
  }),
  feed: z.array(
    z.object({
      scope: z.string(),
      version: z.number().int(),
      /** The last version that the site reported; null: none yet. */
      applied: z.number().int().nullable(),
      /** Keys that it does not have yet. */
      behind: z.number().int(),
    }),
  ),
});

export function linkRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/sites/{siteId}/link",
      summary: "A site's link: presence, journal and feed lag, clock, version",
      permission: "sites.read",
      params: z.object({ siteId: keySchema }),
      response: linkView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return await readLink(tx, siteId);
        }),
    }),
  ];
}

async function readLink(tx: Tx, siteId: string): Promise<z.input<typeof linkView>> {
  const link = await tx.selectFrom("site_links").selectAll().where("siteId", "=", siteId).executeTakeFirst();
  const gaps = await tx
    .selectFrom("journal_gaps")
    .select((is) => is.fn.countAll<number>().as("count"))
    .where("siteId", "=", siteId)
    .executeTakeFirstOrThrow();
  const own = `site:${siteId}`;
  const { rows: feed } = await sql<{ scope: string; version: number; applied: number | null; behind: number }>`
    select s.scope, s.version, a.version as applied, (
      select count(*) from feed_rows r
      where r.provider_id = s.provider_id and r.scope = s.scope and r.version > coalesce(a.version, 0)
    )::bigint as behind
    from feed_scopes s
    left join feed_applied a on a.provider_id = s.provider_id and a.site_id = ${siteId} and a.scope = s.scope
    where s.scope = 'provider' or s.scope = ${own} or s.scope in (
      select 'batch:' || f.key from feed_rows f where f.scope = ${own} and f.kind = 'follow' and f.body is not null)
    order by s.scope
  `.execute(tx);
  const [atMs, receivedAtMs] = [link?.lastRecordAtMs ?? null, link?.lastRecordReceivedAtMs ?? null];
  return {
    connected: link?.processId != null,
    connectedAtMs: link?.connectedAtMs ?? null,
    disconnectedAtMs: link?.disconnectedAtMs ?? null,
    lastHeardAtMs: link?.lastHeardAtMs ?? null,
    remoteAddress: link?.remoteAddress ?? null,
    connections: link?.connections ?? 0,
    protocol: link?.protocol ?? null,
    agentVersion: link?.agentVersion ?? null,
    clockQuality: link?.clockQuality ?? null,
    disk: link?.disk ?? null,
    diskSinceMs: link?.diskSinceMs ?? null,
    journal: {
      epoch: link?.epoch ?? null,
      lastSeq: link?.lastSeq ?? null,
      lastRecordAtMs: atMs,
      lastRecordReceivedAtMs: receivedAtMs,
      lagMs: atMs === null || receivedAtMs === null ? null : Math.max(0, receivedAtMs - atMs),
      damagedRecords: link?.damagedRecords ?? 0,
      gaps: Number(gaps.count),
    },
    feed,
  };
}
