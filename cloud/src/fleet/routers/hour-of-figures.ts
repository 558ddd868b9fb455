/** An hour of a router's samples as one row: means, extremes, sums. Pure. */
import type { RouterSample } from "@karibu/protocol/router/router-figures";
import { lastDateMs } from "../../ground/agents/last-date.ts";

export interface InterfaceHour {
  readonly name: string;
  readonly receivedKib: number;
  readonly sentKib: number;
  readonly errors: number;
}

export interface HourOfFigures {
  readonly fromMs: number;
  readonly samples: number;
  readonly cpuPercent: number | null;
  readonly cpuPercentMax: number | null;
  readonly freeMemoryMib: number | null;
  readonly totalMemoryMib: number | null;
  readonly freeDiskMib: number | null;
  readonly sessions: number | null;
  readonly temperatureTenths: number | null;
  readonly interfaces: readonly InterfaceHour[];
}

/** Null: there are no samples, or no calendar has their time. */
export function hourOf(samples: readonly RouterSample[]): HourOfFigures | null {
  const first = samples[0];
  if (first === undefined || first.atMs < 0 || first.atMs > lastDateMs) return null;
  const known = (pick: (sample: RouterSample) => number | null) =>
    samples.map(pick).filter((value): value is number => value !== null);
  const most = (values: readonly number[]) => (values.length === 0 ? null : Math.max(...values));
  const least = (values: readonly number[]) => (values.length === 0 ? null : Math.min(...values));
  const cpu = known(({ cpuPercent }) => cpuPercent);
  const byName = new Map<string, InterfaceHour>();
  for (const { interfaces } of samples)
    for (const { name, receivedKib, sentKib, receiveErrors, sendErrors } of interfaces) {
      const sum = byName.get(name) ?? { name, receivedKib: 0, sentKib: 0, errors: 0 };
      byName.set(name, {
        name,
        receivedKib: sum.receivedKib + (receivedKib ?? 0),
        sentKib: sum.sentKib + (sentKib ?? 0),
        errors: sum.errors + (receiveErrors ?? 0) + (sendErrors ?? 0),
      });
    }
  return {
    fromMs: first.atMs,
    samples: samples.length,
    cpuPercent: cpu.length === 0 ? null : Math.round(cpu.reduce((sum, each) => sum + each, 0) / cpu.length),
    cpuPercentMax: most(cpu),
    freeMemoryMib: least(known(({ freeMemoryMib }) => freeMemoryMib)),
    totalMemoryMib: most(known(({ totalMemoryMib }) => totalMemoryMib)),
    freeDiskMib: least(known(({ freeDiskMib }) => freeDiskMib)),
    sessions: most(known(({ sessions }) => sessions)),
    temperatureTenths: most(known(({ temperatureTenths }) => temperatureTenths)),
    interfaces: [...byName.values()],
  };
}
