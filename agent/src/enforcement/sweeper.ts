/**
 * Ends what is over. Every few seconds each open session is judged by the same `decide` that let it in; who is turned away
 * now is disconnected, within 60 s of the end and with no hub needed (OFF-IN-TIME).
 */
import type { Timer } from "@karibu/protocol/world";
import type { Disconnector, RejectReason } from "../access/access.ts";
import { type SiteDesk, slotsOf } from "../access/admit.ts";
import { decide } from "../access/decide.ts";
import { nextGrant } from "../access/next-grant.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import {
  afterStep,
  beginEviction,
  type Eviction,
  type EvictionOutcome,
  evictionLimits,
  isAlarming,
  isDoubtful,
  isStale,
  nextStep,
} from "./sweep-policy.ts";

export interface Sweeper {
  start(): void;
  /** Looks at once, after news that may end sessions (a revocation). Resolves when this round's steps are done. */
  sweep(): Promise<void>;
  /** An operator's word: ends this one session, whatever its grant is worth. False: it is not open. */
  kick(sessionKey: string): boolean;
  stop(): void;
  /** Sessions that should be off and are not yet. */
  readonly evicting: number;
}

interface SweeperParts {
  /** Null: RADIUS is not set up here. */
  readonly disconnector: Disconnector | null;
  readonly router: RouterControl | null;
  readonly closeAsLost: (session: Session) => Promise<void>;
  readonly raiseAlarm: RaiseAlarm;
  /** Runs after each round. */
  readonly onRound: () => void;
}

const sweepEveryMs = 5000;
/** How often the router is asked whether silent sessions are still there. */
const lookEveryMs = 60_000;
const atOnceMax = 32;

export function createSweeper(desk: SiteDesk, parts: SweeperParts): Sweeper {
  const { world, state, live } = desk;
  const evictions = new Map<string, Eviction>();
  const busy = new Set<string>();
  const kicked = new Set<string>();
  const cameUpMs = world.clock.monotonicMs();
  let timer: Timer | null = null;
  let stopped = false;
  let unanswered = 0;
  let lastUnansweredMs = 0;
  let lookedMs = Number.NEGATIVE_INFINITY;

  function coaIsSilent(): boolean {
    const sinceMs = world.clock.monotonicMs() - lastUnansweredMs;
    return unanswered >= evictionLimits.silentAfter && sinceMs < evictionLimits.silentForMs;
  }

  /** Why this session may not go on; null: it may. */
  function verdict(session: Session): RejectReason | "kicked" | null {
    if (kicked.has(session.sessionKey)) return "kicked";
    const grant = session.grantId === null ? null : desk.books.grantOf(session.grantId);
    if (grant === null) return session.grantId === null ? null : spentReasonOf(state.spent, session.grantId);
    const slots = slotsOf(desk, grant.grantId);
    // A NAS that tells no MAC: the slot is known by nothing that the session shows.
    const nameless = session.mac === null ? slots.find((slot) => slot.mac === null)?.device : undefined;
    const asking = { device: nameless ?? deviceOfHost(session), mac: session.mac };
    const usage = live.now(grant.grantId, desk.books.interimSeconds);
    const decision = decide(grant, usage, { slots, asking, wish: "stay" }, world.clock.wall());
    return decision.kind === "reject" ? decision.reason : null;
  }

  async function sweep(): Promise<void> {
    const nowMs = world.clock.monotonicMs();
    const due: { session: Session; reason: RejectReason | "kicked" }[] = [];
    const doubtful: Session[] = [];
    for (const session of openSessions(state)) {
      const reason = verdict(session);
      if (reason !== null) due.push({ session, reason });
      else if (isSilent(session, nowMs)) await parts.closeAsLost(session).catch(() => {});
      else if (isDoubtful(heardMs(session), nowMs, desk.books.interimSeconds)) doubtful.push(session);
    }
    const dueKeys = new Set(due.map(({ session }) => session.sessionKey));
    for (const key of evictions.keys()) if (!dueKeys.has(key)) evictions.delete(key);
    for (const key of kicked) if (!state.open.keys.has(key)) kicked.delete(key);
    const list = createListOnce(parts.router);
    await closeForgotten(doubtful, list, nowMs);
    for (let index = 0; index < due.length; index += atOnceMax) {
      await Promise.all(due.slice(index, index + atOnceMax).map(({ session, reason }) => evict(session, reason, list)));
    }
  }

  /** The router rebooted or dropped them, and its Stop was lost: what its own list does not show is not there. */
  async function closeForgotten(doubtful: readonly Session[], list: ListOnce, nowMs: number): Promise<void> {
    if (doubtful.length === 0 || parts.router === null || nowMs - lookedMs < lookEveryMs) return;
    lookedMs = nowMs;
    try {
      const rows = await list();
      const forgotten = doubtful.filter((session) => !rows.some((row) => isRowOf(row, session)));
      await Promise.all(forgotten.map(parts.closeAsLost));
    } catch (error) {
      world.log.warn("router-list-unread", { error: String(error) });
    }
  }

  function heardMs({ sessionKey }: Session): number {
    return live.lastHeardMs(sessionKey) ?? cameUpMs;
  }

  function isSilent(session: Session, nowMs: number): boolean {
    return isStale(heardMs(session), nowMs, live.counters(session).onlineSeconds > 0, desk.books.interimSeconds);
  }

  async function evict(session: Session, reason: RejectReason | "kicked", list: ListOnce): Promise<void> {
    const { sessionKey } = session;
    if (busy.has(sessionKey) || !state.open.keys.has(sessionKey)) return; // or it has ended while others were asked for
    const eviction = evictions.get(sessionKey) ?? beginEviction(world.clock.monotonicMs());
    evictions.set(sessionKey, eviction);
    const router = { hasApi: parts.router !== null, coaIsSilent: coaIsSilent() };
    const step = nextStep(eviction, world.clock.monotonicMs(), router);
    if (step.kind === "wait") return;
    if (eviction.tries === 0) world.log.info("session-over", { session: sessionKey, grant: session.grantId, reason });
    busy.add(sessionKey);
    try {
      if (step.kind === "close-as-lost") return await parts.closeAsLost(session);
      const outcome = await take(step.kind, session, list);
      world.log.debug("session-eviction", { session: sessionKey, step: step.kind, outcome });
      note(session, reason, afterStep(eviction, outcome, world.clock.monotonicMs()));
    } catch (error) {
      world.log.error("eviction-failed", { session: sessionKey, error: String(error) });
    } finally {
      busy.delete(sessionKey);
    }
  }

  function note(session: Session, reason: RejectReason | "kicked", eviction: Eviction): void {
    const alarming = isAlarming(eviction, world.clock.monotonicMs());
    evictions.set(session.sessionKey, alarming ? { ...eviction, alarmed: true } : eviction);
    if (!alarming) return;
    const { sessionKey, nas, grantId } = session;
    parts.raiseAlarm("session-stays", {
      session: sessionKey,
      nas,
      grant: grantId ?? "",
      reason,
      tries: eviction.tries,
    });
  }

  async function take(kind: "disconnect" | "remove", session: Session, list: ListOnce): Promise<EvictionOutcome> {
    if (kind === "remove" && parts.router !== null) return await remove(parts.router, session, list);
    if (parts.disconnector === null) return "failed";
    const { user, sessionId, address, mac } = session;
    try {
      const answer = await parts.disconnector.disconnect({ user, sessionId, address, mac });
      unanswered = answer === "no-answer" ? unanswered + 1 : 0;
      if (answer === "no-answer") lastUnansweredMs = world.clock.monotonicMs();
      return answer;
    } catch (error) {
      world.log.warn("disconnect-failed", { session: session.sessionKey, error: String(error) });
      return "failed";
    }
  }

  async function remove(router: RouterControl, session: Session, list: ListOnce): Promise<EvictionOutcome> {
    try {
      const rows = (await list()).filter((row) => isRowOf(row, session));
      if (!hasMore(session)) await router.removeCookies({ mac: session.mac, user: session.user });
      for (const { id } of rows) await router.removeSession(id);
      return rows.length === 0 ? "not-there" : "removed";
    } catch (error) {
      world.log.warn("router-removal-failed", { session: session.sessionKey, error: String(error) });
      return "failed";
    }
  }

  /** Something else that this device has begins now: its cookie brings it back a moment later, and nobody need tap. */
  function hasMore(session: Session): boolean {
    if (session.mac === null || kicked.has(session.sessionKey)) return false;
    return nextGrant(desk, { device: deviceOfHost(session), mac: session.mac }, session.grantId) !== null;
  }

  function again(): void {
    timer = world.clock.after(sweepEveryMs, () => {
      sweep()
        .catch((error: unknown) => world.log.error("sweep-failed", { error: String(error) }))
        .finally(() => {
          if (stopped) return;
          parts.onRound();
          again();
        });
    });
  }

  return {
    start: again,
    sweep,
    kick(sessionKey) {
      if (!state.open.keys.has(sessionKey)) return false;
      kicked.add(sessionKey);
      void sweep();
      return true;
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
    get evicting() {
      return evictions.size;
    },
  };
}

type RouterRow = Awaited<ReturnType<RouterControl["activeSessions"]>>[number];

/** Hotspot rows tell no Acct-Session-Id: then the name and the host must agree. */
function isRowOf(row: RouterRow, session: Session): boolean {
  if (row.sessionId !== null) return row.sessionId === session.sessionId;
  return (
    row.user === session.user &&
    (session.mac === null || row.mac === session.mac) &&
    (session.address === null || row.address === session.address)
  );
}

type ListOnce = () => ReturnType<RouterControl["activeSessions"]>;

/** One read of the router's list serves a whole round. */
function createListOnce(router: RouterControl | null): ListOnce {
  let list: ReturnType<RouterControl["activeSessions"]> | null = null;
  return () => {
    list ??= router === null ? Promise.resolve([]) : router.activeSessions();
    return list;
  };
}
