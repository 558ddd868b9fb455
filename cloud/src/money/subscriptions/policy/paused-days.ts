/** How many days of pauses a line has behind it, against the provider's rule: each begun day of one that is over, all that were asked for of one that runs. Pure. */
import { dayMs } from "../period-arithmetic.ts";

interface PauseLine {
  readonly what: string;
  readonly atMs: number;
  /** Of a pause that begins: as many as were asked for. */
  readonly days: number | null;
}

/** @param lines oldest first. Who comes home early keeps the days that were not used. */
export function sumPauses(lines: readonly PauseLine[]): number {
  let sum = 0;
  for (const [index, { what, atMs, days }] of lines.entries()) {
    if (what !== "paused") continue;
    const ended = lines[index + 1];
    const asked = days ?? 0;
    sum += ended?.what === "pause-ended" ? Math.min(asked, Math.ceil((ended.atMs - atMs) / dayMs)) : asked;
  }
  return sum;
}
