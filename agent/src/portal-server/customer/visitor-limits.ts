/** Slows down visitors who try too often. A shared address (NAT, proxy) gets what a crowd needs. */
import type { Clock } from "@karibu/protocol/world";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { Visit } from "../visit/visit.ts";

const limits = {
  own: { burst: 8, everyMs: 8000, keysMax: 4096 },
  shared: { burst: 120, everyMs: 500, keysMax: 64 },
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
  const shared = createRateLimit(limits.shared);
  const claims = createRateLimit(limits.claims);

  function take({ limitKeys }: Visit): number {
    const nowMs = clock.monotonicMs();
    return Math.max(0, ...limitKeys.map(({ key, isShared }) => (isShared ? shared : own).take(key, nowMs)));
  }

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
