/**
 * Simulated time for several parties that share one queue of timers. `advance` runs the next timer only after all work in flight
 * (database transactions, queued messages) is done.
 */

import { unixMs } from "@karibu/protocol/quantities";
import type { Clock, ClockQuality, Timer, Wall } from "@karibu/protocol/world";
import { createTimerQueue } from "./timer-queue.ts";

/** Looks each so many times whether anything ends after quiet was declared: two runs of one story would differ by it. */
export interface QuietWatch {
  readonly everyNth: number;
  /** Lets real time pass. */
  wait(): Promise<unknown>;
}

export interface VirtualTime {
  /** Elapsed virtual milliseconds since the simulation began. */
  nowMs(): number;
  /** The true time, as a perfect clock shows it. */
  trueMs(): number;
  /** A clock whose monotonic time starts at zero now, and whose wall time is `trueMs() + offsetMs()`. */
  clock(options?: { offsetMs?: () => number; quality?: ClockQuality }): Clock & { stop(): void };
  /** Marks work as in flight until the promise settles. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Waits until no work is in flight. Time stands still. */
  settle(): Promise<void>;
  /** How often something ended after quiet was declared, where somebody looked. */
  lateWork(): number;
  /** Moves time forward while nothing runs: the next `advance` runs what fell due meanwhile, once. For long times where little happens. */
  skip(byMs: number): void;
  /** Moves time forward and runs the timers that fall due, in order. */
  advance(byMs: number): Promise<void>;
}

/** After so many quiet turns of the event loop, nothing is in flight. */
const quietTurns = 4;

export function createVirtualTime(startsAtMs: number, watch: QuietWatch | null = null): VirtualTime {
  const timers = createTimerQueue();
  const { nowMs } = timers;
  let inFlight = 0;
  let activity = 0;
  let quiets = 0;
  let lateWork = 0;

  function after(delayMs: number, task: () => void): Timer {
    activity++;
    return timers.after(Math.ceil(delayMs), task);
  }

  async function settle(): Promise<void> {
    await untilQuiet();
    quiets++;
    if (watch === null || quiets % watch.everyNth !== 0) return;
    const before = activity;
    await watch.wait();
    if (activity === before) return;
    lateWork++;
    await untilQuiet();
  }

  async function untilQuiet(): Promise<void> {
    let quiet = 0;
    let seen = activity;
    while (quiet < quietTurns) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = inFlight === 0 && activity === seen ? quiet + 1 : 0;
      seen = activity;
    }
  }

  return {
    nowMs,
    trueMs: () => startsAtMs + nowMs(),
    clock({ offsetMs = () => 0, quality = "synced" } = {}) {
      const zeroMs = nowMs();
      let stopped = false;
      return {
        monotonicMs: () => nowMs() - zeroMs,
        wall: (): Wall => ({ atMs: unixMs(startsAtMs + nowMs() + offsetMs()), quality }),
        after: (delayMs, task) =>
          after(delayMs, () => {
            if (!stopped) task();
          }),
        stop() {
          stopped = true;
        },
      };
    },
    async track(work) {
      inFlight++;
      try {
        return await work;
      } finally {
        inFlight--;
        activity++;
      }
    },
    settle,
    lateWork: () => lateWork,
    skip: timers.skip,
    async advance(byMs) {
      const untilMs = nowMs() + byMs;
      await settle();
      while (timers.runNext(untilMs)) await settle();
    },
  };
}
