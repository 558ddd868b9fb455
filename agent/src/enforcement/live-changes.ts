/** Brings changed grants to the router while sessions use them. Runs when the hub sends news, not for every packet. */
import type { Grant } from "@karibu/protocol/grant";
import type { Wall } from "@karibu/protocol/world";
import { heldNow } from "../access/decide.ts";
import type { LogInTokens } from "../access/log-in-tokens.ts";
import { cutOffOf } from "../grants/grant-period.ts";
import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { KnownWays } from "../ground/proved-ways.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import { type LiveChange, liveChange, type SessionLimits } from "./live-change-policy.ts";
import type { Verdicts } from "./verdicts.ts";

export interface LiveChanges {
  /** Notes the present limits of each open session that is not noted yet. */
  note(): void;
  /** Notes the limits of all open sessions again: after a clock correction the ends have other times without having moved. */
  noteAll(): void;
  /**
   * Sends the changes of a session that is held after its end (`held-sessions.ts`), or may be. `isForgotten`: its speed, whatever the router
   * knows. @returns what became of it: `ack`, `none`, or why not
   */
  bring(session: Session, isForgotten: boolean): Promise<string>;
  /** Sends each session's changes to the router. Resolves when the router has answered, or has not. */
  apply(): Promise<void>;
}

export function createLiveChanges(
  { world, state, catalogue }: Site,
  parts: {
    readonly coa: Pick<DynamicAuthorization, "change"> | null;
    readonly router: RouterControl | null;
    readonly tokens: LogInTokens;
    readonly verdicts: Pick<Verdicts, "ending">;
    readonly ways: Pick<KnownWays, "now">;
  },
): LiveChanges {
  /** By session key: the limits that the router knows. */
  const limitsOfSession = new Map<string, SessionLimits>();

  function grantOf({ grantId }: Session): Grant | null {
    return grantId === null ? null : catalogue.grantOf(grantId);
  }

  function note(): void {
    for (const key of limitsOfSession.keys()) if (!state.open.keys.has(key)) limitsOfSession.delete(key);
    for (const session of openSessions(state)) {
      if (limitsOfSession.has(session.sessionKey)) continue;
      const grant = grantOf(session);
      if (grant !== null) limitsOfSession.set(session.sessionKey, limitsOf(grant, world.clock.wall()));
    }
  }

  async function change(session: Session, grant: Grant, known: SessionLimits): Promise<string> {
    const now = limitsOf(grant, world.clock.wall());
    const step = liveChange(known, now, session.startedAtMs);
    limitsOfSession.set(session.sessionKey, now);
    if (step.kind === "none") return "none";
    if (step.kind === "re-log-in") return await renew(false);
    // A router that is not the API's has no other way.
    const canRenew = parts.router !== null && state.open.byNas.size <= 1;
    if (canRenew && !parts.ways.now().changes) return await renew(true);
    const done = await sendChange(session, step);
    world.log.info("session-changed", { session: session.sessionKey, by: step.kind, done });
    if (done === "ack" || !canRenew) return done;
    // The router heard and said no, or did not hear: the customer has what they paid for all the same.
    return await renew(true);

    async function renew(isHotspotOnly: boolean): Promise<string> {
      const renewed = await logInAgain(session, grant, isHotspotOnly);
      world.log.info("session-changed", { session: session.sessionKey, by: "re-log-in", done: renewed });
      return renewed;
    }
  }

  async function sendChange(session: Session, step: Extract<LiveChange, { kind: "change" }>): Promise<string> {
    if (parts.coa === null) return "no-coa";
    const { rate, sessionSeconds } = step;
    return await parts.coa.change(session, {
      ...(rate === null ? {} : { rate }),
      ...(sessionSeconds === null ? {} : { sessionSeconds }),
    });
  }

  /** Removes the session and logs the host in again with a fresh one-time log-in. Without the API the old limits hold. */
  async function logInAgain(
    { sessionKey, user, mac, address }: Session,
    grant: Grant,
    isHotspotOnly: boolean,
  ): Promise<string> {
    const { router, tokens } = parts;
    // A tunnel's client dials again by itself.
    if (grant.afterEnd !== undefined) return "needs-log-in";
    if (router === null || address === null) return "at-next-log-in";
    const row = (await router.activeSessions()).find(
      (active) =>
        active.user === user &&
        active.address === address &&
        (mac === null || active.mac === mac) &&
        // A tunnel's client would have to dial again for another speed: it keeps the old one until it does.
        (!isHotspotOnly || active.sessionId === null),
    );
    if (row === undefined) return "not-there";
    const slots = state.slots.get(grant.grantId) ?? [];
    const device = slots.find((slot) => slot.mac === mac)?.device ?? slots[0]?.device;
    if (device === undefined) return "no-slot";
    const secret = tokens.issue({ grantId: grant.grantId, device, mac, address });
    parts.verdicts.ending(sessionKey, "new-limits");
    await router.removeSession(row.id);
    await router.logIn({ user: secret, password: secret, address, mac });
    return "renewed";
  }

  return {
    note,
    noteAll() {
      limitsOfSession.clear();
      note();
    },
    async bring(session, isForgotten) {
      const known = limitsOfSession.get(session.sessionKey);
      const grant = grantOf(session);
      if (grant === null) return "not-known";
      const now = limitsOf(grant, world.clock.wall());
      const { downKbps, upKbps, burst } = now;
      if (!isForgotten && known !== undefined) return await change(session, grant, known);
      limitsOfSession.set(session.sessionKey, now);
      // CoA can't say "no limit", and it was told so, or the customer will dial again some day.
      if (downKbps === null && upKbps === null) return "none";
      return await sendChange(session, { kind: "change", rate: { downKbps, upKbps, burst }, sessionSeconds: null });
    },
    async apply() {
      const changes = openSessions(state).map(async (session) => {
        const known = limitsOfSession.get(session.sessionKey);
        const grant = grantOf(session);
        if (known === undefined || grant === null || grant.revokedAtMs !== null) return;
        if (grant.afterEnd !== undefined) return; // `held-sessions.ts` has more to do for it
        await change(session, grant, known);
      });
      for (const result of await Promise.allSettled(changes)) {
        if (result.status === "rejected") world.log.warn("live-change-failed", { error: String(result.reason) });
      }
      note();
    },
  };
}

/** Who is held after the end keeps the session, so the router was told no end. */
function limitsOf(grant: Grant, wall: Wall): SessionLimits {
  const { downKbps, upKbps, burst, dataBytes, useSeconds } = grant.terms;
  const { afterEnd } = grant;
  if (afterEnd === undefined)
    return { downKbps, upKbps, burst, dataBytes, useSeconds, endsAtMs: cutOffOf(grant, wall.atMs) };
  const isHeld = heldNow(grant, wall) !== null;
  const rate = isHeld ? { ...afterEnd, burst: null } : { downKbps, upKbps, burst };
  return {
    ...{ downKbps: rate.downKbps, upKbps: rate.upKbps, burst: rate.burst },
    dataBytes,
    useSeconds,
    endsAtMs: null,
  };
}
