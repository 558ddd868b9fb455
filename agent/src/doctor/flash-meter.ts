/** Measures the bytes written to flash in the last 24 hours, for the site's wear budget. It keeps samples; otherwise it is pure. */
import type { Clock } from "@karibu/protocol/world";

export interface FlashMeter {
  /** Takes a sample of the count. Call it every few minutes. */
  note(): void;
  figures(): FlashFigures;
}

export interface FlashFigures {
  /** In whole blocks of 4 KiB, since the agent started. */
  readonly writtenBytes: number;
  /** In the last 24 hours, or since the agent started when that is less. */
  readonly lastDayBytes: number;
  readonly lastDaySeconds: number;
}

const dayMs = 86_400_000;
const sampleEveryMs = 15 * 60_000;

export function createFlashMeter(clock: Pick<Clock, "monotonicMs">, bytesWritten: () => number): FlashMeter {
  const samples: { readonly atMs: number; readonly bytes: number }[] = [];

  function note(): void {
    const atMs = clock.monotonicMs();
    const last = samples.at(-1);
    if (last === undefined || atMs - last.atMs >= sampleEveryMs) samples.push({ atMs, bytes: bytesWritten() });
    // The newest sample that is a day old stays: the day is counted from it.
    while (samples.length > 1 && atMs - (samples[1]?.atMs ?? atMs) >= dayMs) samples.shift();
  }

  note();
  return {
    note,
    figures() {
      note();
      const writtenBytes = bytesWritten();
      const from = samples[0] ?? { atMs: clock.monotonicMs(), bytes: writtenBytes };
      const lastDaySeconds = Math.floor((clock.monotonicMs() - from.atMs) / 1000);
      return { writtenBytes, lastDayBytes: writtenBytes - from.bytes, lastDaySeconds };
    },
  };
}
