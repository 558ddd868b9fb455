import { sha256 } from "@karibu/protocol/hash";
/**
 * Which release a site should run, and whether a stage goes well. Pure.
 *
 * A channel brings one release to a percentage of its sites. The order of sites differs from release to release;
 * sites that an admin put first come before all. A site keeps its release until it gets another one.
 */

export interface ChannelPlan {
  /** Null: this channel has no release. */
  readonly releaseId: string | null;
  readonly percent: number;
  readonly paused: boolean;
}

export interface SitePlan {
  readonly siteId: string;
  readonly pinnedReleaseId: string | null;
  /** In every stage, whatever its percentage. */
  readonly goesFirst: boolean;
  readonly givenReleaseId: string | null;
  /** The release that it ran well before. */
  readonly goodReleaseId: string | null;
  /** The release that failed. */
  readonly failedReleaseId: string | null;
}

export interface Target {
  /** Null: the release of its image. */
  readonly releaseId: string | null;
  /** Chosen for this site only: it also holds when its image brings a newer one. */
  readonly exact: boolean;
  readonly why: "pinned" | "failed-here" | "in-stage" | "paused" | "not-yet" | "no-release";
}

/** Reasons in order of precedence. */
export function decideTarget(site: SitePlan, channel: ChannelPlan): Target {
  const { pinnedReleaseId, givenReleaseId, goodReleaseId, failedReleaseId } = site;
  if (pinnedReleaseId !== null) return { releaseId: pinnedReleaseId, exact: true, why: "pinned" };
  const kept = givenReleaseId === failedReleaseId ? goodReleaseId : givenReleaseId;
  const keep = (why: Target["why"]): Target => ({ releaseId: kept, exact: false, why });
  if (channel.releaseId === null) return keep("no-release");
  if (channel.releaseId === failedReleaseId) return keep("failed-here");
  if (channel.paused) return keep("paused");
  const isInStage = site.goesFirst || placeInRollout(site.siteId, channel.releaseId) < channel.percent;
  return isInStage ? { releaseId: channel.releaseId, exact: false, why: "in-stage" } : keep("not-yet");
}

/** From 0 to below 100, evenly spread, always the same for one site and release. */
export function placeInRollout(siteId: string, releaseId: string): number {
  const digest = sha256(`${releaseId}/${siteId}`);
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}

/**
 * `waiting`: no report since. `running`: it came back with that release. `failed`: it tried and went back. `refused`: it
 * could not install it (no space, an older image) and runs the former one. `lost`: away since it got the target.
 */
export type Outcome = "waiting" | "running" | "failed" | "refused" | "lost";

export interface GivenSite {
  readonly givenVersion: string;
  readonly givenAtMs: number;
  readonly outcome: Outcome;
  readonly outcomeAtMs: number | null;
  readonly connected: boolean;
  readonly connectedAtMs: number | null;
  readonly disconnectedAtMs: number | null;
  /** From its last hello. */
  readonly agentVersion: string | null;
  /** As its link reports it: an alarm needs the disk. */
  readonly diskRefuses: boolean;
  /** Its report about this release, and when the report came. */
  readonly alarm: { readonly kind: "failed" | "refused"; readonly why: string; readonly atMs: number } | null;
}

/** A site that is away for so long after it got its target may be lost by the update; a power cut is usually shorter. */
export const lostAfterMs = 30 * 60_000;
/** When a site goes away later than this, the release is not the cause. */
export const watchedMs = 24 * 60 * 60_000;

/** A site that is back with another release has this long to report why: its hello arrives before its journal. */
export const wordMsMax = 2 * 60_000;

export function decideOutcome(site: GivenSite, nowMs: number): { outcome: Outcome; why: string | null } {
  const { connected, disconnectedAtMs, givenAtMs } = site;
  const runs = site.agentVersion === site.givenVersion;
  if (site.alarm?.kind === "failed") return { outcome: "failed", why: site.alarm.why };
  if (connected && runs) return { outcome: "running", why: null };
  const hasRun = site.outcome === "running";
  if (site.alarm !== null && (!hasRun || site.alarm.atMs >= (site.outcomeAtMs ?? 0)))
    return { outcome: "refused", why: site.alarm.why };
  // With a full disk a release can't start, or stops, whatever its quality.
  if (connected && site.diskRefuses) return { outcome: "refused", why: "disk-refuses" };
  // It ran, and runs something else now: its launcher went back without a report, or somebody reset it.
  if (connected && hasRun && nowMs - (site.connectedAtMs ?? 0) >= wordMsMax)
    return { outcome: "failed", why: "went-back" };
  if (connected) return { outcome: site.outcome === "lost" ? "waiting" : site.outcome, why: null };
  const awaySinceMs = disconnectedAtMs ?? Number.NaN;
  const leftAfterwards = awaySinceMs >= givenAtMs && awaySinceMs - givenAtMs < watchedMs;
  if (leftAfterwards && nowMs - awaySinceMs >= lostAfterMs) return { outcome: "lost", why: null };
  return { outcome: site.outcome, why: null };
}

type PauseReason = "sites-failed" | "sites-lost";

const failedShareMax = 0.02;
/** Power cuts take sites away too. */
const lostShareMax = 0.1;

/**
 * Why a stage must stop, or null. `sites`: those that got the channel's release and are not pinned. What happened
 * before `sinceMs` (an admin reviewed it and continued) does not count again.
 *
 * Shares without a minimum number of sites: of fewer than fifty sites one failure is enough, and of fewer than ten
 * one lost site. The two errors have very different costs. A pause takes nothing away, and one click ends it. A release
 * that fails at one site of three may fail at all three. So the threshold is low, and the meaning of failed is narrow: the
 * site left the release while its disk had space for it.
 */
export function decidePause(
  sites: readonly { readonly outcome: Outcome; readonly outcomeAtMs: number | null }[],
  sinceMs: number,
): PauseReason | null {
  const recent = (outcome: Outcome) =>
    sites.filter((site) => site.outcome === outcome && (site.outcomeAtMs ?? 0) >= sinceMs).length;
  if (recent("failed") > failedShareMax * sites.length) return "sites-failed";
  if (recent("lost") > lostShareMax * sites.length) return "sites-lost";
  return null;
}
