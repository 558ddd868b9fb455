/**
 * Ends at its router what a device left behind when it went on at another server of the site: else whoever comes back there, or has copied its
 * MAC, surfs on with a session that nobody counts any more. The steps are the sweeper's; each later word of the session begins them anew.
 */
import type { LeftBehind } from "../access/accounting.ts";
import type { Site } from "../grants/site.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { Session } from "../state/site-state.ts";
import { createSharedList, type RouterEvictions } from "./evict-session.ts";
import { afterStep, beginEviction, type Eviction, nextStep } from "./sweep-policy.ts";

export interface MovedSessions extends LeftBehind {
  /** Some are left to be ended. */
  readonly areLeft: boolean;
  /** Takes the steps that are due. Never rejects. */
  round(): Promise<void>;
}

/** An ACK is no proof, but an interim is one that it runs still: then it begins again. */
const triesMax = 4;

export function createMovedSessions(
  { world }: Site,
  evictions: RouterEvictions,
  router: RouterControl | null,
): MovedSessions {
  const waiting = new Map<string, { readonly session: Session; eviction: Eviction; isBusy: boolean }>();

  async function round(): Promise<void> {
    const list = createSharedList(world, router);
    await Promise.all([...waiting.keys()].map((key) => steps(key, list)));
  }

  async function steps(key: string, list: ReturnType<typeof createSharedList>): Promise<void> {
    const entry = waiting.get(key);
    if (entry === undefined || entry.isBusy) return;
    entry.isBusy = true;
    while (waiting.get(key) === entry) {
      const { session, eviction } = entry;
      const facts = { hasApi: router !== null, coaIsSilent: evictions.isCoaSilent(session), keepsCookie: true };
      const step = nextStep(eviction, world.clock.monotonicMs(), facts);
      if (step.kind === "close-as-lost" || eviction.tries >= triesMax) waiting.delete(key);
      if (step.kind === "wait" || step.kind === "close-as-lost") break;
      // The phone's cookie is for where it is now.
      const outcome = await evictions.evict(step.kind, session, list, "leave");
      world.log.debug("moved-session-eviction", { session: key, step: step.kind, outcome });
      entry.eviction = afterStep(eviction, outcome, world.clock.monotonicMs());
    }
    entry.isBusy = false;
  }

  return {
    get areLeft() {
      return waiting.size > 0;
    },
    round,
    end(session) {
      if (waiting.has(session.sessionKey)) return;
      const eviction = beginEviction(world.clock.monotonicMs());
      waiting.set(session.sessionKey, { session, eviction, isBusy: false });
      void round();
    },
    ended: (sessionKey) => void waiting.delete(sessionKey),
  };
}
