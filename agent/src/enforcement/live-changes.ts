/**
 * Brings changed grants to the router while sessions use them: when the hub sends news, and in each round of the sweeper where a grant's
 * speed moves by itself (fair use, hours of the day). What CoA can't do, or the router does not take, waits for the next log-in: a PPP client
 * is disconnected and dials again at once, a hotspot's host is logged in again by the API.
 */

import { Fault } from "@karibu/protocol/fault";
import type { GrantChangeBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import { sleep, type Wall } from "@karibu/protocol/world";
import type { LogInDecision, LogInRequest } from "../access/access.ts";
import { heldNow, withoutPage } from "../access/decide.ts";
import type { LogInTokens } from "../access/log-in-tokens.ts";
import { hasMovingSpeed, speedNow } from "../access/speed/speed-now.ts";
import type { Slot } from "../grants/device-slots.ts";
import { cutOffOf } from "../grants/grant-period.ts";
import { type Site, usageOf } from "../grants/site.ts";
import type { DynamicAuthorization, SpeedLimits } from "../ground/dynamic-authorization.ts";
import type { KnownWays } from "../ground/proved-ways.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { hasSeveralRouters } from "../state/open-sessions.ts";
import { oldSystemsRouter } from "../state/router-address.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import { type LiveChange, liveChange, type SessionLimits } from "./live-change-policy.ts";
import type { Verdicts } from "./verdicts.ts";

export interface LiveChanges {
  /** Notes the present limits of each open session that is not noted yet. */
  note(): void;
  /** Notes the ends of all open sessions again: after a clock correction they have other times without having moved. What a router still has to be told stays. */
  noteAll(): void;
  /**
   * Sends the changes of a session that is held after its end (`held-sessions.ts`), or may be. `isForgotten`: its speed, whatever the router
   * knows. @returns what became of it: `ack`, `none`, or why not
   */
  bring(session: Session, isForgotten: boolean): Promise<string>;
  /** Sends each session's changes to the router. Resolves when the router has answered, or has not. */
  apply(): Promise<void>;
  /** What the log-in told the router: news that come before the session begins, and a speed that moves, make it another than what is due then. */
  noteLogIn(request: Pick<LogInRequest, "user" | "mac" | "service">, decision: LogInDecision): void;
  /** The newest guest who is online with a limited speed, and what the router was told of it. Null: none, or the site has several routers. */
  limitedGuest(): { readonly session: Session; readonly rate: SpeedLimits & { readonly downKbps: number } } | null;
  /** Nobody remembers what this session's router was told: it began before the agent's start, or counted as lost. */
  isForgotten(sessionKey: string): boolean;
  /** Does the router hold less for this session than it is worth now, until the next log-in? */
  keepsOldLimits(sessionKey: string): boolean;
  /** Sends the speeds that have moved, and what a router was away for. Resolves when the router has answered, or has not. */
  follow(): Promise<void>;
}

/** A router that did not take a moved speed, or did not hear, is asked again after so long. */
const againAfterMs = 60_000;
const logInsOfHostMax = 4;
const logInAgainAfterMs = 5000;
/** The site's clock and the hub's may be so far apart. */
const clocksApartMs = 10 * 60_000;
/** Log-ins whose session has not begun yet. */
const logInsKept = 2000;
const isDone = (done: string): boolean => ["ack", "none", "renewed", "redialled"].includes(done);
/** What a log-in told the router: made to limits only where its session begins, since each log-in pays for it. */
interface Told {
  readonly grant: Grant;
  readonly wall: Wall;
  readonly rate: Pick<SessionLimits, "downKbps" | "upKbps" | "burst">;
}
const hostOf = ({ user, mac }: Pick<LogInRequest, "user" | "mac">): string => `${user}\n${mac ?? ""}`;

export function createLiveChanges(
  site: Site,
  parts: {
    readonly coa: DynamicAuthorization | null;
    readonly router: RouterControl | null;
    readonly tokens: LogInTokens;
    readonly verdicts: Pick<Verdicts, "ending" | "goesOn">;
    readonly ways: Pick<KnownWays, "now">;
  },
): LiveChanges {
  const { world, state, catalogue, usage } = site;
  /** By session key: the limits that the router knows. */
  const limitsOfSession = new Map<string, SessionLimits>();
  /** By host: what a log-in told the router, until its session is noted. */
  const toldAtLogIn = new Map<string, Told>();
  /** Sessions whose speed may move, and of which nobody remembers what their router was told. */
  const forgotten = new Set<string>();
  /** When a session may be asked for again whose router did not take its speed. */
  const againMs = new Map<string, number>();
  /** Sessions that nobody could log in again for their new limits. */
  const keepingOld = new Set<string>();
  /** By session key: the change that is on its way to the router. */
  const onItsWay = new Map<string, Promise<unknown>>();
  /** Sessions whose next change waits for its turn. */
  const waiting = new Set<string>();

  /** A router, or the way to it, may take two changes of one session in another order than they were sent: the second waits for the first's answer. */
  async function inTurn<Done>(sessionKey: string, work: () => Promise<Done>): Promise<Done> {
    const before = onItsWay.get(sessionKey);
    const mine = before === undefined ? work() : before.then(work, work);
    onItsWay.set(sessionKey, mine);
    try {
      return await mine;
    } finally {
      if (onItsWay.get(sessionKey) === mine) onItsWay.delete(sessionKey);
    }
  }

  /** As it is worth at the session's router. */
  function grantOf({ grantId, redials }: Session): Grant | null {
    const grant = grantId === null ? null : catalogue.grantOf(grantId);
    return grant === null || redials === true ? grant : withoutPage(grant);
  }

  function note(): void {
    for (const keys of [limitsOfSession, forgotten, againMs, keepingOld])
      for (const key of keys.keys()) if (!state.open.keys.has(key)) keys.delete(key);
    for (const session of openSessions(state)) {
      const { sessionKey } = session;
      if (limitsOfSession.has(sessionKey)) continue;
      const grant = grantOf(session);
      if (grant === null) continue;
      const told = toldAtLogIn.get(hostOf(session));
      toldAtLogIn.delete(hostOf(session));
      if (told !== undefined) {
        limitsOfSession.set(sessionKey, limitsTold(told));
        againMs.set(sessionKey, world.clock.monotonicMs());
        continue;
      }
      // Of one that began before the agent's start, or that counted as lost and was heard of again, nobody remembers what its router was told.
      const now = limitsNow(grant);
      const change = changeIn(session);
      limitsOfSession.set(sessionKey, change === undefined ? now : knownFor(grant, change, now));
      if (change !== undefined) againMs.set(sessionKey, world.clock.monotonicMs());
      if (hasMovingSpeed(grant.terms) || grant.afterEnd !== undefined) forgotten.add(sessionKey);
    }
  }

  /** What staff changed of its grant since it began: its log-in did not tell the router of that. */
  function changeIn({ grantId, startedAtMs }: Session): GrantChangeBody | undefined {
    const change = catalogue.changeOf(grantId ?? "");
    return startedAtMs <= (change?.changedAtMs ?? 0) + clocksApartMs ? change : undefined;
  }

  const limitsNow = (grant: Grant): SessionLimits => limitsOf(site, grant, world.clock.wall());

  function limitsTold({ grant, wall, rate: { downKbps, upKbps, burst } }: Told): SessionLimits {
    return { ...limitsOf(site, grant, wall), downKbps, upKbps, burst };
  }

  /** The speed of one session, where it has moved. What the router did not take is tried again. */
  async function followOne(session: Session, grant: Grant): Promise<void> {
    const { sessionKey } = session;
    const known = limitsOfSession.get(sessionKey);
    if (known === undefined || (againMs.get(sessionKey) ?? 0) > world.clock.monotonicMs()) return;
    const isForgotten = forgotten.delete(sessionKey);
    const now = limitsNow(grant);
    const isUnlimited = now.downKbps === null && now.upKbps === null;
    const done = await heard(isForgotten && !isUnlimited ? sendSpeed(session, now) : change(session, grant, known));
    if (isDone(done)) return void againMs.delete(sessionKey);
    if (await redial(session)) return;
    againMs.set(sessionKey, world.clock.monotonicMs() + againAfterMs);
    if (isForgotten) forgotten.add(sessionKey);
    else limitsOfSession.set(sessionKey, known);
  }

  /** What the router did not hear is sent later. What it refused waits for the next log-in. */
  async function changeOrLater(session: Session): Promise<void> {
    const { sessionKey } = session;
    const known = limitsOfSession.get(sessionKey);
    const grant = grantOf(session);
    if (known === undefined || grant === null || grant.revokedAtMs !== null || !state.open.keys.has(sessionKey)) return;
    const done = await heard(change(session, grant, known));
    if (done !== "no-answer") return void againMs.delete(sessionKey);
    limitsOfSession.set(sessionKey, known);
    againMs.set(sessionKey, world.clock.monotonicMs() + againAfterMs);
  }

  /** An API that fails has not heard. */
  function heard(sent: Promise<string>): Promise<string> {
    return sent.catch((error: unknown) => {
      world.log.warn("live-change-failed", { error: String(error) });
      return "no-answer";
    });
  }

  async function sendSpeed(session: Session, now: SessionLimits): Promise<string> {
    const { downKbps, upKbps, burst } = now;
    const known = limitsOfSession.get(session.sessionKey) ?? now;
    limitsOfSession.set(session.sessionKey, { ...known, downKbps, upKbps, burst });
    return await sendChange(session, { kind: "change", rate: { downKbps, upKbps, burst }, sessionSeconds: null });
  }

  /** A PPP client dials again at once, and gets by the log-in what it is worth now. False: it can't, or the router does not listen. */
  async function redial(session: Session): Promise<boolean> {
    if (session.redials !== true || parts.coa === null) return false;
    parts.verdicts.ending(session.sessionKey, "new-limits");
    const isOver = (await parts.coa.disconnect(session)) === "ack";
    // Its Stop would have come by now.
    if (!isOver) parts.verdicts.goesOn(session.sessionKey);
    return isOver;
  }

  async function change(session: Session, grant: Grant, known: SessionLimits): Promise<string> {
    const now = limitsNow(grant);
    const { startedAtMs } = session;
    const onlineSeconds = usage.reported(grant.grantId).onlineSeconds - usage.counters(session).onlineSeconds;
    const step = liveChange(known, now, { startedAtMs, secondsBeside: Math.max(0, onlineSeconds) });
    limitsOfSession.set(session.sessionKey, now);
    if (step.kind === "none") return "none";
    if (step.kind === "re-log-in") {
      const done = await renew(false);
      if (!isDone(done)) keepingOld.add(session.sessionKey);
      return done;
    }
    // A router that is not the API's has no other way.
    const canRenew = parts.router !== null && !hasSeveralRouters(state.open);
    if (canRenew && !parts.ways.now().changes) return await renew(true);
    const done = await sendChange(session, step);
    world.log.info("session-changed", { session: session.sessionKey, by: step.kind, done });
    if (done === "ack" || !canRenew) return done;
    // The router heard and said no, or did not hear: the customer has what they paid for all the same.
    const renewed = await renew(true);
    return done === "no-answer" && !isDone(renewed) ? done : renewed;

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

  /** Its session is gone already: a router that is slow or cuts the API for a moment must not leave it off. The log-in serves its host for minutes. */
  async function logInHost(router: RouterControl, host: Parameters<RouterControl["logIn"]>[0]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await router.logIn(host);
      } catch (error) {
        if (tries === logInsOfHostMax) throw error;
        world.log.warn("log-in-again-failed", { tries, error: String(error) });
      }
      await sleep(world.clock, logInAgainAfterMs);
    }
  }

  /** Removes the session and logs the host in again with a fresh one-time log-in. Without the API the old limits hold. */
  async function logInAgain(
    { sessionKey, user, mac, address, ...rest }: Session,
    grant: Grant,
    isHotspotOnly: boolean,
  ): Promise<string> {
    const { router, tokens } = parts;
    if (grant.afterEnd === undefined && (await redial({ sessionKey, user, mac, address, ...rest }))) return "redialled";
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
    const slot = slotOfMac(state.slots.get(grant.grantId) ?? [], mac);
    if (slot === undefined) return "no-slot";
    // Who loses the place before the log-in comes gets none back by it.
    const secret = tokens.issue({ grantId: grant.grantId, device: slot.device, mac, address, hadPlace: true });
    parts.verdicts.ending(sessionKey, "new-limits");
    await router.removeSession(row).catch((error: unknown) => {
      if (error instanceof Fault && error.code === "router-api/trap") {
        parts.verdicts.goesOn(sessionKey);
        throw error;
      }
      // Nobody knows whether it is gone. A router that has the host online still refuses the log-in.
    });
    await logInHost(router, { user: secret, password: secret, address, mac });
    return "renewed";
  }

  async function bring(session: Session, isForgotten: boolean): Promise<string> {
    const known = limitsOfSession.get(session.sessionKey);
    const grant = grantOf(session);
    if (grant === null) return "not-known";
    const isUnsure = forgotten.delete(session.sessionKey) || isForgotten;
    if (!isUnsure && known !== undefined) return await change(session, grant, known);
    const now = limitsNow(grant);
    if (known === undefined) limitsOfSession.set(session.sessionKey, now);
    // CoA can't say "no limit", and it was told so, or the customer will dial again some day.
    if (now.downKbps === null && now.upKbps === null) return "none";
    return await sendSpeed(session, now);
  }

  return {
    note,
    noteAll() {
      for (const session of openSessions(state)) {
        const grant = grantOf(session);
        const known = limitsOfSession.get(session.sessionKey);
        if (grant === null || known === undefined) continue;
        const isOwed = againMs.has(session.sessionKey);
        limitsOfSession.set(session.sessionKey, withEndOf(known, limitsNow(grant), isOwed));
      }
      note();
    },
    limitedGuest() {
      if (hasSeveralRouters(state.open)) return null;
      for (const session of openSessions(state).toReversed()) {
        if (session.router === oldSystemsRouter) continue;
        const known = session.redials === true ? undefined : limitsOfSession.get(session.sessionKey);
        if (known === undefined || known.downKbps === null) continue;
        return { session, rate: { downKbps: known.downKbps, upKbps: known.upKbps, burst: known.burst } };
      }
      return null;
    },
    isForgotten: (sessionKey) => forgotten.has(sessionKey),
    keepsOldLimits: (sessionKey) => keepingOld.has(sessionKey),
    bring: (session, isForgotten) => inTurn(session.sessionKey, () => bring(session, isForgotten)),
    async apply() {
      note();
      const changes = openSessions(state).map(async (session) => {
        if (grantOf(session)?.afterEnd !== undefined) return; // `held-sessions.ts` has more to do for it
        const { sessionKey } = session;
        if (waiting.has(sessionKey)) return; // it sends what holds when its turn comes
        waiting.add(sessionKey);
        await inTurn(sessionKey, () => {
          waiting.delete(sessionKey);
          return changeOrLater(session);
        });
      });
      await Promise.all(changes);
    },
    noteLogIn(request, decision) {
      if (decision.kind !== "accept") return;
      const known = catalogue.grantOf(decision.grantId);
      if (known === null) return;
      const grant = known.afterEnd === undefined || request.service === "ppp" ? known : withoutPage(known);
      const host = hostOf(request);
      toldAtLogIn.delete(host);
      if (toldAtLogIn.size >= logInsKept) toldAtLogIn.delete(toldAtLogIn.keys().next().value as string);
      toldAtLogIn.set(host, { grant, wall: world.clock.wall(), rate: decision.limits });
    },
    async follow() {
      note();
      const moved = openSessions(state).map(async (session) => {
        const grant = grantOf(session);
        // `held-sessions.ts` follows those with something after their end.
        if (grant === null || grant.revokedAtMs !== null || grant.afterEnd !== undefined) return;
        const { sessionKey } = session;
        if (onItsWay.has(sessionKey)) return; // the next round sees what became of it
        const dueMs = againMs.get(sessionKey) ?? Number.POSITIVE_INFINITY;
        if (hasMovingSpeed(grant.terms)) await inTurn(sessionKey, () => followOne(session, grant));
        else if (dueMs <= world.clock.monotonicMs()) await inTurn(sessionKey, () => changeOrLater(session));
      });
      for (const result of await Promise.allSettled(moved)) {
        if (result.status === "rejected") world.log.warn("live-change-failed", { error: String(result.reason) });
      }
    },
  };
}

/** A place that names another device is not taken. Where no MAC can tell, the only place that there is. */
function slotOfMac<Known extends Pick<Slot, "mac">>(slots: readonly Known[], mac: string | null): Known | undefined {
  const [only, ...others] = slots;
  const isUnnamed = others.length === 0 && only !== undefined && (mac === null || only.mac === null);
  return slots.find((slot) => slot.mac === mac) ?? (isUnnamed ? only : undefined);
}

/** `isOwed`: the router has not taken the last change. It is told the end once more, whether or not that was what it did not take. */
function withEndOf(known: SessionLimits, { endsAtMs }: SessionLimits, isOwed: boolean): SessionLimits {
  if (!isOwed || known.endsAtMs === null) return { ...known, endsAtMs };
  return { ...known, endsAtMs: endsAtMs === null ? known.endsAtMs : Math.min(known.endsAtMs, endsAtMs - 1) };
}

/**
 * Of a session of which nobody remembers what its router was told, and whose grant staff changed: what the router knows for certain. The change may have
 * come in the last moment, so it is told once more.
 */
function knownFor({ given }: Grant, { downKbps, upKbps }: GrantChangeBody, now: SessionLimits): SessionLimits {
  const without = (limit: number | null, more = 0) => (limit === null ? null : limit - more);
  return {
    ...now,
    ...((downKbps ?? upKbps) === undefined ? {} : { downKbps: null, upKbps: null }),
    endsAtMs: without(now.endsAtMs, 1000 * (given?.seconds ?? 0)),
    useSeconds: without(now.useSeconds, given?.useSeconds),
    dataBytes: without(now.dataBytes, given?.dataBytes),
  };
}

/** Who is held after the end keeps the session, so the router was told no end. */
function limitsOf(site: Site, grant: Grant, wall: Wall): SessionLimits {
  const { afterEnd, terms } = grant;
  const { useSeconds } = terms;
  const { downKbps, upKbps, burst, isFree } = hasMovingSpeed(terms)
    ? speedNow(terms, usageOf(site, grant), wall)
    : { ...terms, isFree: false };
  const dataBytes = isFree ? null : terms.dataBytes;
  if (afterEnd === undefined)
    return { downKbps, upKbps, burst, dataBytes, useSeconds, endsAtMs: cutOffOf(grant, wall.atMs) };
  const isHeld = heldNow(grant, wall) !== null;
  const rate = isHeld ? { ...afterEnd, burst: null } : { downKbps, upKbps, burst };
  return {
    downKbps: rate.downKbps,
    upKbps: rate.upKbps,
    burst: rate.burst,
    dataBytes,
    useSeconds,
    endsAtMs: null,
  };
}
