/** Callbacks at a fixed rate: how fast they are acknowledged, how long each waits for its grant, what it costs, and whether each acknowledged one is booked. */

import { beginCosts } from "./costs.ts";
import { eachSecond } from "./each-second.ts";
import { send } from "./send.ts";
import { share, sorted } from "./shares.ts";
import { type Engine, until, withHub } from "./with-hub.ts";

export interface LoadPlan {
  readonly engine: Engine;
  readonly perSecond: number;
  readonly seconds: number;
  /** Purchases that are started beside it, a second. */
  readonly startsPerSecond: number;
}

export type Load = Awaited<ReturnType<typeof measureLoad>>;

export function measureLoad({ engine, perSecond, seconds, startsPerSecond }: LoadPlan) {
  return withHub(engine, perSecond * seconds, async (at) => {
    const { hub } = at;
    const costs = await beginCosts(at);
    const order = { perSecond: startsPerSecond, forMs: seconds * 1000 };
    const [sent, starts] = await Promise.all([
      send(hub.callbacks, perSecond),
      startsPerSecond === 0 ? null : hub.startPurchases(order),
    ]);
    const sentMs = performance.now();
    const count = sent.latenciesMs.length;
    await until(async () => (await hub.state()).paid >= count);
    const bookedAfterMs = performance.now() - sentMs;
    const booked = await costs(count);
    const state = await hub.state();
    // From the moment when it was due at the sender's: what waits in front of the hub waits too.
    const bookings = (await hub.bookings()).map(({ purchaseId, cameMs, bookedMs }) => ({
      purchaseId,
      cameMs: Math.round(sent.dueAtMs.get(purchaseId) ?? cameMs),
      bookedMs,
    }));
    // A message costs as much again when it leaves, and waits for nobody's payment.
    const allSent = await until(async () => (await hub.state()).messagesSent >= count);
    const withMessages = allSent ? await costs(count) : null;
    const acknowledgedMs = sorted(sent.latenciesMs);
    const waitsMs = sorted(bookings.map(({ cameMs, bookedMs }) => bookedMs - cameMs));
    const moments = sorted(bookings.map(({ bookedMs }) => bookedMs));
    const bookedForMs = Math.max(1, (moments.at(-1) ?? 0) - (moments[0] ?? 0));
    return {
      perSecond: Math.round((count * 1000) / sent.elapsedMs),
      wanted: perSecond,
      seconds,
      p50Ms: share(acknowledgedMs, 0.5),
      p99Ms: share(acknowledgedMs, 0.99),
      maxMs: share(acknowledgedMs, 1),
      acknowledged: count,
      notAcknowledged: sent.refused,
      lost: count - state.paid,
      ledgerCents: state.ledgerCents,
      grant: {
        p50Ms: share(waitsMs, 0.5),
        p99Ms: share(waitsMs, 0.99),
        maxMs: share(waitsMs, 1),
        bookedPerSecond: Math.round((moments.length * 1000) / bookedForMs),
        afterTheLastMs: Math.round(bookedAfterMs),
      },
      starts,
      /** Until all were booked, with the messages that had left by then; and until all messages had left. */
      costs: { booked, messagesSentByThen: state.messagesSent, withMessages },
      eachSecond: eachSecond(bookings),
    };
  });
}
