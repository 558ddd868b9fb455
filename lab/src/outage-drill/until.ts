import { setTimeout as pause } from "node:timers/promises";

const lookAgainMs = 100;
const waitMsMax = 120_000;

/** Each look may start a process: between two there is a pause. Rejects after two minutes. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + waitMsMax; !holds(); await pause(lookAgainMs))
    if (performance.now() > untilMs) throw new Error(`waited in vain until ${what}`);
}
