/** Every minute: samples the flash meter, does `everyMinute`, and saves a snapshot when one is due. Every hour: prunes the state before that. */
import type { Timer } from "@karibu/protocol/world";
import type { Storage } from "./open-storage.ts";

export interface Housekeeping {
  start(): void;
  stop(): void;
}

const everyMs = 60_000;
const pruneEveryMs = 3_600_000;

export function createHousekeeping(
  { world, flash, keeper }: Pick<Storage, "world" | "flash" | "keeper">,
  { everyMinute, prune }: { readonly everyMinute: () => void; readonly prune: () => void },
): Housekeeping {
  let timer: Timer | null = null;
  let prunedAtMs = world.clock.monotonicMs();

  function run(): void {
    flash.note();
    everyMinute();
    const nowMs = world.clock.monotonicMs();
    if (nowMs - prunedAtMs >= pruneEveryMs) {
      prunedAtMs = nowMs;
      prune();
    }
    void keeper.saveIfDue().then(() => {
      if (timer !== null) schedule();
    });
  }

  function schedule(): void {
    timer = world.clock.after(everyMs, run);
  }

  return {
    start: schedule,
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}
