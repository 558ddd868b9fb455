/**
 * Reviews all sites: the outcome of their releases, whether a stage must stop, and which sites get a new target. Any hub process
 * may do it at any time, but only one at a time.
 */

import type { SiteDisk } from "@karibu/protocol/health";
import { cutText } from "@karibu/protocol/whole-text";
import type { Clock } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { isClockSure, processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { updateTrouble } from "../alarms/update-trouble.ts";
import { hasAgent, sitesWithLinks } from "../link/site-state.ts";
import type { Channel } from "./release-channels.ts";
import { type ChannelPlan, decideOutcome, decidePause, decideTarget } from "./rollout-policy.ts";
import {
  freshRow,
  isGiven,
  type ReleaseRow,
  readChannelPlans,
  readReleases,
  type SiteReleaseRow,
  settleSite,
  sitePlanOf,
} from "./site-targets.ts";

export interface ReviewParts {
  readonly database: Database;
  readonly publish: Publish;
  readonly emit: Emit;
  readonly clock: Clock;
}

/** A review comes each minute, where the hub runs. */
const reviewedWithinMs = 10 * 60_000;
/** Sites per transaction: it holds the locks of their feeds. */
const toldAtOnceMax = 200;

/** Resolves when every site has its current target. Resolves at once if another process is at it. */
export async function reviewReleases(parts: ReviewParts): Promise<void> {
  while (await parts.database.asPlatform("review-releases", (tx) => reviewOnce(tx, parts)));
}

interface WatchedSite extends SiteReleaseRow {
  readonly connected: boolean;
  readonly connectedAtMs: number | null;
  readonly disconnectedAtMs: number | null;
  readonly agentVersion: string | null;
  readonly disk: SiteDisk | null;
  readonly alarm: { readonly name: string; readonly why: string | null; readonly atMs: number } | null;
}

/** True: more sites are waiting. */
async function reviewOnce(tx: Tx, { publish, emit, clock }: ReviewParts): Promise<boolean> {
  const releases = await readReleases(tx);
  if (releases.length === 0) return false;
  const lock = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${lockKeys.releases}) as mine`.execute(tx);
  if (lock.rows[0]?.mine !== true) return false;
  const now = clock.wall().atMs;
  if (isClockSure({ clock })) await bringBack(tx, now);
  const sites: SiteReleaseRow[] = [];
  for (const site of await readWatchedSites(tx)) {
    const row = judge(site, releases, now);
    // Somebody gave the site another release meanwhile: what was judged is of the one before.
    if (row.outcome !== site.outcome && !(await keepOutcome(tx, row))) continue;
    sites.push(row);
    if (row.outcome === site.outcome) continue;
    await emit(tx, row.providerId, { topic: "site", id: row.siteId, action: `release-${row.outcome}` });
  }
  await pauseWhereNeeded(tx, sites, now);
  const channels = await readChannelPlans(tx);
  const known = { channels, releases, nowMs: now };
  const due = sites.filter(
    (row) => !isGiven(row, decideTarget(sitePlanOf(row), channels.get(row.channel) as ChannelPlan)),
  );
  for (const row of due.slice(0, toldAtOnceMax)) await settleSite(tx, publish, await lockSite(tx, row), known);
  return due.length > toldAtOnceMax;
}

/**
 * What a clock that was ahead has dated began a little while ago: else no failure since would be of that release, and no stage would stop. Only by a clock that
 * is sure: one that is behind would take everything for such.
 */
async function bringBack(tx: Tx, nowMs: number): Promise<void> {
  const [latestMs, lateMs] = [nowMs + processClockSlackMs, Math.max(0, nowMs - reviewedWithinMs)];
  await sql`update release_channels set watch_since_ms = ${lateMs}::bigint where watch_since_ms > ${latestMs}::bigint`.execute(
    tx,
  );
  await sql`update site_releases set given_at_ms = ${lateMs}::bigint, outcome_at_ms = least(outcome_at_ms, ${nowMs}::bigint)
    where given_at_ms > ${latestMs}::bigint`.execute(tx);
}

/** Sites with a valid device. The others get their target once they are enrolled. */
async function readWatchedSites(tx: Tx): Promise<WatchedSite[]> {
  const { rows } = await sql<WatchedSite>`
    select sites.provider_id, sites.site_id, coalesce(r.channel, 'stable') as channel, coalesce(r.goes_first, false) as goes_first,
      r.pinned_release_id, r.given_release_id, coalesce(r.given_exact, false) as given_exact, r.given_at_ms,
      r.good_release_id, r.failed_release_id, r.failed_at_ms, r.failed_why, r.outcome, r.outcome_at_ms, r.outcome_why,
      site_links.process_id is not null as connected, site_links.connected_at_ms, site_links.disconnected_at_ms,
      site_links.agent_version, site_links.disk, ${updateTrouble("sites", { releaseId: sql`r.given_release_id`, sinceMs: sql`r.given_at_ms` })} as alarm
    from ${sitesWithLinks}
    left join site_releases r on r.provider_id = sites.provider_id and r.site_id = sites.site_id
    where sites.deleted_at_ms is null and ${hasAgent}
    order by sites.provider_id, sites.site_id
  `.execute(tx);
  return rows;
}

/** The columns of the site's row, without those that are only read. */
function judge(site: WatchedSite, releases: readonly ReleaseRow[], nowMs: number): SiteReleaseRow {
  const { connected, connectedAtMs, disconnectedAtMs, ...rest } = site;
  const { agentVersion, disk, alarm, ...row } = rest;
  const release = releases.find(({ releaseId: id }) => id === row.givenReleaseId);
  if (release === undefined || row.outcome === null || row.givenAtMs === null) return row;
  const { outcome, why } = decideOutcome(
    {
      givenVersion: release.version,
      givenAtMs: row.givenAtMs,
      outcome: row.outcome,
      outcomeAtMs: row.outcomeAtMs,
      connected,
      connectedAtMs,
      disconnectedAtMs,
      agentVersion,
      diskRefuses: disk === "refuses",
      alarm: alarm && {
        kind: alarm.name === "update-failed" ? "failed" : "refused",
        why: cutText(alarm.why ?? "", 100),
        atMs: alarm.atMs,
      },
    },
    nowMs,
  );
  if (outcome === row.outcome) return row;
  const failed =
    outcome === "failed" ? { failedReleaseId: row.givenReleaseId, failedAtMs: nowMs, failedWhy: why } : ({} as const);
  return { ...row, ...failed, outcome, outcomeAtMs: nowMs, outcomeWhy: why };
}

/** As it is now, until this transaction ends: somebody may have pinned it since it was read. */
async function lockSite(tx: Tx, { providerId, siteId }: SiteReleaseRow): Promise<SiteReleaseRow> {
  await tx
    .insertInto("site_releases")
    .values(freshRow(providerId, siteId))
    .onConflict((on) => on.doNothing())
    .execute();
  return await tx
    .selectFrom("site_releases")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("siteId", "=", siteId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** False: the site has another release now than the one that was judged. */
async function keepOutcome(tx: Tx, row: SiteReleaseRow): Promise<boolean> {
  const { outcome, outcomeAtMs, outcomeWhy, failedReleaseId, failedAtMs, failedWhy } = row;
  const kept = await tx
    .updateTable("site_releases")
    .set({ outcome, outcomeAtMs, outcomeWhy, failedReleaseId, failedAtMs, failedWhy })
    .where("providerId", "=", row.providerId)
    .where("siteId", "=", row.siteId)
    .where("givenReleaseId", "=", row.givenReleaseId)
    .where("givenAtMs", "=", row.givenAtMs)
    .returning("siteId")
    .executeTakeFirst();
  return kept !== undefined;
}

async function pauseWhereNeeded(tx: Tx, sites: readonly SiteReleaseRow[], nowMs: number): Promise<void> {
  const running = await tx.selectFrom("release_channels").selectAll().where("paused", "=", false).execute();
  for (const { channel, releaseId, watchSinceMs: sinceMs } of running) {
    if (releaseId === null) continue;
    const reason = decidePause(membersOf(sites, channel, releaseId), sinceMs);
    if (reason === null) continue;
    await tx
      .updateTable("release_channels")
      .set({ paused: true, pauseReason: reason, updatedAtMs: nowMs })
      .where("channel", "=", channel)
      .execute();
  }
}

/** Sites that got this release from the channel. A site that failed got another one since, and still counts. */
function membersOf(sites: readonly SiteReleaseRow[], channel: Channel, releaseId: string) {
  return sites
    .filter((row) => row.channel === channel && row.pinnedReleaseId === null)
    .filter((row) => row.givenReleaseId === releaseId || row.failedReleaseId === releaseId)
    .map((row) =>
      row.failedReleaseId === releaseId
        ? { outcome: "failed" as const, outcomeAtMs: row.failedAtMs }
        : { outcome: row.outcome ?? ("waiting" as const), outcomeAtMs: row.outcomeAtMs },
    );
}
