/** From the results of the rounds to one row. */
import type { LoadResult } from "./load.ts";

const summed = new Set<keyof LoadResult>(["lost", "retransmissions", "badReplies"]);

/** The median of each figure; of what must not happen, the sum. */
export function medianOf(results: readonly LoadResult[]): LoadResult {
  const first = results[0] as LoadResult;
  const figures = (Object.keys(first) as (keyof LoadResult)[]).map((key) => {
    const values = results.map((result) => result[key]);
    if (values.some((value) => value === null)) return [key, null];
    const sorted = (values as number[]).toSorted((left, right) => left - right);
    return [key, summed.has(key) ? sorted.reduce((sum, value) => sum + value, 0) : sorted[sorted.length >> 1]];
  });
  return Object.fromEntries(figures) as LoadResult;
}

export type Ratios = Readonly<Record<"ratio" | "cpuRatio" | "medianRatio", number | null>>;

/** Ours by theirs: for `ratio` more is better, for the others less. */
export function ratiosTo(peer: LoadResult, ours: LoadResult): Ratios {
  const ratio = (own: number | null, other: number | null) => {
    return own === null || other === null || other === 0 ? null : Math.round((100 * own) / other) / 100;
  };
  return {
    ratio: ratio(ours.perSecond, peer.perSecond),
    cpuRatio: ratio(ours.cpuMicrosEach, peer.cpuMicrosEach),
    medianRatio: ratio(ours.medianMicros, peer.medianMicros),
  };
}
