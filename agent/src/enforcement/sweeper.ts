/**
 * Ends sessions that are over. Every few seconds, while any is open, the sweeper asks `decide` about each, with the function that
 * admitted it. At a site where nobody is, and nothing is under way, it rests until something is recorded.
 * A rejected session is disconnected within 60 s of its end, with no hub needed (OFF-IN-TIME).
 */
import type { Timer } from "@karibu/protocol/world";
import type { CloseAsLost } from "../access/accounting.ts";
import type { Site } from "../grants/site.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import { type CookieRule, createSharedList, type ReadList, type RouterEvictions } from "./evict-session.ts";
import {
  afterReport,
  afterStep,
  beginEviction,
  type Eviction,
  isAlarming,
  isDoubtful,
  isStale,
  nextStep,
} from "./sweep-policy.ts";
import type { KickReason, Verdict, Verdicts } from "./verdicts.ts";

export interface Sweeper {
  start(): void;
  /** Sweeps at once, after news that may end sessions (a revocation). Resolves when this round's steps are done. */
  sweep(): Promise<void>;
  /** Ends one session because somebody asked for it, also when its grant is valid. False: the session is not open. */
  kick(sessionKey: string, why: KickReason): boolean;
  /** Something was recorded: a session may be open. */
  wake(): void;
  stop(): void;
  /** Sessions that should be off and are not yet. */
  readonly evicting: number;
}

interface SweeperParts {
  readonly router: RouterControl | null;
  readonly verdicts: Verdicts;
  readonly closeAsLost: CloseAsLost;
  readonly raiseAlarm: RaiseAlarm;
  readonly evictions: RouterEvictions;
  /** Runs after each round. */
  readonly onRound: () => void;
  /** Has what runs after a round more to do, though no session is open? */
  readonly hasMore: () => boolean;
}

const sweepEveryMs = 5000;
/** How often the router is asked whether silent sessions are still there. */
const listEveryMs = 60_000;
const evictionsAtOnce = 32;
/** How long a session that was closed on its router's word is remembered. */
const deniedForMs = 3_600_000;

const sentAway: ReadonlySet<Verdict> = new Set(["kicked", "passed-on", "taken-off", "new-limits", "too-many-devices"]);

/** A phone that slept comes back without typing; who was sent away does not. */
function cookieRule(verdict: Verdict): CookieRule {
  if (verdict === "idle-timeout") return "leave";
  return sentAway.has(verdict) ? "remove-first" : "keep-for-next";
}

export function createSweeper(site: Site, parts: SweeperParts): Sweeper {
  const { world, state, catalogue, usage } = site;
  const { verdicts } = parts;
  const evictions = new Map<string, Eviction>();
  const busy = new Set<string>();
  /** Sessions that were closed on their router's word alone: since when they were to be off. */
  const denied = new Map<string, number>();
  const router = parts.evictions;
  const startedMs = world.clock.monotonicMs();
  let timer: Timer | null = null;
  let isStarted = false;
  let stopped = false;
  let listedMs = Number.NEGATIVE_INFINITY;

  async function sweep(): Promise<void> {
    const nowMs = world.clock.monotonicMs();
    const due: { session: Session; verdict: Verdict }[] = [];
    const doubtful: Session[] = [];
    /** Written while others are ended: a disk that is slow, or hangs, keeps nobody online. */
    const closing: Promise<void>[] = [];
    for (const session of openSessions(state)) {
      const verdict = verdicts.of(session);
      if (verdict !== null) due.push({ session, verdict });
      else if (isSilent(session, nowMs)) closing.push(parts.closeAsLost(session, "silent").catch(() => {}));
      else if (isDoubtful(reportedMs(session), nowMs, catalogue.interimSeconds)) doubtful.push(session);
    }
    const dueKeys = new Set(due.map(({ session }) => session.sessionKey));
    for (const key of evictions.keys()) if (!dueKeys.has(key)) evictions.delete(key);
    verdicts.forgetClosed();
    for (const [key, sinceMs] of denied) if (nowMs - sinceMs > deniedForMs) denied.delete(key);
    for (const { session, verdict } of due) raiseAlarmIfLate(session, verdict);
    const list = createSharedList(world, parts.router);
    closing.push(closeForgotten(doubtful, list, nowMs));
    for (let index = 0; index < due.length; index += evictionsAtOnce) {
      const some = due.slice(index, index + evictionsAtOnce);
      await Promise.all(some.map(({ session }) => evict(session, list)));
    }
    await Promise.all(closing);
  }

  /** Closes the doubtful sessions that the router's list does not show: it rebooted or dropped them, and the Stop was lost. */
  async function closeForgotten(doubtful: readonly Session[], list: ReadList, nowMs: number): Promise<void> {
    if (doubtful.length === 0 || parts.router === null || nowMs - listedMs < listEveryMs) return;
    listedMs = nowMs;
    try {
      await Promise.all(
        (await router.goneOf(doubtful, list)).map((session) => parts.closeAsLost(session, "not-listed")),
      );
    } catch (error) {
      world.log.warn("router-list-unread", { error: String(error) });
    }
  }

  function reportedMs({ sessionKey }: Session): number {
    return usage.lastReportMs(sessionKey) ?? startedMs;
  }

  function isSilent(session: Session, nowMs: number): boolean {
    const hasReported = usage.counters(session).onlineSeconds > 0;
    return isStale(reportedMs(session), nowMs, hasReported, catalogue.interimSeconds);
  }

  async function evict(session: Session, list: ReadList): Promise<void> {
    const { sessionKey } = session;
    if (busy.has(sessionKey)) return;
    busy.add(sessionKey);
    try {
      while (await takeStep(session, list)); // the other way may be due at once
    } catch (error) {
      world.log.error("eviction-failed", { session: sessionKey, error: String(error) });
    } finally {
      busy.delete(sessionKey);
    }
  }

  /** False: nothing is due now. A round of many takes its time, and so does a router: what is worth something again meanwhile stays online. */
  async function takeStep(session: Session, list: ReadList): Promise<boolean> {
    const { sessionKey } = session;
    if (!state.open.keys.has(sessionKey)) return false; // it ended during earlier steps
    const verdict = verdicts.of(session);
    if (verdict === null) return false;
    const nowMs = world.clock.monotonicMs();
    const eviction = evictionOf(session);
    const cookie = cookieRule(verdict);
    const step = nextStep(eviction, nowMs, {
      hasApi: parts.router !== null,
      coaIsSilent: router.isCoaSilent(session),
      keepsCookie: cookie === "leave",
    });
    if (step.kind === "wait") return false;
    // The list may take seconds. That it failed is told where it is used.
    if (step.kind === "remove") await list().catch(() => {});
    if (!state.open.keys.has(sessionKey) || verdicts.of(session) === null) return false;
    if (eviction.tries === 0)
      world.log.info("session-over", { session: sessionKey, grant: session.grantId, reason: verdict });
    if (step.kind === "close-as-lost") {
      denied.set(sessionKey, eviction.sinceMs);
      await parts.closeAsLost(session, verdict);
      return false;
    }
    verdicts.ending(sessionKey, verdict);
    const outcome = await router.evict(step.kind, session, list, cookie);
    world.log.debug("session-eviction", { session: sessionKey, step: step.kind, outcome });
    const after = afterStep(evictionOf(session), outcome, world.clock.monotonicMs());
    evictions.set(sessionKey, after);
    // Nobody can end what reports no more, and the operator has heard of it. It was tried once more before: the router may listen again.
    if (!after.alarmed || !isSilent(session, nowMs)) return true;
    await parts.closeAsLost(session, verdict);
    return false;
  }

  /** How far it has come; begins now if it has not begun. */
  function evictionOf(session: Session): Eviction {
    const { sessionKey } = session;
    const begun = evictions.get(sessionKey) ?? beginEviction(world.clock.monotonicMs(), denied.get(sessionKey) ?? null);
    const eviction = afterReport(begun, reportedMs(session));
    evictions.set(sessionKey, eviction);
    return eviction;
  }

  /** Looked at in each round, whether a step is under way or not: a slow router must not delay the operator's alarm. */
  function raiseAlarmIfLate(session: Session, verdict: Verdict): void {
    const eviction = evictionOf(session);
    if (!isAlarming(eviction, world.clock.monotonicMs())) return;
    evictions.set(session.sessionKey, { ...eviction, alarmed: true });
    const { sessionKey, nas, grantId } = session;
    const { tries } = eviction;
    parts.raiseAlarm("session-stays", { session: sessionKey, nas, grant: grantId ?? "", reason: verdict, tries });
  }

  /** A round does not wait for the one before: a router that is slow with one session must not keep the others online. */
  function scheduleNext(): void {
    if (!isStarted || stopped || timer !== null) return;
    timer = world.clock.after(sweepEveryMs, () => {
      timer = null;
      // As the round before left it: this one is the last where there is nothing.
      if (isAnyThere() || parts.hasMore()) scheduleNext();
      sweep()
        .catch((error: unknown) => world.log.error("sweep-failed", { error: String(error) }))
        .finally(() => {
          if (stopped) return;
          if (isAnyThere()) scheduleNext();
          parts.onRound();
        });
    });
  }

  const isAnyThere = (): boolean => state.open.keys.size > 0 || evictions.size > 0 || busy.size > 0;

  return {
    start() {
      isStarted = true;
      scheduleNext();
    },
    wake: scheduleNext,
    sweep,
    kick(sessionKey, why) {
      if (!state.open.keys.has(sessionKey)) return false;
      verdicts.kick(sessionKey, why);
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
