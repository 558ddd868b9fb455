import type { World } from "@karibu/protocol/world";

/** Waits for `work`, which never rejects, but no longer than `ms`. The work goes on. */
export function waitAtMost(clock: World["clock"], ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, resolve);
    void work.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
