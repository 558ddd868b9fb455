/**
 * How good a router's idea of the time is. Routers have no battery clock: after a power cut the operating system says 1970
 * until NTP answers, and NTP needs an internet that may be away. Pure: what is known goes in, what to do comes out.
 */
import type { ClockQuality, Wall } from "@karibu/protocol/world";

/** No clock of ours was ever set to a date before this software. */
export const earliestPlausibleMs = Date.UTC(2025, 0, 1);

export interface ClockView {
  /** The site's clock now. */
  readonly site: Wall;
  /** What the operating system says (its quality: `synced` when its source is trusted, `estimated` when it may be NTP). */
  readonly system: Wall;
  /** Milliseconds since the hub last told the time, or since the agent came up; null: this site has no hub. */
  readonly hubSilentMs: number | null;
  /** Has the hub told the time since the agent came up? */
  readonly hasHubTime: boolean;
  /** Was any time taken as true since the agent came up? Until then the site's clock stood still for an unknown time. */
  readonly wasSynced: boolean;
  /** For how long the system has said one and the same other time than the site's clock. */
  readonly disputedForMs: number;
}

export const clockLimits = {
  /** NTP agrees with our own estimate. */
  agreesMs: 5 * 60_000,
  /** Hub away for so long: NTP's word is taken instead. */
  hubAwayMs: 10 * 60_000,
  /** A router may have been off for so long: a later date than the one it knew is taken at once. */
  offMsMax: 7 * 86_400_000,
  /** A jump that nothing vouches for is taken when the system's clock has stood by it for so long. */
  disputedMsMin: 60 * 60_000,
  /** The same other time, give or take: NTP slews what it sets. */
  sameOffsetMs: 60_000,
  /** A clock that nobody corrected by more than `agreesMs` for so long is taken for true without any hub. */
  provenMs: 24 * 3_600_000,
  /** Smaller differences are left alone: every step is a record. */
  stepMsMin: 1000,
} as const;

/**
 * Is the system's time to be taken as true? Nobody vouches for an NTP that disagrees: while the process runs, its own
 * monotonic time tells better how late it is, and no router that was off wakes up earlier than the last time it knew. Such a
 * jump must have been insisted on; next to the hub's word it counts for nothing.
 */
export function takesSystemTime(view: ClockView): boolean {
  const { site, system, hubSilentMs, hasHubTime, wasSynced, disputedForMs } = view;
  if (system.quality === "unknown" || system.atMs < earliestPlausibleMs) return false;
  const aheadMs = system.atMs - site.atMs;
  const differs = Math.abs(aheadMs) >= clockLimits.stepMsMin;
  if (site.quality === "synced" && !differs) return false;
  if (system.quality === "synced") return true;
  const hubIsAway = hubSilentMs === null || hubSilentMs >= clockLimits.hubAwayMs;
  // The hub's word outranks NTP as long as it is fresh: small differences are the monotonic clock's drift.
  if (hasHubTime && !hubIsAway) return false;
  if (Math.abs(aheadMs) <= clockLimits.agreesMs) return true;
  // With nothing to go by, any plausible date is better than 1970.
  if (site.quality === "unknown") return true;
  if (!hubIsAway || hasHubTime) return false;
  const wasOff = !wasSynced && aheadMs > 0 && aheadMs <= clockLimits.offMsMax;
  return wasOff || disputedForMs >= clockLimits.disputedMsMin;
}

/** The system says something else than the site's clock, and may be right: then the site's is an estimate only. */
export function isDisputed({ site, system }: Pick<ClockView, "site" | "system">): boolean {
  if (system.quality === "unknown" || system.atMs < earliestPlausibleMs) return false;
  return Math.abs(system.atMs - site.atMs) > clockLimits.agreesMs;
}

export function startingQuality(savedMs: number): ClockQuality {
  return savedMs >= earliestPlausibleMs ? "estimated" : "unknown";
}
