/**
 * Closes what a router lost when it restarted without a word. The ids of its sessions raise the question (`acct-session-id.ts`); its uptime
 * answers it where there is an API. Where nobody can answer, a session whose interims do not come is closed by the sweeper.
 */
import type { Site } from "../grants/site.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { readSessionId, type SinceLastId, sinceLastId } from "../state/acct-session-id.ts";
import { hasSeveralRouters, lastIdBefore } from "../state/open-sessions.ts";
import { heardAtStartMs } from "../state/session-fold.ts";
import { type Session, sessionsOf } from "../state/site-state.ts";

export interface RestartedRouters {
  /** Called before the new session is recorded. `router`: as `keptBy` has it. */
  heard(router: string, sessionId: string, startedAtMs: number): void;
}

/** Between the site's clock and what the router says of a session. */
const clockSlackMs = 60_000;
/** A router says its uptime in whole seconds: it came up so much earlier at the most. */
const uptimeStepMs = 1000;

export function createRestartedRouters(
  { world, state, usage }: Site,
  parts: {
    readonly router: Pick<RouterControl, "upForMs"> | null;
    readonly closeAsLost: (session: Session, why: string) => Promise<void>;
  },
): RestartedRouters {
  /** Routers whose uptime is being asked. */
  const asking = new Set<string>();
  const agentStartedMs = world.clock.monotonicMs();

  const openOf = (router: string): Session[] => sessionsOf(state, state.open.byNas.get(router) ?? []);

  function close(lost: readonly Session[]): void {
    for (const session of lost) void parts.closeAsLost(session, "router-restarted");
  }

  /** Sessions of this service with another boot than the new one's. */
  function ofOtherBoots(router: string, sessionId: string): Session[] {
    const now = readSessionId(sessionId);
    return openOf(router).filter((session) => {
      const id = readSessionId(session.sessionId);
      return id !== null && id.service === now?.service && id.boot !== now.boot;
    });
  }

  /** It was there before the router came up, and nothing was heard of it since. `bootedMs`: monotonic. */
  function isFromBefore(session: Session, bootedMs: number): boolean {
    const { clock } = world;
    const reportedMs = usage.lastReportMs(session.sessionKey);
    if (reportedMs !== null) return reportedMs < bootedMs;
    if (agentStartedMs < bootedMs) return true;
    const heardAtMs = session.startedAtMs + session.onlineSeconds * 1000;
    return heardAtMs < clock.wall().atMs - (clock.monotonicMs() - bootedMs) - clockSlackMs;
  }

  async function ask(router: string, sessionId: string, word: SinceLastId, upForMs: () => Promise<number | null>) {
    const suspects = ofOtherBoots(router, sessionId);
    // An answer that takes long makes the boot look earlier than it was: then less is closed.
    const askedMs = world.clock.monotonicMs();
    const up = await upForMs().catch(() => null);
    if (up !== null) close(openOf(router).filter((session) => isFromBefore(session, askedMs - up - uptimeStepMs)));
    else if (word === "rebooted") close(suspects);
    world.log.info("router-restart-asked", { router, word, upForMs: up });
  }

  return {
    heard(router, sessionId, startedAtMs) {
      const lastId = lastIdBefore(state.open, router, sessionId);
      const [last, next] = [lastId === null ? null : readSessionId(lastId), readSessionId(sessionId)];
      if (last === null || next === null || world.clock.wall().atMs - startedAtMs > heardAtStartMs) return;
      const word = sinceLastId(last, next);
      if (word === "same-boot") return;
      // A router that nobody listed by its address.
      const { router: api } = parts;
      if (api?.upForMs === undefined || hasSeveralRouters(state.open)) {
        if (word === "rebooted") close(ofOtherBoots(router, sessionId));
        return;
      }
      if (asking.has(router)) return;
      asking.add(router);
      void ask(router, sessionId, word, () => api.upForMs?.() ?? Promise.resolve(null)).finally(() =>
        asking.delete(router),
      );
    },
  };
}
