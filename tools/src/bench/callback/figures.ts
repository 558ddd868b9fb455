/** What `docs/performance.md` says of a row of the bench: figures in words, with the goals that were set for them. Pure. */
import type { Costs } from "./costs.ts";
import type { Load } from "./load.ts";

export interface Figure {
  readonly figure: string;
  readonly value: string;
  readonly goal: string;
}

/** `1234` is `1.2 s`, `56` is `56 ms`. */
export const ms = (value: number): string => (value < 1000 ? `${value} ms` : `${(value / 1000).toFixed(1)} s`);

export function costsInWords({ statements, commits, hubMs, serverMs }: Costs): string {
  const sent = statements === null ? [] : [`${statements} statements`, `${commits} commits`];
  const spent = hubMs === null ? [] : [`hub ${hubMs} ms`, ...(serverMs === null ? [] : [`PostgreSQL ${serverMs} ms`])];
  return [...sent, ...spent].join(", ");
}

export function loadFigures(
  name: string,
  load: Load,
  goals: { readonly grant: string; readonly acknowledged: string },
) {
  const { grant, costs, starts } = load;
  const rows: Figure[] = [
    {
      figure: `${name}: callback to grant, p50, p99, slowest`,
      value: `${ms(grant.p50Ms)}, ${ms(grant.p99Ms)}, ${ms(grant.maxMs)}`,
      goal: goals.grant,
    },
    {
      figure: `${name}: acknowledged, p50, p99, slowest`,
      value: `${ms(load.p50Ms)}, ${ms(load.p99Ms)}, ${ms(load.maxMs)}`,
      goal: goals.acknowledged,
    },
    {
      figure: `${name}: booked a second; all booked, after the last callback`,
      value: `${grant.bookedPerSecond}; ${ms(grant.afterTheLastMs)}`,
      goal: "",
    },
    {
      figure: `${name}: not acknowledged, lost`,
      value: `${load.notAcknowledged}, ${load.lost} of ${load.acknowledged}`,
      goal: "0",
    },
    {
      figure: `${name}: a booked payment`,
      value: `${costsInWords(costs.booked)}; ${costs.messagesSentByThen} messages had left`,
      goal: "",
    },
  ];
  if (costs.withMessages !== null)
    rows.push({
      figure: `${name}: a payment, when its message has left too`,
      value: costsInWords(costs.withMessages),
      goal: "",
    });
  if (starts !== null)
    rows.push({
      figure: `${name}: purchases started beside it a second; p50, p99`,
      value: `${starts.perSecond}; ${ms(starts.p50Ms)}, ${ms(starts.p99Ms)}; ${starts.refused} refused`,
      goal: "",
    });
  return rows;
}
