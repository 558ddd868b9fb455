/** A correction of the clock, and which stored times are of the clock that it corrects. */
import { earliestPlausibleMs } from "./earliest-plausible.ts";

/** The clock was corrected by `stepMs` to `nowMs`. */
export interface ClockStep {
  readonly stepMs: number;
  readonly nowMs: number;
}

/** From a clock without a battery, which began in 1970, to a date. */
export const isOutOfUnknown = ({ stepMs, nowMs }: ClockStep): boolean =>
  nowMs >= earliestPlausibleMs && nowMs - stepMs < earliestPlausibleMs;

/** No: it is a date already, and the step is out of 1970. */
export const isMovedBy = (step: ClockStep, atMs: number | null): boolean =>
  atMs === null || atMs < earliestPlausibleMs || !isOutOfUnknown(step);
