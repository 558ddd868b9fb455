/** What the office does with the lines of customers. */
import { begin } from "../sites/asks.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { order, orderAgain } from "./order.ts";

const lineOf = ({ side }: HubDay, line: number): string | undefined =>
  side.lines[line % Math.max(1, side.lines.length)];

/** `isRepeated`: the same once more, as a page that heard no answer sends it. */
async function renew(day: HubDay, number: number, isRepeated: boolean): Promise<void> {
  const line = lineOf(day, number);
  if (line === undefined) return;
  const { side, town } = day;
  const act = day.acts++;
  const key = side.newKey();
  const send = () => side.call("POST", `/api/v1/subscriptions/${line}/renew`, { from: "cash", periods: 1 }, key);
  town.note({ kind: "line-renewed", act, line });
  await (isRepeated ? orderAgain(day, act, send) : order(day, act, send));
}

async function promise(day: HubDay, number: number, minutes: number): Promise<void> {
  const line = lineOf(day, number);
  if (line === undefined) return;
  const { side, town } = day;
  const act = day.acts++;
  const untilMs = town.time.nowMs() + minutes * 60_000;
  town.note({ kind: "line-promised", act, line, untilMs });
  const until = town.time.trueMs() + minutes * 60_000;
  await order(day, act, () => side.call("POST", `/api/v1/subscriptions/${line}/promise`, { untilMs: until }));
}

export const renewPlayer: Player<"renew-line"> = (day, { line, isRepeated }) =>
  begin(day, renew(day, line, isRepeated));
export const promisePlayer: Player<"promise-line"> = (day, { line, minutes }) =>
  begin(day, promise(day, line, minutes));
