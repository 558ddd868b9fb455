/** Carries out one eviction step on the router: by RADIUS, or by its API. */
import type { World } from "@karibu/protocol/world";
import { nextGrant } from "../access/next-grant.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { KnownWays } from "../ground/proved-ways.ts";
import type { ActiveSession, RouterControl } from "../ground/router-control.ts";
import { waitAtMost } from "../ground/wait-at-most.ts";
import { hasSeveralRouters } from "../state/open-sessions.ts";
import { oldSystemsRouter } from "../state/router-address.ts";
import { type Session, sessionsOf } from "../state/site-state.ts";
import { type EvictionOutcome, evictionLimits } from "./sweep-policy.ts";

export interface RouterEvictions {
  /** The CoA port of the session's router did not answer the last disconnects, or was proved to take none. */
  isCoaSilent(session: Session): boolean;
  /** Which of these open sessions does the list show to be gone? None of a router that the list is not of. */
  goneOf(sessions: readonly Session[], list: ReadList): Promise<Session[]>;
  /** Never rejects. */
  evict(step: "disconnect" | "remove", session: Session, list: ReadList, cookie: CookieRule): Promise<EvictionOutcome>;
}

/**
 * What happens to the device's MAC cookie. `keep-for-next`: it stays if the device's next grant starts now, and else goes after the
 * session, for RADIUS refuses it. `remove-first`: it would let the device in again. `leave`: it is the device's, elsewhere.
 */
export type CookieRule = "keep-for-next" | "remove-first" | "leave";

/** A router that is slow with its cookies, or hides them, must not keep the session. */
const cookieMsMax = 10_000;

/** Reads the router's list of sessions. */
export type ReadList = () => Promise<readonly ActiveSession[]>;

/** A router that was restarted counts its rows anew: an id that was read before is another session's then. */
const listMsMax = 2000;

/** One read of the router's list serves all who look at it within a moment. */
export function createSharedList({ clock }: Pick<World, "clock">, router: RouterControl | null): ReadList {
  let list: Promise<readonly ActiveSession[]> | null = null;
  const forget = () => {
    list = null;
  };
  return () => {
    list ??= (router?.activeSessions() ?? Promise.resolve([])).finally(() => void clock.after(listMsMax, forget));
    return list;
  };
}

export function createRouterEvictions(
  site: Site,
  coa: Pick<DynamicAuthorization, "disconnect"> | null,
  router: RouterControl | null,
  ways: Pick<KnownWays, "now">,
  /** The site has routers beside the one whose API that is. */
  hasOtherRouters: boolean,
): RouterEvictions {
  const { world, state } = site;
  /** By router: disconnects in a row that were not answered, and when the last one was. */
  const unanswered = new Map<string | null, { readonly count: number; readonly lastMs: number }>();
  /** Routers that the API's list has shown sessions of: the API is of one, and a site may have several. */
  const listed = new Set<string>();

  /** Is a session that the list does not show gone? */
  function isListOf({ router }: Session): boolean {
    if (router === null || router === oldSystemsRouter || listed.has(router)) return true;
    return !hasOtherRouters && listed.size === 0 && !hasSeveralRouters(state.open);
  }

  function rowsOf(session: Session, list: readonly ActiveSession[]): readonly ActiveSession[] {
    const rows = list.filter((row) => isRowOf(row, session) && !isWhereItWentOn(row, session));
    // Of the old system's sessions it says nothing about where the router's own packets come from.
    if (rows.length > 0 && session.router !== null && session.router !== oldSystemsRouter) listed.add(session.router);
    return rows;
  }

  /** Two routers may give a phone the same address: after it walked to the other one, the row there is its new session. */
  function isWhereItWentOn(row: ActiveSession, { sessionKey, grantId }: Session): boolean {
    if (state.open.keys.has(sessionKey) || grantId === null || row.sessionId !== null) return false;
    return sessionsOf(state, state.open.byGrant.get(grantId) ?? []).some((open) => isRowOf(row, open));
  }

  async function disconnect(session: Session): Promise<EvictionOutcome> {
    if (coa === null) return "failed";
    const { router } = session;
    try {
      const answer = await coa.disconnect(session);
      const count = (unanswered.get(router)?.count ?? 0) + 1;
      if (answer === "no-answer") unanswered.set(router, { count, lastMs: world.clock.monotonicMs() });
      else unanswered.delete(router);
      return answer;
    } catch (error) {
      world.log.warn("disconnect-failed", { session: session.sessionKey, error: String(error) });
      return "failed";
    }
  }

  async function remove(
    router: RouterControl,
    session: Session,
    list: ReadList,
    cookie: CookieRule,
  ): Promise<EvictionOutcome> {
    try {
      if (rowsOf(session, await list()).length === 0 && !isListOf(session)) return await disconnect(session);
      if (cookie === "remove-first") await waitAtMost(world.clock, cookieMsMax, forget(router, session));
      const rows = rowsOf(session, await list());
      const removals = rows.map((row) => router.removeSession(row));
      if (cookie === "keep-for-next" && !hasNextGrant(session)) removals.push(forget(router, session));
      await Promise.all(removals);
      return rows.length === 0 ? "not-there" : "removed";
    } catch (error) {
      world.log.warn("router-removal-failed", { session: session.sessionKey, error: String(error) });
      // An API that fails may fail for good, and it was the answer to one packet that was lost.
      return await disconnect(session);
    }
  }

  /** Never rejects: the session ends, whatever the router says of its cookie. */
  async function forget(router: RouterControl, { sessionKey, mac, user }: Session): Promise<void> {
    try {
      await router.removeCookies({ mac, user });
    } catch (error) {
      world.log.warn("router-cookie-stays", { session: sessionKey, error: String(error) });
    }
  }

  /** The device's next grant starts now: its cookie logs it in again without a tap. */
  function hasNextGrant(session: Session): boolean {
    const { mac, grantId } = session;
    return mac !== null && nextGrant(site, { device: deviceOfHost(session), mac }, grantId) !== null;
  }

  return {
    isCoaSilent(session) {
      // What was tried was the router of the API.
      if (!ways.now().disconnects && isListOf(session)) return true;
      const { router } = session;
      const { count, lastMs } = unanswered.get(router) ?? { count: 0, lastMs: 0 };
      return count >= evictionLimits.silentAfter && world.clock.monotonicMs() - lastMs < evictionLimits.silentForMs;
    },
    async goneOf(sessions, list) {
      const rows = await list();
      const missing = sessions.filter((session) => rowsOf(session, rows).length === 0);
      return missing.filter(isListOf);
    },
    evict: (step, session, list, cookie) =>
      step === "remove" && router !== null ? remove(router, session, list, cookie) : disconnect(session),
  };
}

/**
 * Hotspot rows show no Acct-Session-Id: then the name and the host must match. The id is a number in hex, and a router need not
 * write its letters in RADIUS as it does in its API: compared letter by letter, a session that runs would be taken for gone. Each router of a
 * site counts by itself, so the name must match, too.
 */
function isRowOf(row: ActiveSession, session: Session): boolean {
  if (row.sessionId !== null) return isSame(row.sessionId, session.sessionId) && isSame(row.user, session.user);
  return (
    row.user === session.user &&
    (session.mac === null || row.mac === session.mac) &&
    (session.address === null || row.address === session.address)
  );
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
