/**
 * Locks against guessing outlive a power cut: each one that is set is a record in the journal, and nothing less is (a wrong
 * try alone costs no flash). An attacker with endless addresses must not wear the flash out either: beyond `perHourMax` an
 * hour locks live in memory only, where such an attacker's next address never meets them anyway.
 */
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import type { Recorder } from "../state/recorder.ts";
import type { SiteState } from "../state/site-state.ts";
import type { GuessingLimits, Suspect } from "./guessing-policy.ts";

/** Codes and passwords, by MAC or address; sellers' PINs, by the hash of the name that was typed. */
export type LockKind = "code" | "pin";

export interface LockMemory {
  /** What is remembered from before the start, by name. */
  recall(kind: LockKind, limits: GuessingLimits): Map<string, Suspect>;
  /**
   * A lock was set (`locks` above 0) or forgiven. Resolves when it is on disk, at once where it is not to be written; never
   * rejects. `always`: whatever the hour has seen already.
   */
  remember(kind: LockKind, name: string, suspect: Suspect, always?: boolean): Promise<void>;
}

const perHourMax = 20;
const hourMs = 3_600_000;

export function createLockMemory(
  { clock }: Pick<World, "clock">,
  state: Pick<SiteState, "locks">,
  recorder: Pick<Recorder, "record">,
): LockMemory {
  let hour = { sinceMs: clock.monotonicMs(), written: 0 };

  return {
    recall(kind, limits) {
      const nowMs = clock.monotonicMs();
      const recalled = new Map<string, Suspect>();
      for (const [who, { locks, untilMs }] of state.locks) {
        if (!who.startsWith(`${kind}.`)) continue;
        // No lock is longer than its kind's longest, whatever the clock did meanwhile.
        const leftMs = Math.max(0, Math.min(untilMs - clock.wall().atMs, limits.lockMsMax));
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
      return recorder.record(event).catch(() => {}); // a full disk: in memory
    },
  };
}

/** For guards that stand alone. */
export const noLockMemory: LockMemory = { recall: () => new Map(), remember: () => Promise.resolve() };
