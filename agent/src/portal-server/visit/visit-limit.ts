/** How often a visitor may try. A shared address (NAT, proxy) gets what a crowd needs. */
import type { Clock } from "@karibu/protocol/world";
import { createRateLimit, type RateLimit } from "../../ground/rate-limit.ts";
import type { Visit } from "./visit.ts";

const ofCrowd = { burst: 120, everyMs: 500, keysMax: 64 };

/** @param own of one phone @returns seconds to wait; 0: the visitor may go on */
export function createVisitLimit(clock: Pick<Clock, "monotonicMs">, own: RateLimit): (visit: Visit) => number {
  const shared = createRateLimit(ofCrowd);
  return ({ limitKeys }) => {
    const nowMs = clock.monotonicMs();
    return Math.max(0, ...limitKeys.map(({ key, isShared }) => (isShared ? shared : own).take(key, nowMs)));
  };
}
