/** The real `World`: the system's clock and randomness, and a log on standard output. */
import { randomBytes } from "node:crypto";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { createJsonLog, type LogLevel } from "./files/json-log.ts";

/** The longest delay that Node's timers take. */
const timerMsMax = 2 ** 31 - 1;

/** An earlier date than `earliestPlausibleMs` is certainly wrong. A later one may be right: the system does not say whether NTP set it. */
export function createNodeWorld(logLevel: LogLevel, earliestPlausibleMs: number): World {
  return {
    clock: {
      // biome-ignore lint/plugin: the real clock
      monotonicMs: () => performance.now(),
      wall() {
        // biome-ignore lint/plugin: the real clock
        const atMs = unixMs(Date.now());
        return { atMs, quality: atMs >= earliestPlausibleMs ? "estimated" : "unknown" };
      },
      after(delayMs, task) {
        // biome-ignore lint/plugin: the real clock
        const timer = setTimeout(task, Math.min(Math.max(0, delayMs), timerMsMax));
        return { cancel: () => clearTimeout(timer) };
      },
    },
    random: { bytes: pooledRandom() },
    log: createJsonLog(
      logLevel,
      // biome-ignore lint/plugin: the real clock
      () => new Date().toISOString(),
      (line) => void process.stdout.write(line),
    ),
  };
}

/** Asking the system for 8 bytes costs as much as for 8 KiB. */
function pooledRandom(): (count: number) => Uint8Array {
  let pool = randomBytes(8192);
  let usedBytes = 0;
  return (count) => {
    if (count > pool.length) return randomBytes(count);
    if (usedBytes + count > pool.length) {
      pool = randomBytes(pool.length);
      usedBytes = 0;
    }
    usedBytes += count;
    return pool.subarray(usedBytes - count, usedBytes);
  };
}
