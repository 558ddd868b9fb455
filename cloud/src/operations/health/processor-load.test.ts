import { expect, test } from "vitest";
import { busyPercent, type ProcessorReading, withReading } from "./processor-load.ts";

const every = (seconds: number, percent: number, minutes: number): ProcessorReading[] =>
  Array.from({ length: (minutes * 60) / seconds + 1 }, (_, index) => {
    const atMs = index * seconds * 1000;
    return { atMs, busyMs: (atMs * 2 * percent) / 100, totalMs: atMs * 2 };
  });
const kept = (readings: readonly ProcessorReading[]) =>
  readings.reduce<readonly ProcessorReading[]>((all, one) => withReading(all, one), []);

test("[MSG-09] the processor's load is known after five minutes, over all processors", () => {
  expect(busyPercent(kept(every(15, 95, 4)))).toBeNull();
  expect(busyPercent(kept(every(15, 95, 5)))).toBe(95);
});

test("[MSG-09] only the last five minutes count, and few readings are kept", () => {
  const busy = every(15, 100, 60);
  const last = busy.at(-1) as ProcessorReading;
  const idle = every(15, 0, 5).map(({ atMs }) => ({
    atMs: last.atMs + atMs,
    busyMs: last.busyMs,
    totalMs: last.totalMs + atMs * 2,
  }));
  const all = kept([...busy, ...idle.slice(1)]);
  expect(busyPercent(all)).toBe(0);
  expect(all.length).toBeLessThan(25);
});

test("[MSG-09] a process that did not look for a while begins anew", () => {
  const [first, ...others] = every(15, 100, 6).map((one) => ({ ...one, atMs: one.atMs + 180_000 }));
  expect(busyPercent(kept([{ atMs: 0, busyMs: 0, totalMs: 0 }, first as ProcessorReading]))).toBeNull();
  expect(busyPercent(kept([{ atMs: 0, busyMs: 0, totalMs: 0 }, first as ProcessorReading, ...others]))).toBe(100);
});
