/** When the next request may leave: at most so many in any window of time, at most so many at once. */
import type { Timer, World } from "@karibu/protocol/world";

export interface LaneLimits {
  readonly perWindow: number;
  readonly windowMs: number;
  readonly inFlightMax: number;
}

/** 0: now. `null`: when one under way ends. Pure; `sentAtMs` is oldest first and may hold older times than the window. */
export function waitMs(
  limits: LaneLimits,
  sentAtMs: readonly number[],
  inFlight: number,
  nowMs: number,
): number | null {
  if (inFlight >= limits.inFlightMax) return null;
  const deciding = sentAtMs[sentAtMs.length - limits.perWindow];
  return deciding === undefined ? 0 : Math.max(0, deciding + limits.windowMs - nowMs);
}

export interface RequestLane {
  /** Waits for a place. Resolves with a function that frees it, or with null after `giveUpAfterMs`. */
  enter(giveUpAfterMs: number, entry?: LaneEntry): Promise<(() => void) | null>;
  /** What waits, in its order, as its caller named it. */
  waiting(): readonly unknown[];
}

export interface LaneEntry {
  /** Before all that are not first. */
  readonly first?: boolean;
  /** A name for `waiting`. */
  readonly about?: unknown;
}

export function createRequestLane(world: World, limits: LaneLimits): RequestLane {
  const sentAtMs: number[] = [];
  const waiting: (LaneEntry & { timer: Timer; admit: (leave: (() => void) | null) => void })[] = [];
  let inFlight = 0;
  let wakeUp: Timer | null = null;

  function admitWhoMay() {
    wakeUp?.cancel();
    wakeUp = null;
    while (waiting.length > 0) {
      const nowMs = world.clock.monotonicMs();
      const wait = waitMs(limits, sentAtMs, inFlight, nowMs);
      if (wait === null) return;
      if (wait > 0) {
        wakeUp = world.clock.after(wait, admitWhoMay);
        return;
      }
      const next = waiting.shift();
      if (!next) return;
      next.timer.cancel();
      sentAtMs.push(nowMs);
      if (sentAtMs.length > limits.perWindow) sentAtMs.shift();
      inFlight++;
      let left = false;
      next.admit(() => {
        if (left) return;
        left = true;
        inFlight--;
        admitWhoMay();
      });
    }
  }

  return {
    enter: (giveUpAfterMs, given = {}) =>
      new Promise((admit) => {
        const entry = {
          ...given,
          admit,
          timer: world.clock.after(giveUpAfterMs, () => {
            waiting.splice(waiting.indexOf(entry), 1);
            admit(null);
          }),
        };
        const behind = given.first === true ? waiting.findIndex(({ first }) => first !== true) : -1;
        waiting.splice(behind === -1 ? waiting.length : behind, 0, entry);
        admitWhoMay();
      }),
    waiting: () => waiting.map(({ about }) => about),
  };
}
