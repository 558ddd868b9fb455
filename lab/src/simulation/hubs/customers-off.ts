/** Staff switch off a customer, by the number that bought something, and on again after a while: all that was bought with it waits meanwhile. */
import { begin } from "../sites/asks.ts";
import { orNothing } from "./console.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { order, pause } from "./order.ts";

const tryAgainMs = 30_000;

export const customerOffPlayer: Player<"customer-off"> = (day, { purchase, seconds, isForGood }) =>
  begin(day, switchOff(day, purchase, isForGood ? null : seconds * 1000));

/** @param forMs null: for good */
async function switchOff(day: HubDay, number: number, forMs: number | null): Promise<void> {
  const phone = day.orders[number % Math.max(1, day.orders.length)]?.payer;
  const customer = phone === undefined ? null : await customerOf(day, phone);
  if (customer === null) return;
  const { side, town } = day;
  const step = (isOff: boolean) => {
    const act = day.acts++;
    town.note({ kind: "customer-stepped", act, customer, isOff });
    const word = isOff ? "deactivate" : "activate";
    return order(day, act, () => side.call("POST", `/api/v1/customers/${customer}/${word}`));
  };
  const off = await step(true);
  if (forMs === null || (off !== null && off.status !== 200)) return;
  await pause(day, forMs);
  // Who switches them on again tries until it is done.
  while ((await step(false))?.status !== 200) await pause(day, tryAgainMs);
}

/** Who has that number; a new one, where nobody has. */
async function customerOf({ side }: HubDay, phone: string): Promise<string | null> {
  const known = await orNothing(side.call("GET", `/api/v1/customers?phone=${phone}`));
  if (known === null || known.status >= 300) return null;
  const [found] = known.body.items as { customerId: string }[];
  if (found !== undefined) return found.customerId;
  const made = await orNothing(side.call("POST", "/api/v1/customers", { name: `Buyer ${phone}`, phone }));
  return made === null || made.status >= 300 ? null : made.body.customerId;
}
