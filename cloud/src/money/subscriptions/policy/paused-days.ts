/** How many days of pauses a line has behind it, against the provider's rule. */
import type { Tx } from "../../../ground/db/database.ts";
import { dayMs } from "../period-arithmetic.ts";

interface PauseLine {
  readonly what: string;
  readonly atMs: number;
  /** Of a pause that begins: as many as were asked for. */
  readonly days: number | null;
}

/** In the last 365 days: each begun day of a pause that is over, and all that were asked for of one that runs. */
export async function pausedDaysOf(tx: Tx, subscriptionId: string, nowMs: number): Promise<number> {
  const rows = await tx
    .selectFrom("subscription_log")
    .select(["what", "at_ms", "days"])
    .where("subscription_id", "=", subscriptionId)
    .where("what", "in", ["paused", "pause-ended"])
    .where("at_ms", ">", nowMs - 365 * dayMs)
    .orderBy("log_id")
    .execute();
  return sumPauses(rows.map(({ what, at_ms: atMs, days }) => ({ what, atMs, days })));
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
