/**
 * Locks against guessing survive a power cut: each lock is a record in the journal; a wrong try alone is none. An
 * attacker with many addresses must not wear out the flash: beyond `perHourMax` an hour, locks live in memory only.
 * Such an attacker uses a new address each time and never meets the old locks.
 */
import { isOfUnknown } from "@karibu/protocol/clock-step";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { Recorder } from "../../state/recorder.ts";
import type { SiteState } from "../../state/site-state.ts";
import type { GuessingLimits, Suspect } from "./guessing-policy.ts";

/** `code`: codes and passwords, by MAC or address. `pin`: sellers' PINs, by the hash of the typed name. */
export type LockKind = "code" | "pin";

export interface LockMemory {
  /** The locks from before the start, by name. */
  recall(kind: LockKind, limits: GuessingLimits): Map<string, Suspect>;
  /**
   * A lock was set (`locks` above 0) or lifted. Resolves when that is on disk, or at once where it is not written;
   * never rejects. `always`: writes it beyond the hour's limit too.
   */
  remember(kind: LockKind, name: string, suspect: Suspect, always?: boolean): Promise<void>;
}

const perHourMax = 20;
const hourMs = 3_600_000;

export function createLockMemory(
  { clock }: Pick<World, "clock">,
  state: Pick<SiteState, "locks" | "lastAtMs">,
  recorder: Pick<Recorder, "record">,
): LockMemory {
  let hour = { sinceMs: clock.monotonicMs(), written: 0 };

  return {
    recall(kind, limits) {
      const nowMs = clock.monotonicMs();
      const wallMs = clock.wall().atMs;
      const recalled = new Map<string, Suspect>();
      for (const [who, { locks, untilMs }] of state.locks) {
        if (!who.startsWith(`${kind}.`)) continue;
        // Of a time of 1970, and the site has a date now, or of a clock that was ahead until now: what it had left at the last record.
        const isOther = wallMs < state.lastAtMs || (isOfUnknown(untilMs) && !isOfUnknown(wallMs));
        const sinceMs = isOther ? state.lastAtMs : wallMs;
        // No lock is longer than its kind's maximum, even if the clock jumped.
        const leftMs = Math.max(0, Math.min(untilMs - sinceMs, limits.lockMsMax));
        const suspect = { wrong: 0, updatedMs: nowMs, locks, lockedUntilMs: nowMs + leftMs };
        recalled.set(who.slice(kind.length + 1), suspect);
      }
      return recalled;
    },
    remember(kind, name, { locks, lockedUntilMs }, always = false) {
      const nowMs = clock.monotonicMs();
      if (nowMs - hour.sinceMs >= hourMs) hour = { sinceMs: nowMs, written: 0 };
      if (!always && hour.written >= perHourMax) return Promise.resolve();
      hour.written += 1;
      const untilMs = unixMs(locks === 0 ? 0 : Math.round(clock.wall().atMs + Math.max(0, lockedUntilMs - nowMs)));
      const event = { kind: "guesser-locked", who: `${kind}.${name}`, locks, untilMs } as const;
      return recorder.record(event).catch(() => {}); // on a full disk the lock lives in memory
    },
  };
}

/** Remembers nothing: for guards without a journal. */
export const noLockMemory: LockMemory = { recall: () => new Map(), remember: () => Promise.resolve() };
