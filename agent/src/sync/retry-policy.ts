/** After a link ended: when to try again. Pure. */
import { closeCodes } from "@karibu/protocol/link";
import { backoffMs } from "./backoff.ts";

export interface LinkEnd {
  readonly code: number;
  /** The hub had proved itself: what it said counts. */
  readonly welcomed: boolean;
  /** How long the link was up, after the welcome. */
  readonly upMs: number;
}

export type Retry =
  | {
      readonly kind: "after";
      readonly delayMs: number;
      readonly failures: number;
      /** The pause may be cut short when somebody waits for the hub. */
      readonly mayShorten: boolean;
    }
  | { readonly kind: "never" };

/** The usual trouble: weak links, a hub that restarts. */
const usual = { baseMs: 1000, capMs: 120_000 };
/** The internet is known to be there, only the hub is not: ten thousand sites are back within this, some 300 a second. */
const capMsWanUp = 30_000;
/** Only a person can mend it; do not be a nuisance meanwhile. */
const slow = { baseMs: 60_000, capMs: 900_000 };
/** The hub goes down or hands over: be back soon, but not all at once. */
const draining = { baseMs: 8000, capMs: 120_000 };
/** A link that held for so long was good: start counting afresh. */
const goodMs = 10_000;

const slowCodes: readonly number[] = [closeCodes.unauthorised, closeCodes.version, closeCodes.revoked];

export function decideRetry(end: LinkEnd, failures: number, chance: number, isWanUp = false): Retry {
  // Before the welcome anybody could have said it.
  if (end.code === closeCodes.revoked && end.welcomed) return { kind: "never" };
  const counted = end.welcomed && end.upMs >= goodMs ? 0 : failures;
  const pace = slowCodes.includes(end.code) ? slow : end.code === closeCodes.draining ? draining : usual;
  const capMs = isWanUp && pace === usual ? capMsWanUp : pace.capMs;
  const delayMs = backoffMs(counted, { ...pace, capMs }, chance);
  return { kind: "after", delayMs, failures: counted + 1, mayShorten: pace === usual };
}
