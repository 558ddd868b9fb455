/**
 * What the rule for outages would have given for the last one, without giving it. The hub knows when a site's link was away; the site itself measures
 * the internet, and only what it finds is credited. What the site found stands first.
 */

import { sql } from "kysely";
import { creditsOfOutage, lastCreditedOutage } from "../../catalogue/grants/project-outages.ts";
import { sitesWithLinks } from "../../fleet/link/site-state.ts";
import { presentSites } from "../../fleet/sites/site-is-there.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { KeptOutages } from "../../modules/hub-module.ts";

export interface OutageRule {
  readonly minSeconds: number;
  readonly maxSeconds: number;
}

export interface SeenOutage {
  readonly siteId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** `site`: it measured and credited it. `link`: the hub saw its link go and come back. `still`: the link is away now. */
  readonly by: "site" | "link" | "still";
}

/** What is tried where a provider credits nothing: ten minutes, as most choose, and at most a day. */
export const exampleRule: OutageRule = { minSeconds: 600, maxSeconds: 86_400 };

const lengthMs = ({ fromMs, toMs }: SeenOutage): number => toMs - fromMs;

/**
 * The newest one that is long enough; where none is, the newest at all. Pure.
 * @returns null: no site was ever away
 */
export function lastOutage(seen: readonly SeenOutage[], { minSeconds }: OutageRule): SeenOutage | null {
  const newestFirst = seen
    .filter((one) => lengthMs(one) > 0)
    .toSorted((a, b) => b.toMs - a.toMs || b.fromMs - a.fromMs);
  const isLong = (one: SeenOutage) => one.by === "site" || lengthMs(one) >= minSeconds * 1000;
  return newestFirst.find(isLong) ?? newestFirst[0] ?? null;
}

/** The part of it that the rule credits, counted from its end backwards as the site does; null: it was too short. Pure. */
export function creditedPart(outage: SeenOutage, rule: OutageRule): { fromMs: number; toMs: number } | null {
  if (outage.by === "site") return { fromMs: outage.fromMs, toMs: outage.toMs };
  if (lengthMs(outage) < rule.minSeconds * 1000) return null;
  return { fromMs: Math.max(outage.fromMs, outage.toMs - rule.maxSeconds * 1000), toMs: outage.toMs };
}

/** The last outage of each site, by each that may know one. */
export async function readOutages(
  tx: Tx,
  providerId: string,
  nowMs: number,
  keptOutages: readonly KeptOutages[],
): Promise<SeenOutage[]> {
  const kept = keptOutages.map(
    (rowsOf) => sql`select o.site_id, o.since_ms, o.until_ms, 'link' from (${rowsOf(providerId)}) o union all`,
  );
  const { rows } = await sql<SeenOutage>`
    select site_links.site_id, site_links.disconnected_at_ms as "fromMs",
      case when site_links.process_id is null then ${nowMs}::bigint else site_links.connected_at_ms end as "toMs",
      case when site_links.process_id is null then 'still' else 'link' end as by
    from ${sitesWithLinks}
    where sites.provider_id = ${providerId} and sites.deleted_at_ms is null and site_links.disconnected_at_ms is not null
      and (site_links.process_id is null or site_links.connected_at_ms > site_links.disconnected_at_ms)
    union all
    ${sql.join(kept, sql` `)}
    select s.site_id, c.from_ms, c.to_ms, 'site' from ${presentSites} s cross join lateral ${lastCreditedOutage("s")} c
    where s.provider_id = ${providerId}`.execute(tx);
  return rows.map((row) => ({ ...row, fromMs: Number(row.fromMs), toMs: Number(row.toMs) }));
}

export interface WouldGet {
  /** Grants whose time ran then. */
  readonly grants: number;
  /** All together, and the most of one. Null: it was given already, and what the ends were before is not known any more. */
  readonly seconds: number | null;
  readonly secondsMost: number | null;
}

/** By the same rule as what the site sends is booked. */
export async function wouldGet(
  tx: Tx,
  { providerId, siteId, isGiven }: { readonly providerId: string; readonly siteId: string; readonly isGiven: boolean },
  part: { readonly fromMs: number; readonly toMs: number },
): Promise<WouldGet> {
  const { rows } = await sql<{ grants: number; ms: number | null; most: number | null }>`
    select count(*)::bigint as grants, sum(gets)::bigint as ms, max(gets)::bigint as most
    from ${creditsOfOutage({ providerId, siteId }, part)} of_then
    where gets > 0 or ${isGiven}`.execute(tx);
  const { grants = 0, ms = 0, most = 0 } = rows[0] ?? {};
  const inSeconds = (value: number | null) => Math.round(Number(value ?? 0) / 1000);
  return {
    grants: Number(grants),
    seconds: isGiven ? null : inSeconds(ms),
    secondsMost: isGiven ? null : inSeconds(most),
  };
}
