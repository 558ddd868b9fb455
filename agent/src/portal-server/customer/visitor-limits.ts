/** Slows down visitors who try too often. */
import { shortHash } from "@karibu/protocol/hash";
import type { Clock } from "@karibu/protocol/world";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { Visit } from "../visit/visit.ts";
import { createVisitLimit } from "../visit/visit-limit.ts";

const limits = {
  own: { burst: 8, everyMs: 8000, keysMax: 4096 },
  /** A waiting page asks again every twenty seconds. The hub counts a repeated claim once. */
  claims: { burst: 6, everyMs: 15_000, keysMax: 4096 },
  /** Claims that say something new. The hub counts sixty an hour of a site: no phone may use them up for the others. */
  otherClaims: { burst: 6, everyMs: 600_000, keysMax: 4096 },
};
/** Pages say theirs again and again, also of several phones behind one repeater. */
const saidKept = 8;

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
  /**
   * The same for a claim; one that `said` something new has a smaller limit still. Not at a shared address, where who it is stands in the phone's own
   * word: one would close the door for another.
   */
  takeClaim(visit: Visit, said: string): number;
}

export function createVisitorLimits(clock: Pick<Clock, "monotonicMs">): VisitorLimits {
  const own = createRateLimit(limits.own);
  const claims = createRateLimit(limits.claims);
  const otherClaims = createRateLimit(limits.otherClaims);
  /** What each visitor said lately, hashed. */
  const saidBy = new Map<string, readonly string[]>();
  const take = createVisitLimit(clock, own);

  const ownKeysOf = ({ limitKeys }: Visit) => limitKeys.filter(({ isShared }) => !isShared).map(({ key }) => key);

  return {
    take,
    takeCode: (visit) => Math.max(0, ...ownKeysOf(visit).map((key) => own.take(key, clock.monotonicMs()))),
    giveCodeBack(visit) {
      for (const key of ownKeysOf(visit)) own.giveBack(key);
    },
    takeQuestion,
    takeClaim(visit, said) {
      const isShared = visit.limitKeys.some((key) => key.isShared);
      const waitSeconds = takeQuestion(visit);
      if (waitSeconds > 0 || isShared) return waitSeconds;
      return Math.max(0, ...ownKeysOf(visit).map((key) => takeOtherClaim(key, shortHash(said))));
    },
  };

  function takeQuestion(visit: Visit): number {
    const nowMs = clock.monotonicMs();
    return Math.max(take(visit), ...ownKeysOf(visit).map((key) => claims.take(key, nowMs)));
  }

  function takeOtherClaim(key: string, said: string): number {
    const known = saidBy.get(key) ?? [];
    if (known.includes(said)) return 0;
    const waitSeconds = otherClaims.take(key, clock.monotonicMs());
    if (waitSeconds > 0) return waitSeconds;
    saidBy.delete(key);
    if (saidBy.size >= limits.otherClaims.keysMax) saidBy.delete(saidBy.keys().next().value as string);
    saidBy.set(key, [...known, said].slice(-saidKept));
    return 0;
  }
}
