/** Is a shadow run good enough to switch? Pure. A person may switch all the same, and says why. */
import type { ShadowReport } from "@karibu/protocol/rpc/shadow-run";

export const lacks = ["not-run", "too-short", "too-few", "differences", "not-read"] as const;
export type Lack = (typeof lacks)[number];

/** What the shadow run had said when a person switched, and the reason that was given. */
export interface Readiness {
  readonly seen: number;
  readonly same: number;
  readonly sinceMs: number | null;
  readonly reason: string;
}

const seenMin = 20;
const runMsMin = 24 * 3_600_000;
/** Of a hundred log-ins. */
const sameMin = 99;

/** Whole percent, rounded down: 99.9 is not 100. Null: nothing was seen. */
export const percentOf = ({ seen, same }: Pick<ShadowReport, "seen" | "same">): number | null =>
  seen === 0 ? null : Math.floor((same * 100) / seen);

/** What speaks against the switch; empty: nothing. */
export function lacksOf(report: ShadowReport, nowMs: number): Lack[] {
  if (report.sinceMs === null) return ["not-run"];
  const percent = percentOf(report);
  return [
    ...(nowMs - report.sinceMs < runMsMin ? (["too-short"] as const) : []),
    ...(report.seen < seenMin ? (["too-few"] as const) : []),
    ...(percent !== null && percent < sameMin ? (["differences"] as const) : []),
    ...(report.problem !== null ? (["not-read"] as const) : []),
  ];
}
