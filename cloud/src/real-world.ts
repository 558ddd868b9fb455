/** Real time and randomness. The caller decides about logging. */
// biome-ignore-all lint/plugin: this file is their source
import { randomBytes } from "node:crypto";
import { unixMs } from "@karibu/protocol/quantities";
import type { Clock, Random, World } from "@karibu/protocol/world";

/** Node's timers wait no longer than this; a longer one would run at once. */
const delayMsMax = 2 ** 31 - 1;
const randomPoolBytes = 4096;

export function realClock(): Clock {
  return {
    monotonicMs: () => performance.now(),
    wall: () => ({ atMs: unixMs(Date.now()), quality: "synced" }),
    after: (delayMs, task) => {
      const timer = setTimeout(task, Math.min(Math.max(0, delayMs), delayMsMax));
      return { cancel: () => clearTimeout(timer) };
    },
  };
}

/** Asks the system for more than one needs: each question costs more than the bytes. Nothing is handed out twice. */
export function realRandom(): Random {
  let pool = new Uint8Array(0);
  let taken = 0;
  return {
    bytes(count) {
      if (count > randomPoolBytes) return new Uint8Array(randomBytes(count));
      if (pool.length - taken < count) {
        pool = new Uint8Array(randomBytes(randomPoolBytes));
        taken = 0;
      }
      const bytes = pool.slice(taken, taken + count);
      pool.fill(0, taken, taken + count);
      taken += count;
      return bytes;
    },
  };
}

/** For commands and tests, which do not log. */
export function silentWorld(): World {
  const silent = () => {};
  return {
    log: { debug: silent, info: silent, warn: silent, error: silent },
    random: realRandom(),
    clock: realClock(),
  };
}
