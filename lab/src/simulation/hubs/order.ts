/** An order of staff at the hub's console, and what became of it. */
import { type ConsoleAnswer, orNothing } from "./console.ts";
import type { HubDay } from "./hub-day.ts";

export const pause = ({ town }: HubDay, ms: number): Promise<void> =>
  new Promise((resolve) => void town.after(ms, resolve));

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
