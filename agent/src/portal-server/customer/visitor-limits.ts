/** Slows down visitors who try too often. */
import type { Clock } from "@karibu/protocol/world";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { Visit } from "../visit/visit.ts";
import { createVisitLimit } from "../visit/visit-limit.ts";

const limits = {
  own: { burst: 8, everyMs: 8000, keysMax: 4096 },
  /** A waiting page asks again every twenty seconds. The hub counts a repeated claim once. */
  claims: { burst: 6, everyMs: 15_000, keysMax: 4096 },
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
  /** The same for a claim, which has a smaller limit. */
  takeClaim(visit: Visit): number;
}

export function createVisitorLimits(clock: Pick<Clock, "monotonicMs">): VisitorLimits {
  const own = createRateLimit(limits.own);
  const claims = createRateLimit(limits.claims);
  const take = createVisitLimit(clock, own);

  const ownKeysOf = ({ limitKeys }: Visit) => limitKeys.filter(({ isShared }) => !isShared).map(({ key }) => key);

  return {
    take,
    takeCode: (visit) => Math.max(0, ...ownKeysOf(visit).map((key) => own.take(key, clock.monotonicMs()))),
    giveCodeBack(visit) {
      for (const key of ownKeysOf(visit)) own.giveBack(key);
    },
    takeClaim(visit) {
      const nowMs = clock.monotonicMs();
      return Math.max(take(visit), ...ownKeysOf(visit).map((key) => claims.take(key, nowMs)));
    },
  };
}
