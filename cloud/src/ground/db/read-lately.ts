/**
 * What is read whole and at most every few seconds, however often it is asked for: a flood of questions about what is not there costs none to the
 * database.
 */
import type { Clock } from "@karibu/protocol/world";

export interface ReadLately<Value> {
  /** While the database is away, what was known goes on; who asks before anything was known hears of the database. */
  current(): Promise<Value>;
  /** After a change here: it is read anew at the next question. */
  forget(): void;
}

const keptMs = 10_000;

export function readLately<Value extends object>(clock: Clock, read: () => Promise<Value>): ReadLately<Value> {
  let known: Value | null = null;
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  async function readNow(): Promise<void> {
    // Before the question: what changes meanwhile is read at the next one.
    readAtMs = clock.monotonicMs();
    try {
      known = await read();
    } catch (error) {
      if (known === null) {
        readAtMs = Number.NEGATIVE_INFINITY;
        throw error;
      }
    } finally {
      reading = null;
    }
  }

  return {
    async current() {
      if (clock.monotonicMs() - readAtMs >= keptMs) reading ??= readNow();
      if (reading !== null) await reading;
      return known as Value;
    },
    forget: () => {
      readAtMs = Number.NEGATIVE_INFINITY;
    },
  };
}
