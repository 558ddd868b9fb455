/**
 * The state of all providers' sites, as figures. There may be ten thousand sites: sums and quantiles cover all of them,
 * and only the worst are named, so that the number of series stays limited.
 */

import { sql } from "kysely";
import { type LinkState, linkState, sitesWithLinks } from "../../fleet/link/site-state.ts";
import { sitesBehind } from "../../fleet/link/sites-behind.ts";
import type { Database } from "../../ground/db/database.ts";

export interface SiteStanding {
  readonly providerId: string;
  readonly siteId: string;
  readonly state: LinkState;
  readonly connections: number;
  readonly lastHeardAtMs: number | null;
  /** By the site's clock, and when it arrived here. */
  readonly lastRecordAtMs: number | null;
  readonly lastRecordReceivedAtMs: number | null;
  readonly clockQuality: string | null;
  readonly agentVersion: string | null;
  readonly damagedRecords: number;
  /** Age of the oldest feed row that it has not confirmed; null: it has confirmed all. */
  readonly feedBehindSinceMs: number | null;
}

export async function readStandings(database: Database): Promise<SiteStanding[]> {
  return await database.asPlatform("site-figures", async (tx) => {
    const { rows } = await sql<SiteStanding>`
      select sites.provider_id, sites.site_id,
        ${linkState} as state,
        coalesce(site_links.connections, 0) as connections, site_links.last_heard_at_ms,
        site_links.last_record_at_ms, site_links.last_record_received_at_ms,
        site_links.clock_quality, site_links.agent_version,
        coalesce(site_links.damaged_records, 0) as "damagedRecords", behind.since as "feedBehindSinceMs"
      from ${sitesWithLinks}
      left join ${sitesBehind} behind on behind.provider_id = sites.provider_id and behind.site_id = sites.site_id
      where sites.deleted_at_ms is null
    `.execute(tx);
    return rows;
  });
}

export interface SiteFigures {
  readonly byState: ReadonlyMap<string, number>;
  readonly byClock: ReadonlyMap<string, number>;
  readonly byVersion: ReadonlyMap<string, number>;
  readonly connections: number;
  readonly damagedRecords: number;
  readonly journalLag: ReadonlyMap<string, number>;
  readonly feedLag: ReadonlyMap<string, number>;
  /** At most `namedMax`, the worst first. */
  readonly worst: readonly (SiteStanding & Lags)[];
}

interface Lags {
  /** Of an online site: how old its last record was when it arrived. Of an offline site: time since its last record. */
  readonly journalLagSeconds: number;
  readonly feedLagSeconds: number;
  readonly silentSeconds: number;
}

export const namedMax = 100;
const versionsMax = 20;
const quantiles = [0.5, 0.9, 0.99, 1] as const;

export function figuresOf(standings: readonly SiteStanding[], nowMs: number): SiteFigures {
  const known = standings.filter(({ state }) => state === "online" || state === "offline");
  const lagging = known.map((site) => ({ ...site, ...lagsOf(site, nowMs) }));
  const worst = lagging
    .sort(
      (one, other) => worstOf(other) - worstOf(one) || (one.siteId < other.siteId ? -1 : 1), // the same sites each time
    )
    .slice(0, namedMax);
  return {
    byState: countBy(standings, ({ state }) => state),
    byClock: countBy(known, ({ clockQuality }) => clockQuality ?? "not-told"),
    byVersion: theMost(countBy(known, ({ agentVersion }) => agentVersion ?? "not-told")),
    connections: sumOf(standings, ({ connections }) => connections),
    damagedRecords: sumOf(standings, ({ damagedRecords }) => damagedRecords),
    journalLag: quantilesOf(lagging.map(({ journalLagSeconds }) => journalLagSeconds)),
    feedLag: quantilesOf(lagging.map(({ feedLagSeconds }) => feedLagSeconds)),
    worst,
  };
}

function lagsOf(site: SiteStanding, nowMs: number): Lags {
  const { lastHeardAtMs, lastRecordAtMs, lastRecordReceivedAtMs, feedBehindSinceMs } = site;
  const seconds = (sinceMs: number | null, untilMs = nowMs) =>
    sinceMs === null ? 0 : Math.max(0, Math.round((untilMs - sinceMs) / 1000));
  const silentSeconds = seconds(lastHeardAtMs);
  return {
    silentSeconds,
    journalLagSeconds: site.state === "online" ? seconds(lastRecordAtMs, lastRecordReceivedAtMs ?? 0) : silentSeconds,
    feedLagSeconds: seconds(feedBehindSinceMs),
  };
}

function worstOf({ journalLagSeconds, feedLagSeconds, silentSeconds, state }: SiteStanding & Lags): number {
  return Math.max(journalLagSeconds, feedLagSeconds, state === "offline" ? silentSeconds : 0);
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

/** An agent reports its version: foreign spellings must not create more series. */
function theMost(counts: ReadonlyMap<string, number>): Map<string, number> {
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const most = new Map(sorted.slice(0, versionsMax));
  const rest = sumOf(sorted.slice(versionsMax), ([, count]) => count);
  return rest === 0 ? most : most.set("other", (most.get("other") ?? 0) + rest);
}

function quantilesOf(values: readonly number[]): Map<string, number> {
  const sorted = [...values].sort((one, other) => one - other);
  return new Map(quantiles.map((share) => [String(share), sorted[Math.ceil(sorted.length * share) - 1] ?? 0]));
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
