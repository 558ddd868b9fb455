/** Carries out one eviction step on the router: by RADIUS, or by its API. */
import { nextGrant } from "../access/next-grant.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { ActiveSession, RouterControl } from "../ground/router-control.ts";
import type { Session } from "../state/site-state.ts";
import { type EvictionOutcome, evictionLimits } from "./sweep-policy.ts";

export interface RouterEvictions {
  /** The CoA port did not answer the last disconnects. */
  readonly coaIsSilent: boolean;
  /** `mayReturn`: may the device use its next grant? Then its MAC cookie stays. Never rejects. */
  evict(
    step: "disconnect" | "remove",
    session: Session,
    list: ReadList,
    mayReturn: () => boolean,
  ): Promise<EvictionOutcome>;
}

/** Reads the router's list of sessions. */
export type ReadList = () => Promise<readonly ActiveSession[]>;

/** One read of the router's list serves a whole round. */
export function createSharedList(router: RouterControl | null): ReadList {
  let list: Promise<readonly ActiveSession[]> | null = null;
  return () => {
    list ??= router === null ? Promise.resolve([]) : router.activeSessions();
    return list;
  };
}

export function createRouterEvictions(
  site: Site,
  coa: Pick<DynamicAuthorization, "disconnect"> | null,
  router: RouterControl | null,
): RouterEvictions {
  const { world } = site;
  let unanswered = 0;
  let lastUnansweredMs = 0;

  async function disconnect(session: Session): Promise<EvictionOutcome> {
    if (coa === null) return "failed";
    const { user, sessionId, address, mac } = session;
    try {
      const answer = await coa.disconnect({ user, sessionId, address, mac });
      unanswered = answer === "no-answer" ? unanswered + 1 : 0;
      if (answer === "no-answer") lastUnansweredMs = world.clock.monotonicMs();
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
    mayReturn: () => boolean,
  ): Promise<EvictionOutcome> {
    try {
      const rows = (await list()).filter((row) => isRowOf(row, session));
      if (!mayReturn() || !hasNextGrant(session)) await router.removeCookies({ mac: session.mac, user: session.user });
      for (const { id } of rows) await router.removeSession(id);
      return rows.length === 0 ? "not-there" : "removed";
    } catch (error) {
      world.log.warn("router-removal-failed", { session: session.sessionKey, error: String(error) });
      return "failed";
    }
  }

  /** The device's next grant starts now: its cookie logs it in again without a tap. */
  function hasNextGrant(session: Session): boolean {
    if (session.mac === null) return false;
    return nextGrant(site, { device: deviceOfHost(session), mac: session.mac }, session.grantId) !== null;
  }

  return {
    get coaIsSilent() {
      const sinceMs = world.clock.monotonicMs() - lastUnansweredMs;
      return unanswered >= evictionLimits.silentAfter && sinceMs < evictionLimits.silentForMs;
    },
    evict: (step, session, list, mayReturn) =>
      step === "remove" && router !== null ? remove(router, session, list, mayReturn) : disconnect(session),
  };
}

/** Hotspot rows show no Acct-Session-Id: then the name and the host must match. */
export function isRowOf(row: ActiveSession, session: Session): boolean {
  if (row.sessionId !== null) return row.sessionId === session.sessionId;
  return (
    row.user === session.user &&
    (session.mac === null || row.mac === session.mac) &&
    (session.address === null || row.address === session.address)
  );
}
