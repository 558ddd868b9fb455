/**
 * Netwatch of `type=icmp`: a probe is a few pings, and it fails where one of their figures is above its threshold. What a row does not say
 * has RouterOS' own value, which is made for short lines (RouterOS manual, Netwatch).
 */
import { durationMs } from "@karibu/agent/routeros/duration";
import type { Row } from "./configuration.ts";
import type { SimulatedRouter } from "./simulated-router.ts";

/** What the pings of one probe measured. */
export interface PingFigures {
  readonly averageMs: number;
  readonly maxMs: number;
  readonly jitterMs: number;
  readonly deviationMs: number;
  readonly lossPercent: number;
}

const defaults = {
  "thr-avg": "100ms",
  "thr-max": "1s",
  "thr-jitter": "1s",
  "thr-stdev": "250ms",
  "thr-loss-percent": "85",
} as const;

/** One probe of every row: the scripts of its outcome run. */
export function probeByIcmp(router: SimulatedRouter, figures: PingFigures): void {
  for (const row of router.rows("/tool/netwatch").filter((one) => one.get("type") === "icmp"))
    router.import(row.get(hasFailed(row, figures) ? "down-script" : "up-script") ?? "");
}

function hasFailed(row: Row, figures: PingFigures): boolean {
  const threshold = (name: keyof typeof defaults) => row.get(name) ?? defaults[name];
  const isAbove = (measuredMs: number, name: keyof typeof defaults) =>
    measuredMs > (durationMs(threshold(name)) ?? Number.NaN);
  return (
    isAbove(figures.averageMs, "thr-avg") ||
    isAbove(figures.maxMs, "thr-max") ||
    isAbove(figures.jitterMs, "thr-jitter") ||
    isAbove(figures.deviationMs, "thr-stdev") ||
    figures.lossPercent > Number(threshold("thr-loss-percent"))
  );
}
