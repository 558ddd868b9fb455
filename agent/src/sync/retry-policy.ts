/** Decides when to dial again after a link ended. Pure. */
import { closeCodes } from "@karibu/protocol/link/link";
import { backoffMs } from "./backoff.ts";

export interface LinkEnd {
  readonly code: number;
  /** The hub had proved its identity, so its reason counts. */
  readonly welcomed: boolean;
  /** How long the link was up, after the welcome. */
  readonly upMs: number;
  /** The site ended it, to greet the hub anew: its journal began a new epoch, or the hub has now what it lacked of older ones. */
  readonly again?: "epoch" | "owed" | null;
  /** The hub ended it while it was sent records of older epochs. */
  readonly refusedOwed?: boolean;
}

export type Retry =
  | {
      readonly kind: "after";
      readonly delayMs: number;
      readonly failures: number;
      /** The pause can be shortened when a customer waits for the hub. */
      readonly mayShorten: boolean;
    }
  | { readonly kind: "never" };

/** The usual trouble: weak links, a hub that restarts. */
const usual = { baseMs: 1000, capMs: 120_000 };
/** The internet is up and only the hub is down: ten thousand sites come back within this time, about 300 a second. */
const capMsWanUp = 30_000;
/** Only a person can solve the problem, so the agent rarely tries. */
const slow = { baseMs: 60_000, capMs: 900_000 };
/** The hub stops, hands over, or can't answer now because its database is away: sites come back soon, but not all at once. */
const draining = { baseMs: 8000, capMs: 120_000 };
/** After a link that was up for this long, the pauses start from the shortest again. */
const goodMs = 10_000;

const slowCodes: readonly number[] = [closeCodes.unauthorised, closeCodes.version, closeCodes.revoked];

export function decideRetry(end: LinkEnd, failures: number, chance: number, isWanUp = false): Retry {
  // Before the welcome, the reason could come from anybody.
  if (end.code === closeCodes.revoked && end.welcomed) return { kind: "never" };
  if (end.again != null) return { kind: "after", delayMs: backoffMs(0, usual, chance), failures, mayShorten: true };
  const counted = end.welcomed && end.upMs >= goodMs ? 0 : failures;
  const pace = slowCodes.includes(end.code) ? slow : end.code === closeCodes.draining ? draining : usual;
  const capMs = isWanUp && pace !== slow ? capMsWanUp : pace.capMs;
  const delayMs = backoffMs(counted, { ...pace, capMs }, chance);
  return { kind: "after", delayMs, failures: counted + 1, mayShorten: pace !== slow };
}
