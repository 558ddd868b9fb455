/** Stamps of journal records: the site's time, its quality, and the time since the start. */
import type { Stamp } from "@karibu/protocol/journal/record";
import type { Clock, Wall } from "@karibu/protocol/world";
import type { SiteClock } from "../clock/site-clock.ts";

export interface RecordStamps {
  next(): Omit<Stamp, "seq">;
  /** From now on stamps come from this clock. Until then from the system's: the site's clock needs the journal first. */
  useClock(clock: Pick<SiteClock, "recordWall">): void;
}

export function createRecordStamps(system: Pick<Clock, "wall" | "monotonicMs">): RecordStamps {
  const startedMs = system.monotonicMs();
  let wall: () => Wall = system.wall;
  return {
    next() {
      const { atMs, quality } = wall();
      return { atMs, clock: quality, upMs: Math.max(0, Math.floor(system.monotonicMs() - startedMs)) };
    },
    useClock(clock) {
      wall = clock.recordWall;
    },
  };
}
