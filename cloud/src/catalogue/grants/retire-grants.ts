/**
 * Deletes bought grants that are long over from their site's feed: 30 days after the end that the site reported, or that the grant's
 * own date sets. After that nothing opens the grant: `tell` and the claims leave it alone, and the site forgets it.
 *
 * "Over" is said by the site's own journal. Its records come in order, so a record that was stamped 30 days after the end, by a synced
 * clock, comes after every start, report of use, credited outage and correction that could still move the end. A site that is behind,
 * or has not applied the grant's last row, keeps its rows for as long as that takes.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { grantUse } from "../sessions/grant-use.ts";

const dayMs = 86_400_000;
/** As the site keeps what ended. */
const keptAfterEndMs = 30 * dayMs;
/** A transaction's worth. */
const sliceRows = 300;
const sitesPerPage = 500;

interface RetireParts {
  readonly world: World;
  readonly database: Database;
  readonly publish: Publish;
}

/** A site that has told everything up to `overMs` and 30 days more, and has applied its feed up to a version. */
interface HeardSite {
  readonly providerId: string;
  readonly siteId: string;
  readonly overMs: number;
  readonly applied: number;
}

export function retireGrants({ world, database, publish }: RetireParts): MaintenanceJob {
  async function heardSites(after: HeardSite | null): Promise<readonly HeardSite[]> {
    const nowMs = world.clock.wall().atMs;
    return database.asPlatform("retire-grants", async (tx) => {
      const { rows } = await sql<HeardSite>`
        select l.provider_id, l.site_id, least(l.last_record_at_ms, ${nowMs}::bigint) - ${keptAfterEndMs}::bigint as over_ms,
          a.version as applied
        from site_links l
        join feed_applied a on a.provider_id = l.provider_id and a.site_id = l.site_id and a.scope = 'site:' || l.site_id
        where l.clock_quality = 'synced' and l.last_record_at_ms is not null
          and (l.provider_id, l.site_id) > (${after?.providerId ?? ""}::text, ${after?.siteId ?? ""}::text)
        order by l.provider_id, l.site_id limit ${sitesPerPage}`.execute(tx);
      return rows;
    });
  }

  async function retireSlice(site: HeardSite): Promise<number> {
    return database.asPlatform("retire-grants", async (tx) => {
      const { providerId, siteId } = site;
      const { rows } = await dueAt(site, sliceRows).execute(tx);
      const due = await withoutBusy(tx, providerId, rows);
      for (const { leaseId: key, isTold } of due)
        if (isTold)
          await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key, body: null });
      await markRetired(tx, site, due, world.clock.wall().atMs);
      return due.length;
    });
  }

  return {
    name: "retire-grants",
    everyMs: dayMs,
    async run() {
      let retired = 0;
      let page = await heardSites(null);
      while (page.length > 0) {
        for (const site of page) {
          for (;;) {
            const count = await retireSlice(site);
            retired += count;
            if (count < sliceRows) break;
          }
        }
        page = page.length < sitesPerPage ? [] : await heardSites(page.at(-1) ?? null);
      }
      return retired === 0 ? "nothing" : `${retired} grants`;
    },
  };
}

interface DueGrant {
  /** As the site has it: the grant's own, or the name of its lease. */
  readonly leaseId: string;
  /** Null: this database does not have the grant. */
  readonly grantId: string | null;
  /** This site holds it now, under this name. */
  readonly isHeld: boolean;
  /** The site's feed has a row of it. */
  readonly isTold: boolean;
}

/**
 * Over at this site, each branch by an index of its own: ended by the reported start; ended or revoked by what the hub knows, without a
 * start; a lease that came with its end; and without any date, used up. A revoked grant that was begun waits for its end: without
 * the row the site would let it go on.
 */
function dueAt(site: HeardSite, limit: number) {
  const { providerId, siteId, overMs, applied } = site;
  const isBegun = sql`exists (select from grant_starts begun where begun.provider_id = g.provider_id
    and begun.grant_id = coalesce(l.lease_id, g.grant_id) and begun.site_id = ${siteId})`;
  return sql<DueGrant>`
    with due as (
      (select s.grant_id as lease_id from grant_starts s
        where s.provider_id = ${providerId} and s.site_id = ${siteId} and s.retired_at_ms is null
          and s.origin = 'purchase' and not s.bridge and s.ends_at_ms < ${overMs}::bigint limit ${limit})
      union
      (select g.grant_id from grants g
        left join grant_leases l on l.provider_id = g.provider_id and l.grant_id = g.grant_id
        where g.provider_id = ${providerId} and g.site_id = ${siteId} and g.retired_at_ms is null and l.grant_id is null
          and least((g.terms->>'validUntilMs')::bigint, g.revoked_at_ms) < ${overMs}::bigint
          and ((g.terms->>'validUntilMs')::bigint < ${overMs}::bigint or not ${isBegun}) limit ${limit})
      union
      (select l.lease_id from grant_leases l
        join grants g on g.provider_id = l.provider_id and g.grant_id = l.grant_id
        where l.provider_id = ${providerId} and l.site_id = ${siteId} and l.retired_at_ms is null
          and (least(l.ends_at_ms, (l.terms->>'validUntilMs')::bigint) < ${overMs}::bigint
            or (g.revoked_at_ms < ${overMs}::bigint and l.started_at_ms is null and not ${isBegun})) limit ${limit})
      union
      (select s.grant_id from grant_starts s
        join grants g on g.provider_id = s.provider_id and g.grant_id = split_part(s.grant_id, '.', 1)
        left join grant_leases l on l.provider_id = g.provider_id and l.grant_id = g.grant_id and l.lease_id = s.grant_id
        join lateral (
          select sum(used.used_bytes) as bytes, sum(used.online_seconds) as seconds,
            max(used.stopped_at_ms) as last_ms, bool_or(used.stopped_at_ms is null) as is_open
          from ${grantUse} used where used.provider_id = s.provider_id and used.grant_id = s.grant_id and used.site_id = s.site_id
        ) used on used.last_ms < ${overMs}::bigint and not used.is_open
        where s.provider_id = ${providerId} and s.site_id = ${siteId} and s.retired_at_ms is null
          and s.origin = 'purchase' and not s.bridge and s.ends_at_ms is null and s.started_at_ms < ${overMs}::bigint
          -- Free hours let in all the same whose data is used up.
          and (used.bytes >= (coalesce(l.terms, g.terms)->>'dataBytes')::bigint and coalesce(l.terms, g.terms)->>'hours' is null
            or used.seconds >= (coalesce(l.terms, g.terms)->>'useSeconds')::bigint) limit ${limit})
    )
    select due.lease_id, g.grant_id, told.body is not null as is_told,
      g.grant_id is not null and coalesce(l.lease_id, g.grant_id) = due.lease_id
        and coalesce(l.site_id, g.site_id) = ${siteId} as is_held
    from due
    left join grants g on g.provider_id = ${providerId} and g.grant_id = split_part(due.lease_id, '.', 1)
    left join grant_leases l on l.provider_id = g.provider_id and l.grant_id = g.grant_id
    left join feed_rows told on told.provider_id = ${providerId} and told.scope = ${`site:${siteId}`}
      and told.kind = 'grant' and told.key = due.lease_id
    where (told.body is null or told.version <= ${applied}::bigint)
      -- A paused one is not over; and one to which staff gave something ends as the site says, not as it was sold.
      and not exists (
        select from grant_changes c
        left join grant_starts begun on begun.provider_id = c.provider_id and begun.site_id = c.site_id and begun.grant_id = c.grant_id
        where c.provider_id = ${providerId} and c.site_id = ${siteId} and c.grant_id = due.lease_id
          and (c.paused_at_ms is not null
            or (c.seconds + c.use_seconds + c.data_bytes > 0 and coalesce(begun.ends_at_ms >= ${overMs}::bigint, true))))
    order by due.lease_id limit ${limit}`;
}

/** A payment, a claim or a refund may be at work on a grant: that one is left to the next run. */
async function withoutBusy(tx: Tx, providerId: string, due: readonly DueGrant[]): Promise<readonly DueGrant[]> {
  const grantIds = due.flatMap(({ grantId, isHeld }) => (isHeld && grantId !== null ? [grantId] : []));
  if (grantIds.length === 0) return due;
  const locked = await tx
    .selectFrom("grants")
    .select("grantId")
    .where("providerId", "=", providerId)
    .where("grantId", "in", grantIds)
    .orderBy("grantId")
    .forUpdate()
    .skipLocked()
    .execute();
  const ours = new Set(locked.map(({ grantId }) => grantId));
  return due.filter(({ grantId, isHeld }) => !isHeld || (grantId !== null && ours.has(grantId)));
}

async function markRetired(
  tx: Tx,
  { providerId, siteId }: HeardSite,
  due: readonly DueGrant[],
  nowMs: number,
): Promise<void> {
  if (due.length === 0) return;
  const leaseIds = JSON.stringify(due.map(({ leaseId }) => leaseId));
  const heldIds = JSON.stringify(due.flatMap(({ grantId, isHeld }) => (isHeld ? [grantId] : [])));
  const named = (list: string) => sql`(select value from jsonb_array_elements_text(${list}::jsonb))`;
  await sql`update grant_starts set retired_at_ms = ${nowMs}::bigint
    where provider_id = ${providerId} and site_id = ${siteId} and grant_id in ${named(leaseIds)}`.execute(tx);
  await sql`update grant_leases set retired_at_ms = ${nowMs}::bigint
    where provider_id = ${providerId} and grant_id in ${named(heldIds)}`.execute(tx);
  await sql`update grants set retired_at_ms = ${nowMs}::bigint
    where provider_id = ${providerId} and grant_id in ${named(heldIds)}`.execute(tx);
}
