/** How many payments a second are booked when thousands of callbacks wait: the booker is held up until all of them are kept. */

import { beginCosts } from "./costs.ts";
import { send } from "./send.ts";
import { sorted } from "./shares.ts";
import { until, withHub } from "./with-hub.ts";

/** Fewer open connections than a process may have. */
const sentAtOnce = 500;
/** Longer than those that wait should take. */
const senderSecondsMax = 20;

/** @param besidePerSecond callbacks that go on coming meanwhile; 0: none */
export function measureWaiting(count: number, besidePerSecond: number) {
  return withHub("postgresql", count + besidePerSecond * senderSecondsMax, async (at) => {
    const { hub } = at;
    const waiting = hub.callbacks.slice(0, count);
    await hub.closeGate();
    for (let from = 0; from < count; from += sentAtOnce) {
      await send(waiting.slice(from, from + sentAtOnce), Number.POSITIVE_INFINITY);
      await hub.keepHeld();
    }
    const before = (await hub.state()).paid;
    const costs = await beginCosts(at);
    const openedMs = await hub.openGate();
    const later = hub.callbacks.slice(count);
    const enough = new AbortController();
    const sending = besidePerSecond === 0 ? null : send(later, besidePerSecond, enough.signal);
    const names = new Set(waiting.map(({ purchaseId }) => purchaseId));
    const areBooked = async () =>
      (await hub.bookings()).filter(({ purchaseId }) => names.has(purchaseId)).length >= count;
    // To list all bookings costs the hub more than to count them.
    await until(async () => (await hub.state()).paid >= count);
    await until(areBooked);
    const bookings = await hub.bookings();
    const own = bookings.filter(({ purchaseId }) => names.has(purchaseId));
    const lastMs = sorted(own.map(({ bookedMs }) => bookedMs)).at(-1) ?? Number.NaN;
    const booked = bookings.filter(({ bookedMs }) => bookedMs >= openedMs && bookedMs <= lastMs).length;
    const spent = await costs(bookings.length - before);
    const state = await hub.state();
    enough.abort();
    await sending;
    return {
      waiting: count,
      bookedBefore: before,
      beside: besidePerSecond,
      bookedPerSecond: Math.round((booked * 1000) / (lastMs - openedMs)),
      tookMs: Math.round(lastMs - openedMs),
      costs: spent,
      messagesSentByThen: state.messagesSent,
    };
  });
}
