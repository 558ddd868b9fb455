/** The real time and chance for the simulators that run as processes. Their log goes to standard output, one line an event. */
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { unixMs } from "@karibu/protocol/quantities";
import type { Log, World } from "@karibu/protocol/world";

export function realWorld(): World {
  const line = (level: string) => (event: string, fields?: object) =>
    void process.stdout.write(`${JSON.stringify({ level, event, ...fields })}\n`);
  const log: Log = { debug: () => {}, info: line("info"), warn: line("warn"), error: line("error") };
  return {
    log,
    random: { bytes: (count) => new Uint8Array(randomBytes(count)) },
    clock: {
      monotonicMs: () => performance.now(),
      wall: () => ({ atMs: unixMs(Date.now()), quality: "synced" }),
      after(delayMs, task) {
        const timer = setTimeout(task, Math.min(Math.max(0, delayMs), 2 ** 31 - 1));
        return { cancel: () => clearTimeout(timer) };
      },
    },
  };
}
