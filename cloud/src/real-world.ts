/** The real time and chance. Who logs, and where to, is for those who use them to say. */
// biome-ignore-all lint/plugin: here is where they come from
import { randomBytes } from "node:crypto";
import { unixMs } from "@karibu/protocol/quantities";
import type { Clock, Random, World } from "@karibu/protocol/world";

/** A timer of Node waits no longer than this; it would run at once. */
const delayMsMax = 2 ** 31 - 1;

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

export function realRandom(): Random {
  return { bytes: (count) => new Uint8Array(randomBytes(count)) };
}

/** For commands and tests, which say by themselves what they do. */
export function silentWorld(): World {
  const silent = () => {};
  return {
    log: { debug: silent, info: silent, warn: silent, error: silent },
    random: realRandom(),
    clock: realClock(),
  };
}
