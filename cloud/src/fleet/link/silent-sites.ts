/** Sites of which the hub may not know what happened there last: whoever decides by "nobody used it" must not trust their silence. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { siteIsThere } from "../sites/site-is-there.ts";

export interface SilentSite {
  readonly siteId: string;
  readonly name: string;
  /** Null: never. */
  readonly heardAtMs: number | null;
  /** Null: until it is heard. Its device was revoked: it tells nothing more, so nobody waits for it longer than this. */
  readonly waitedUntilMs: number | null;
}

/** A device that was revoked by mistake is enrolled again within days, and tells what it did; a stolen one never does. */
const revokedWaitMs = 7 * 86_400_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** When the site was away from the hub since `fromMs`, oldest first, until now where it is. */
export async function readAbsences(
  tx: Tx,
  siteId: string,
  { fromMs, nowMs }: { readonly fromMs: number; readonly nowMs: number },
): Promise<{ fromMs: number; untilMs: number }[]> {
  const { rows } = await sql<{ fromMs: number; untilMs: number }>`
    select from_ms, until_ms from site_absences where site_id = ${siteId} and until_ms > ${fromMs}::bigint
    union all
    select disconnected_at_ms, ${nowMs}::bigint from site_links
    where site_id = ${siteId} and process_id is null and disconnected_at_ms < ${nowMs}::bigint
    order by 1`.execute(tx);
  return rows;
}

/** How many sites were away from the hub at each full hour of the last day, oldest first; the last one is now. */
export async function readSitesAway(
  tx: Tx,
  { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number },
): Promise<number[]> {
  const { rows } = await sql<{ away: number }>`
    select (
      (select count(distinct a.site_id) from site_absences a
        where a.provider_id = ${providerId} and a.until_ms > t.at_ms and a.from_ms <= t.at_ms and ${siteIsThere("a")})
      + (select count(*) from site_links l
        where l.provider_id = ${providerId} and l.process_id is null and l.disconnected_at_ms <= t.at_ms and ${siteIsThere("l")}))::int as away
    from generate_series(${nowMs - dayMs}::bigint, ${nowMs}::bigint, ${hourMs}::bigint) as t(at_ms) order by t.at_ms`.execute(
    tx,
  );
  return rows.map(({ away }) => away);
}

/** Might it still tell, or be made to? Else what is known has to do. */
export const isWaitedFor = ({ waitedUntilMs }: SilentSite, nowMs: number): boolean =>
  waitedUntilMs === null || nowMs < waitedUntilMs;

/** Sites that have or had an agent, with their links and what of their journals arrived. */
const enrolledSites = sql`sites s
    join agents a on a.provider_id = s.provider_id and a.site_id = s.site_id
    left join site_links l on l.provider_id = s.provider_id and l.site_id = s.site_id
    left join journal_epochs e on e.provider_id = s.provider_id and e.site_id = s.site_id and e.epoch = l.told_epoch`;
const isSilent = sql<boolean>`not coalesce(l.process_id is not null and (l.told_seq = 0 or e.last_seq >= l.told_seq), false)`;
/** Who deletes a site revokes its device. */
const waitedUntilMs = sql<number | null>`a.revoked_at_ms + ${revokedWaitMs}::bigint`;

/**
 * Those of `siteIds` that are away, or whose journal has not arrived as far as they said when they linked. A site that never had an agent gave
 * nobody anything. Locks nothing.
 */
export async function readSilentSites(tx: Tx, providerId: string, siteIds: readonly string[]): Promise<SilentSite[]> {
  if (siteIds.length === 0) return [];
  const { rows } = await sql<{ siteId: string; name: string; heard: number | null; waitedUntilMs: number | null }>`
    select s.site_id, s.name, ${waitedUntilMs} as waited_until_ms, case when l.process_id is null then l.last_heard_at_ms else l.last_record_received_at_ms end as heard
    from ${enrolledSites}
    where s.provider_id = ${providerId} and s.site_id in (select jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb))
      and ${isSilent}
    order by s.name, s.site_id`.execute(tx);
  return rows.map((row) => ({
    siteId: row.siteId,
    name: row.name,
    heardAtMs: row.heard,
    waitedUntilMs: row.waitedUntilMs,
  }));
}

/** For a query over many providers: is one of these sites silent still, and waited for? @param noted SQL of a JSON list of `SilentSite` */
export const someAreWaitedFor = (
  providerId: RawBuilder<unknown>,
  noted: RawBuilder<unknown>,
  nowMs: number,
): RawBuilder<boolean> =>
  sql<boolean>`exists (
    select from ${enrolledSites}
    where s.provider_id = ${providerId}
      and s.site_id in (select site ->> 'siteId' from jsonb_array_elements(${noted}) site) and ${isSilent}
      and coalesce(${waitedUntilMs} > ${nowMs}, true))`;

/** The same: was a device of them revoked, or enrolled again, since they were noted? Then it is waited for otherwise. */
export const areWaitedForOtherwise = (
  providerId: RawBuilder<unknown>,
  noted: RawBuilder<unknown>,
): RawBuilder<boolean> =>
  sql<boolean>`exists (
    select from jsonb_array_elements(${noted}) site
    join agents a on a.provider_id = ${providerId} and a.site_id = site ->> 'siteId'
    where ${waitedUntilMs} is distinct from (site ->> 'waitedUntilMs')::bigint)`;
