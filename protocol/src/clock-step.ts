/** A correction of the clock, and which stored times are of the clock that it corrects. */
import { earliestPlausibleMs } from "./earliest-plausible.ts";

/** The clock was corrected by `stepMs` to `nowMs`. */
export interface ClockStep {
  readonly stepMs: number;
  readonly nowMs: number;
}

/** The time of a clock without a battery, which began in 1970. */
export const isOfUnknown = (atMs: number): boolean => atMs < earliestPlausibleMs;

/** What the clock showed before the step was a time of 1970. */
export const isOutOfUnknown = ({ stepMs, nowMs }: ClockStep): boolean => isOfUnknown(nowMs - stepMs);

/** A step out of 1970 moves times of 1970 alone, and one from a date moves dates alone: each corrects the clock that showed them. */
export const isMovedBy = (step: ClockStep, atMs: number | null): boolean =>
  atMs === null || isOfUnknown(atMs) === isOutOfUnknown(step);

/** May what began then count as proved from now on, where somebody vouches for the corrected clock? No: it waits in 1970 for a step out of it. */
export const isSettledBy = (step: ClockStep, atMs: number | null): boolean =>
  isOutOfUnknown(step) || isMovedBy(step, atMs);
