/**
 * A circuit breaker for what the hub does at a channel by itself: the sweep's questions and the channel's list. Pure. After some
 * failures in a row it is open: nothing is called. When its time is over it is half open: one sweep tries the channel with
 * its newest list and one question about a receipt, whichever it has; an outcome closes it or opens it for longer. Sales, and what
 * a person asks or waits for, never wait for it.
 */
export interface Circuit {
  /** In a row. */
  readonly failures: number;
  readonly openedAtMs: number | null;
  readonly openUntilMs: number | null;
}

export type CircuitState = "closed" | "open" | "half-open";

const failuresToOpen = 3;
const minuteMs = 60_000;
const pauseMsMax = 30 * minuteMs;
/** Who tries a half-open channel has this long; then another one may. */
const tryMs = 2 * minuteMs;

/** @param circuit null: nothing failed since the last success */
export function circuitState(circuit: Circuit | null, nowMs: number): CircuitState {
  if (circuit === null || circuit.openUntilMs === null) return "closed";
  // An end that is farther away than any pause is long was noted by a clock that was ahead for a moment.
  const leftMs = circuit.openUntilMs - nowMs;
  return leftMs > 0 && leftMs <= pauseMsMax ? "open" : "half-open";
}

export function afterFailure(before: Circuit | null, nowMs: number): Circuit {
  const failures = (before?.failures ?? 0) + 1;
  if (failures < failuresToOpen) return { failures, openedAtMs: null, openUntilMs: null };
  const pauseMs = Math.min(pauseMsMax, minuteMs * 2 ** (failures - failuresToOpen));
  return { failures, openedAtMs: before?.openedAtMs ?? nowMs, openUntilMs: nowMs + pauseMs };
}

/** Somebody takes the one try of a half-open circuit: until its outcome, or until it is lost, it is open for others. */
export const duringTry = (circuit: Circuit, nowMs: number): Circuit => ({ ...circuit, openUntilMs: nowMs + tryMs });
