/** Fairness between providers whose channels are swept: one provider's slow channels must not hold all workers. */
import { Fault } from "@karibu/protocol/fault";
import type { Clock } from "@karibu/protocol/world";

/** In rounds: the first channel of each provider, then the second of each, and so on. */
export function inTurns<Row extends { readonly providerId: string }>(rows: readonly Row[]): Row[] {
  const lines = [...Map.groupBy(rows, (row) => row.providerId).values()];
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  return Array.from({ length: longest }, (_, round) => lines.flatMap((line) => line[round] ?? [])).flat();
}

/**
 * Ends after this time whether `work` has ended or not: a call that never gets an answer holds nobody for longer. Rejects with the Fault "channel/slow" then,
 * or as `work` does.
 */
export async function within(clock: Clock, msMax: number, work: () => Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const slow = () => new Fault("channel/slow", `no answer within ${msMax / 1000} seconds`, { retry: "later" });
  const timer = clock.after(msMax, () => late.reject(slow()));
  try {
    await Promise.race([work(), late.promise]);
  } finally {
    timer.cancel();
  }
}

/** How many of one provider's channels a process sweeps at once: half of its workers for such jobs. */
const atOnceMax = 4;

/** Counts what runs in this process. */
export function createShares(): {
  /** @returns false: the provider has its share already; nothing was done */
  run(providerId: string, work: () => Promise<void>): Promise<boolean>;
} {
  const running = new Map<string, number>();
  return {
    async run(providerId, work) {
      const count = running.get(providerId) ?? 0;
      if (count >= atOnceMax) return false;
      running.set(providerId, count + 1);
      try {
        await work();
      } finally {
        const left = (running.get(providerId) ?? 1) - 1;
        if (left === 0) running.delete(providerId);
        else running.set(providerId, left);
      }
      return true;
    },
  };
}
