/**
 * Decides how far the site's clock can be trusted. Routers have no battery clock: after a power cut the operating system's time is 1970
 * until NTP answers, and NTP needs an internet that may be down. Pure.
 */
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import type { ClockQuality, Wall } from "@karibu/protocol/world";

export interface ClockView {
  /** The site's clock now. */
  readonly site: Wall;
  /** The operating system's time. Quality: `synced` when its source is trusted, `estimated` when it may be NTP. */
  readonly system: Wall;
  /** Milliseconds since the hub last sent its time, or since the agent started; null: this site has no hub. */
  readonly hubSilentMs: number | null;
  /** Has the hub sent its time since the agent started? */
  readonly hasHubTime: boolean;
  /** How long the system's time has differed from the site's clock by the same offset. */
  readonly disputedForMs: number;
  /** Sum of the small steps that were taken on the system's word alone since the last proof, ahead or back. */
  readonly unprovedMs: number;
}

export const clockLimits = {
  /** The system agrees with our clock when it differs by less, all unproved steps together. No grant loses more to them. */
  agreesMs: 5 * 60_000,
  /** After a hub silence of this length, NTP's time is accepted. */
  hubAwayMs: 10 * 60_000,
  /** Offsets that differ by less are the same, because NTP adjusts the clock slowly. */
  sameOffsetMs: 60_000,
  /** A date that nothing has contradicted for this long, while the agent ran, counts as true where no hub says the time. */
  provenMs: 24 * 3_600_000,
  /** Smaller differences are ignored, because every step is a record. */
  stepMsMin: 1000,
} as const;

/**
 * Is the system's time accepted? Nobody vouches for it, unless its quality is `synced`: it may be NTP's, or a date that somebody typed, or
 * what a board made up at its start. So a jump ends nothing: the site's clock goes on by the monotonic time of the process (while the router
 * is off it stands still) until the hub's time or a synchronised source proves another, or the system has kept its offset for a day.
 * It never wins against a fresh time of the hub.
 */
export function takesSystemTime(view: ClockView): boolean {
  const { site, system, hubSilentMs, hasHubTime, disputedForMs } = view;
  if (!isPlausible(system)) return false;
  const aheadMs = system.atMs - site.atMs;
  const differs = Math.abs(aheadMs) >= clockLimits.stepMsMin;
  if (site.quality === "synced" && !differs) return false;
  if (system.quality === "synced") return true;
  const hubIsAway = hubSilentMs === null || hubSilentMs >= clockLimits.hubAwayMs;
  // A fresh time of the hub wins against NTP. Small differences are the drift of the monotonic clock.
  if (hasHubTime && !hubIsAway) return false;
  // Without any known time, a plausible date is better than 1970. All grants move with it.
  if (site.quality === "unknown") return true;
  if (!isDisputed(view)) return true;
  return hubIsAway && !hasHubTime && disputedForMs >= clockLimits.provenMs;
}

/** The system's time differs from the site's clock and may be right. Then the site's clock is only an estimate. */
export function isDisputed({ site, system, unprovedMs }: Pick<ClockView, "site" | "system" | "unprovedMs">): boolean {
  if (!isPlausible(system) || site.quality === "unknown") return false;
  const aheadMs = system.atMs - site.atMs;
  if (Math.abs(aheadMs) < clockLimits.stepMsMin) return false;
  return Math.max(Math.abs(aheadMs), Math.abs(unprovedMs + aheadMs)) > clockLimits.agreesMs;
}

const isPlausible = ({ atMs, quality }: Wall): boolean => quality !== "unknown" && atMs >= earliestPlausibleMs;

export function startingQuality(savedMs: number): ClockQuality {
  return savedMs >= earliestPlausibleMs ? "estimated" : "unknown";
}
