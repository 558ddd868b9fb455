/** How busy the hub's machine is, over the last minutes. Each hub process that looks at alarms knows its own machine. */
import { cpus } from "node:os";
import type { World } from "@karibu/protocol/world";

/** Of all processors together, since the machine started. */
interface ProcessorTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

export interface ProcessorReading extends ProcessorTimes {
  /** Monotonic. */
  readonly atMs: number;
}

/** Who is busy for a moment does its work; who is busy for so long does not keep up. */
const judgedMs = 5 * 60_000;
/** Readings that are apart further say nothing about the time between them: nobody looked. */
const apartMsMax = 2 * 60_000;

export function readProcessorTimes(): ProcessorTimes {
  let busyMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    const working = times.user + times.nice + times.sys + times.irq;
    busyMs += working;
    totalMs += working + times.idle;
  }
  return { busyMs, totalMs };
}

/** Those that still count when this one comes. Pure. */
export function withReading(kept: readonly ProcessorReading[], next: ProcessorReading): readonly ProcessorReading[] {
  const last = kept.at(-1);
  if (last !== undefined && next.atMs - last.atMs > apartMsMax) return [next];
  // One that is older than the time judged stays, so that the rest of them span it.
  const begin = kept.findLastIndex(({ atMs }) => atMs <= next.atMs - judgedMs);
  return [...kept.slice(Math.max(0, begin)), next];
}

/** The share of the processors that was used, in percent; null: not known for long enough yet. Pure. */
export function busyPercent(readings: readonly ProcessorReading[]): number | null {
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < judgedMs) return null;
  const totalMs = last.totalMs - first.totalMs;
  return totalMs <= 0 ? null : Math.round(((last.busyMs - first.busyMs) * 100) / totalMs);
}

/** Reads at each call; the alarms ask a few times a minute. */
export function createProcessorLoad(world: World, read: () => ProcessorTimes): () => number | null {
  let readings: readonly ProcessorReading[] = [];
  return () => {
    readings = withReading(readings, { atMs: world.clock.monotonicMs(), ...read() });
    return busyPercent(readings);
  };
}
