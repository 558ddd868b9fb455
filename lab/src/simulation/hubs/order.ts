/** An order of staff at the hub's console, and what became of it. */
import { type ConsoleAnswer, orNothing } from "./console.ts";
import type { HubDay } from "./hub-day.ts";

export const pause = ({ town }: HubDay, ms: number): Promise<void> =>
  new Promise((resolve) => void town.after(ms, resolve));

/** What a hub that died had begun, it takes up again after a minute. */
const unheardMs = 75_000;
const triesMax = 4;

/** As `order`, by a page that sends it again under the same key until it hears an answer; and, where somebody presses twice, once more after that. */
export const orderAgain = (day: HubDay, act: number, asking: () => Promise<ConsoleAnswer>): Promise<void> =>
  askAgain(day, () => order(day, act, asking));

/** @param ask null: it heard no answer */
export async function askAgain(day: HubDay, ask: () => Promise<ConsoleAnswer | null>): Promise<void> {
  for (let tries = 0; tries < triesMax; tries++) {
    if ((await ask()) !== null) break;
    await pause(day, unheardMs);
  }
  await ask();
}

/** What staff ask for is noted before, because a hub that dies may have done it and not said so; then, that it is done or refused. */
export async function order<Done extends ConsoleAnswer>(
  { town }: HubDay,
  act: number,
  asking: () => Promise<Done>,
): Promise<Done | null> {
  const answer = await orNothing(asking());
  if (answer !== null) town.note({ kind: "staff-heard", act, isDone: answer.status < 300 });
  return answer;
}
