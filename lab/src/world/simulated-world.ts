/** A world for tests: time moves only by `advance`, randomness comes from a seed, and log events can be read. */

import { unixMs } from "@karibu/protocol/quantities";
import type { ClockQuality, World } from "@karibu/protocol/world";
import { createTimerQueue } from "./timer-queue.ts";

export interface SimulatedWorld extends World {
  /** Moves time forward and runs the timers that fall due, in order. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as a correction does. */
  setWall(atMs: number, quality: ClockQuality): void;
  readonly logged: readonly { readonly level: string; readonly event: string }[];
}

export function createSimulatedWorld(seed = 1): SimulatedWorld {
  const timers = createTimerQueue();
  const { nowMs } = timers;
  const logged: { level: string; event: string }[] = [];
  const log = (level: string) => (event: string) => void logged.push({ level, event });
  let wallOffsetMs = 1_800_000_000_000;
  let quality: ClockQuality = "synced";
  let state = seed >>> 0;
  return {
    clock: {
      monotonicMs: nowMs,
      wall: () => ({ atMs: unixMs(wallOffsetMs + nowMs()), quality }),
      after: timers.after,
    },
    random: {
      bytes(count) {
        const bytes = new Uint8Array(count);
        for (let index = 0; index < count; index++) {
          // mulberry32: small, and good enough to choose where a test cuts power.
          state = (state + 0x6d2b79f5) >>> 0;
          let mixed = Math.imul(state ^ (state >>> 15), state | 1);
          mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
          bytes[index] = (mixed ^ (mixed >>> 14)) & 0xff;
        }
        return bytes;
      },
    },
    log: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    advance(ms) {
      const untilMs = nowMs() + ms;
      while (timers.runNext(untilMs));
    },
    setWall(atMs, newQuality) {
      wallOffsetMs = atMs - nowMs();
      quality = newQuality;
    },
    logged,
  };
}

/** Moves time forward in steps until `promise` settles. For code that waits for both timers and promises. */
export async function passTimeUntil<T>(world: SimulatedWorld, promise: Promise<T>, stepMs = 1000): Promise<T> {
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  const watch = promise.then(settle, settle);
  for (let steps = 0; !settled && steps < 10_000; steps++) {
    world.advance(stepMs);
    for (let turns = 0; turns < 20 && !settled; turns++) await Promise.resolve();
  }
  await watch;
  return promise;
}
