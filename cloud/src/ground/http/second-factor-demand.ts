/** When a request needs the second factor (RFC 6238): a code from the authenticator app beside the password. */
import { isAhead } from "../db/hub-clock.ts";
import { refusal } from "./problem.ts";

/** How a log-in stands to the second factor of its person. */
export interface FactorState {
  /** The person has set one up. */
  readonly isOn: boolean;
  /** The person's role must have one. */
  readonly isRequired: boolean;
  /** Who has none is shut out of what wants a fresh code: a person of the platform in a provider's rooms. */
  readonly isRequiredForFresh?: true;
  /** When a code last counted in this log-in; null: none has. */
  readonly provedAtMs: number | null;
}

/** `set-up`: the person must set one up first. `code`: a code must be entered. */
export type FactorDemand = "none" | "set-up" | "code";

/** For so long a code opens the routes that want a fresh one. */
export const freshForMs = 10 * 60_000;

/** @param wantsFresh the route is one that a log-in left open, or a stolen one, must not reach */
export function factorDemand(factor: FactorState, wantsFresh: boolean, nowMs: number): FactorDemand {
  const { isOn, isRequired, isRequiredForFresh = false, provedAtMs } = factor;
  if (!isOn) return isRequired || (wantsFresh && isRequiredForFresh) ? "set-up" : "none";
  if (provedAtMs === null) return isRequired || wantsFresh ? "code" : "none";
  // It may have been entered at another process, just now. Later than that: the clock was set back, and the age of the code is not known.
  const isFresh = !isAhead(provedAtMs, nowMs) && nowMs - provedAtMs <= freshForMs;
  return wantsFresh && !isFresh ? "code" : "none";
}

/** Throws a Problem 403 "second-factor-set-up-required" or "second-factor-required". */
export function refuseWithoutFactor(demand: FactorDemand): void {
  if (demand === "set-up") throw refusal("second-factor-set-up-required");
  if (demand === "code") throw refusal("second-factor-required", { status: 403, field: "code" });
}
