/** The timers of a simulated clock. Timers run in order of due time, then in order of creation. */
import type { Timer } from "@karibu/protocol/world";

export interface TimerQueue {
  /** Elapsed simulated milliseconds. */
  nowMs(): number;
  after(delayMs: number, task: () => void): Timer;
  /** Time goes on, and nothing runs: what fell due meanwhile is late, as after a machine slept. */
  skip(byMs: number): void;
  /** Runs the earliest timer that is due by `untilMs`. False: there is none, and the time is now `untilMs`. */
  runNext(untilMs: number): boolean;
}

interface Entry {
  readonly dueMs: number;
  readonly task: () => void;
}

export function createTimerQueue(): TimerQueue {
  const waiting = new Set<Entry>();
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after(delayMs, task) {
      const entry: Entry = { dueMs: nowMs + Math.max(0, delayMs), task };
      waiting.add(entry);
      return { cancel: () => void waiting.delete(entry) };
    },
    skip(byMs) {
      nowMs += byMs;
    },
    runNext(untilMs) {
      let next: Entry | null = null;
      for (const entry of waiting) {
        if (entry.dueMs <= untilMs && (next === null || entry.dueMs < next.dueMs)) next = entry;
      }
      nowMs = Math.max(nowMs, next?.dueMs ?? untilMs);
      if (next === null) return false;
      waiting.delete(next);
      next.task();
      return true;
    },
  };
}
