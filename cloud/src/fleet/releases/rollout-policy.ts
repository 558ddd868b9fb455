/**
 * Which release a site should run, and whether a stage goes well. Pure.
 *
 * A channel carries one release to so many percent of its sites. Which sites come first differs from release to release;
 * those that somebody put first come before all. What a site was given it keeps until it gets something else.
 */
import { createHash } from "node:crypto";

export interface ChannelPlan {
  /** Null: this channel brings nothing. */
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
  /** What it ran well before it was given that. */
  readonly goodReleaseId: string | null;
  /** What it could not run. */
  readonly failedReleaseId: string | null;
}

export interface Target {
  /** Null: what it has by itself. */
  readonly releaseId: string | null;
  /** Chosen for this very site: also when its image brings a newer one. */
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

/** From 0 up to and without 100, spread evenly, always the same for one site and release. */
export function placeInRollout(siteId: string, releaseId: string): number {
  const digest = createHash("sha256").update(`${releaseId}/${siteId}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}

/**
 * `waiting`: not heard of since. `running`: it came back with that release. `failed`: it tried and went back. `refused`: it
 * could not take it (no room, an older image); it goes on with what it has. `lost`: away since it was told.
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
  /** As it said in its last hello. */
  readonly agentVersion: string | null;
  /** As it says by its link: an alarm needs the disk. */
  readonly diskRefuses: boolean;
  /** What it reported about this release since it was given, and when that came. */
  readonly alarm: { readonly kind: "failed" | "refused"; readonly why: string; readonly atMs: number } | null;
}

/** A site that is away for so long after it was told may have been lost by the update; a power cut is usually shorter. */
export const lostAfterMs = 30 * 60_000;
/** Later than that after it was told, going away says nothing about the release. */
export const watchedMs = 24 * 60 * 60_000;

/** A site that is back with another release has so long to say why: its hello is here before its journal. */
export const wordMsMax = 2 * 60_000;

export function decideOutcome(site: GivenSite, nowMs: number): { outcome: Outcome; why: string | null } {
  const { connected, disconnectedAtMs, givenAtMs } = site;
  const runs = site.agentVersion === site.givenVersion;
  if (site.alarm?.kind === "failed") return { outcome: "failed", why: site.alarm.why };
  if (connected && runs) return { outcome: "running", why: null };
  const hasRun = site.outcome === "running";
  if (site.alarm !== null && (!hasRun || site.alarm.atMs >= (site.outcomeAtMs ?? 0)))
    return { outcome: "refused", why: site.alarm.why };
  // On a full disk a release can't be started, or is left, whatever it is worth.
  if (connected && site.diskRefuses) return { outcome: "refused", why: "disk-refuses" };
  // It ran, and runs something else now: its launcher went back without a word, or somebody reset it.
  if (connected && hasRun && nowMs - (site.connectedAtMs ?? 0) >= wordMsMax)
    return { outcome: "failed", why: "went-back" };
  if (connected) return { outcome: site.outcome === "lost" ? "waiting" : site.outcome, why: null };
  const awaySinceMs = disconnectedAtMs ?? Number.NaN;
  const leftAfterwards = awaySinceMs >= givenAtMs && awaySinceMs - givenAtMs < watchedMs;
  if (leftAfterwards && nowMs - awaySinceMs >= lostAfterMs) return { outcome: "lost", why: null };
  return { outcome: site.outcome, why: null };
}

export type PauseReason = "sites-failed" | "sites-lost";

const failedShareMax = 0.02;
/** Power cuts take sites away too. */
const lostShareMax = 0.1;

/**
 * Why a stage must stop, or null. `sites`: those that were given the channel's release and are not pinned. What happened
 * before `sinceMs` (somebody looked at it and went on) does not count again.
 *
 * Shares, without a least number of sites: in a fleet of less than fifty one site that failed is enough, and of less than ten
 * one that is lost. The two errors cost so differently. A pause takes nothing from anybody, and goes on by one click; a release
 * that fails at one site of three may fail at all three. So the threshold stays low, and what counts as failed is narrow: a
 * release that was left while its site's disk had room for it.
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
