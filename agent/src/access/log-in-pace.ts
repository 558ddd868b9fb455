/**
 * How often a device may begin sessions of one right. Each round of log-in, Start and Stop writes three records, nearly 9 kB of flash: a guest who
 * goes round in a loop, a few times a second, would wear out a router's flash within months, and a plan by time online is never charged for less than
 * a second. At one round in `everyMs` that is 25 MB a day, and no more records than a session of that length has anyhow.
 *
 * Nobody else comes near it. A phone that sleeps and wakes (the shortest idle time-out is a minute), that walks between hotspot servers, or whose
 * owner taps again and again, and a PPP line that flaps and dials by itself every few seconds for minutes, have the burst for that, and once it holds
 * they wait `everyMs` at most. Phones behind one repeater have rights of their own, so they don't wait for each other.
 *
 * Counted are sessions that began, because they are what writes: who is let in and begins none waits for nobody. Who must wait made no wrong try. A
 * right moves to few other devices a day, so other MACs are no way round. Memory is bounded: `keysMax` devices; whoever fills that has bought as many rights.
 */
import { createRateLimit } from "../ground/rate-limit.ts";

export const logInPace = { burst: 120, everyMs: 30_000, keysMax: 4096 } as const;

export interface LogInPace {
  /** 0: let it in; otherwise the seconds to wait. */
  waitSeconds(who: Entering, nowMs: number): number;
  /** Its session began. */
  began(who: Entering, nowMs: number): void;
}

export interface Entering {
  readonly grantId: string;
  /** Null: its router tells none. */
  readonly mac: string | null;
}

export function createLogInPace(): LogInPace {
  const limit = createRateLimit(logInPace);
  return {
    waitSeconds: (who, nowMs) => limit.waitSeconds(keyOf(who), nowMs),
    began: (who, nowMs) => limit.spend(keyOf(who), nowMs),
  };
}

const keyOf = ({ grantId, mac }: Entering): string => `${grantId} ${mac}`;
