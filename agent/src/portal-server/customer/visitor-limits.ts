/** Slows down visitors who try too often. */
import type { Clock } from "@karibu/protocol/world";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { Visit } from "../visit/visit.ts";
import { createVisitLimit } from "../visit/visit-limit.ts";

const limits = {
  own: { burst: 8, everyMs: 8000, keysMax: 4096 },
  /** A waiting page asks again every twenty seconds. The hub counts a repeated claim once. */
  claims: { burst: 6, everyMs: 15_000, keysMax: 4096 },
  /** Claims that say something else than the one before. The hub counts sixty an hour of a site: no phone may use them up for the others. */
  otherClaims: { burst: 6, everyMs: 600_000, keysMax: 4096 },
};

export interface VisitorLimits {
  /** Seconds to wait; 0: the visitor may go on. */
  take(visit: Visit): number;
  /**
   * The same for a code: at a shared address the phone's own limit alone, because the turns of the site's hosts bound all others
   * (`access/guessing/turns.ts`), and whoever guesses there stops nobody else.
   */
  takeCode(visit: Visit): number;
  /** The code was not looked at. */
  giveCodeBack(visit: Visit): void;
  /** The same for what the hub looks up, which has a smaller limit. */
  takeQuestion(visit: Visit): number;
  /** The same for a claim; one that `said` something new has a smaller limit still. */
  takeClaim(visit: Visit, said: string): number;
}

export function createVisitorLimits(clock: Pick<Clock, "monotonicMs">): VisitorLimits {
  const own = createRateLimit(limits.own);
  const claims = createRateLimit(limits.claims);
  const otherClaims = createRateLimit(limits.otherClaims);
  /** What each visitor said last: the page says it again and again. */
  const saidLast = new Map<string, string>();
  const take = createVisitLimit(clock, own);

  const ownKeysOf = ({ limitKeys }: Visit) => limitKeys.filter(({ isShared }) => !isShared).map(({ key }) => key);

  return {
    take,
    takeCode: (visit) => Math.max(0, ...ownKeysOf(visit).map((key) => own.take(key, clock.monotonicMs()))),
    giveCodeBack(visit) {
      for (const key of ownKeysOf(visit)) own.giveBack(key);
    },
    takeQuestion,
    takeClaim: (visit, said) =>
      Math.max(takeQuestion(visit), ...ownKeysOf(visit).map((key) => takeOtherClaim(key, said))),
  };

  function takeQuestion(visit: Visit): number {
    const nowMs = clock.monotonicMs();
    return Math.max(take(visit), ...ownKeysOf(visit).map((key) => claims.take(key, nowMs)));
  }

  function takeOtherClaim(key: string, said: string): number {
    if (saidLast.get(key) === said) return 0;
    const waitSeconds = otherClaims.take(key, clock.monotonicMs());
    if (waitSeconds > 0) return waitSeconds;
    saidLast.delete(key);
    const oldest = saidLast.size < limits.otherClaims.keysMax ? undefined : saidLast.keys().next().value;
    if (oldest !== undefined) saidLast.delete(oldest);
    saidLast.set(key, said);
    return 0;
  }
}
