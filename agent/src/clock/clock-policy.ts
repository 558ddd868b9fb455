/**
 * Decides how far the site's clock can be trusted. Routers have no battery clock: after a power cut the operating system's time is 1970
 * until NTP answers, and NTP needs an internet that may be down. Pure.
 */
import type { ClockQuality, Wall } from "@karibu/protocol/world";

/** No correct clock shows a date before this software existed. */
export const earliestPlausibleMs = Date.UTC(2025, 0, 1);

export interface ClockView {
  /** The site's clock now. */
  readonly site: Wall;
  /** The operating system's time. Quality: `synced` when its source is trusted, `estimated` when it may be NTP. */
  readonly system: Wall;
  /** Milliseconds since the hub last sent its time, or since the agent started; null: this site has no hub. */
  readonly hubSilentMs: number | null;
  /** Has the hub sent its time since the agent started? */
  readonly hasHubTime: boolean;
  /** Was any time accepted since the agent started? Before that, the site's clock stood still for an unknown time. */
  readonly wasSynced: boolean;
  /** How long the system's time has differed from the site's clock by the same offset. */
  readonly disputedForMs: number;
}

export const clockLimits = {
  /** NTP agrees with our estimate when it differs by less. */
  agreesMs: 5 * 60_000,
  /** After a hub silence of this length, NTP's time is accepted. */
  hubAwayMs: 10 * 60_000,
  /** A router may have been off for this long: within it, a later date than the known one is accepted at once. */
  offMsMax: 7 * 86_400_000,
  /** An unconfirmed jump is accepted when the system's clock has kept it for this long. */
  disputedMsMin: 60 * 60_000,
  /** Offsets that differ by less are the same, because NTP adjusts the clock slowly. */
  sameOffsetMs: 60_000,
  /** Without a hub, a clock that had no correction above `agreesMs` for this long counts as true. */
  provenMs: 24 * 3_600_000,
  /** Smaller differences are ignored, because every step is a record. */
  stepMsMin: 1000,
} as const;

/**
 * Is the system's time accepted? An NTP time that disagrees is unconfirmed: the monotonic time of the process is better, and no router
 * starts at an earlier time than it last knew. The system's clock must keep such a jump for `disputedMsMin`. It never wins against a
 * fresh time of the hub.
 */
export function takesSystemTime(view: ClockView): boolean {
  const { site, system, hubSilentMs, hasHubTime, wasSynced, disputedForMs } = view;
  if (system.quality === "unknown" || system.atMs < earliestPlausibleMs) return false;
  const aheadMs = system.atMs - site.atMs;
  const differs = Math.abs(aheadMs) >= clockLimits.stepMsMin;
  if (site.quality === "synced" && !differs) return false;
  if (system.quality === "synced") return true;
  const hubIsAway = hubSilentMs === null || hubSilentMs >= clockLimits.hubAwayMs;
  // A fresh time of the hub wins against NTP. Small differences are the drift of the monotonic clock.
  if (hasHubTime && !hubIsAway) return false;
  if (Math.abs(aheadMs) <= clockLimits.agreesMs) return true;
  // Without any known time, a plausible date is better than 1970.
  if (site.quality === "unknown") return true;
  if (!hubIsAway || hasHubTime) return false;
  const wasOff = !wasSynced && aheadMs > 0 && aheadMs <= clockLimits.offMsMax;
  return wasOff || disputedForMs >= clockLimits.disputedMsMin;
}

/** The system's time differs from the site's clock and may be right. Then the site's clock is only an estimate. */
export function isDisputed({ site, system }: Pick<ClockView, "site" | "system">): boolean {
  if (system.quality === "unknown" || system.atMs < earliestPlausibleMs) return false;
  return Math.abs(system.atMs - site.atMs) > clockLimits.agreesMs;
}

export function startingQuality(savedMs: number): ClockQuality {
  return savedMs >= earliestPlausibleMs ? "estimated" : "unknown";
}
