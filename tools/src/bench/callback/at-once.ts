/** Twenty payments in one moment on a hub with nothing to do: how much later than the first the last of them is booked. */

import { send } from "./send.ts";
import { share, sorted } from "./shares.ts";
import { until, withHub } from "./with-hub.ts";

export function measureAtOnce(together: number, rounds: number) {
  // The first round shows the channels that they work: those payments go alone. It is not counted.
  const warmUp = 50;
  return withHub("postgresql", warmUp + together * rounds, async ({ hub }) => {
    const isBooked = (count: number) => until(async () => (await hub.state()).paid >= count);
    const isQuiet = (count: number) => until(async () => (await hub.state()).messagesSent >= count);
    await send(hub.callbacks.slice(0, warmUp), Number.POSITIVE_INFINITY);
    await isBooked(warmUp);
    for (let round = 0; round < rounds; round++) {
      const from = warmUp + round * together;
      await isQuiet(from);
      await send(hub.callbacks.slice(from, from + together), Number.POSITIVE_INFINITY);
      await isBooked(from + together);
    }
    const booked = new Map((await hub.bookings()).map((each) => [each.purchaseId, each]));
    const spansMs: number[] = [];
    const waitsMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const from = warmUp + round * together;
      const own = hub.callbacks.slice(from, from + together).flatMap(({ purchaseId }) => booked.get(purchaseId) ?? []);
      const moments = sorted(own.map(({ bookedMs }) => bookedMs));
      spansMs.push((moments.at(-1) ?? 0) - (moments[0] ?? 0));
      waitsMs.push(...own.map(({ cameMs, bookedMs }) => bookedMs - cameMs));
    }
    const [spans, waits] = [sorted(spansMs), sorted(waitsMs)];
    return {
      together,
      rounds,
      firstToLast: { p50Ms: share(spans, 0.5), maxMs: share(spans, 1) },
      grant: { p50Ms: share(waits, 0.5), maxMs: share(waits, 1) },
    };
  });
}
