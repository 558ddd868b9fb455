/**
 * Turns accounting reports into journal records. A Start or Stop is acknowledged when it is on disk. An interim is acknowledged
 * at once and written within an interval, one record per session, to spare the flash; while the disk refuses, or somebody else writes to the
 * folder, it counts and gets no answer, so that the router tells it again. With an interval of 0 each interim is synced before its reply.
 */
import { Fault } from "@karibu/protocol/fault";
import { newSecret } from "@karibu/protocol/identifiers";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import type { Timer } from "@karibu/protocol/world";
import { aboutSession, type Site } from "../grants/site.ts";
import { normaliseMac } from "../ground/mac-address.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { type Charge, chargeOfRecord, plainCharge, sameCharge } from "../state/charged-usage.ts";
import { type CountersWithBase, sameCounters } from "../state/counters.ts";
import { grantsHeldBy } from "../state/held-grants.ts";
import { hasSeveralRouters, openOfHost } from "../state/open-sessions.ts";
import { afterReport, countedSeconds, heardFirst, type QuietTime } from "../state/quiet-time.ts";
import { type SecondPlace, secondPlaceOf } from "../state/second-place.ts";
import { nasSessionId } from "../state/session.ts";
import { type Session, sessionsOf } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { AccountingReport, Nas } from "./access.ts";
import {
  type Continuation,
  type KnownSession,
  meaningOf,
  type ReportMeaning,
  sameStartMs,
  withinStay,
} from "./accounting-policy.ts";
import type { LogInPace } from "./log-in-pace.ts";
import { hashOfLogInToken, type LogInTokens, logInTokenPrefix } from "./log-in-tokens.ts";
import { createRestartedRouters } from "./restarted-routers.ts";
import { openOfDevice } from "./same-device.ts";
import { chargeNow, hasMovingSpeed } from "./speed/speed-now.ts";

/** Why a session ended for which a Stop with these counters came; null: not by us. */
export type WhyEnded = (session: Session, cause: string, counters: CountersWithBase) => string | null;

/**
 * Closes a session at its last known counters: no Stop will come. `why`: `silent`, `not-listed`, `router-restarted`, `replaced` (the
 * device's next session began), or why it was to end.
 */
export type CloseAsLost = (session: Session, why: string) => Promise<void>;

/** Sessions that their devices left for another server: the router that they began at still has them. */
export interface LeftBehind {
  /** It is to be ended there. Also when it is heard of again. */
  end(session: Session): void;
  /** Its Stop came. */
  ended(sessionKey: string): void;
}

export interface Accounting {
  account(report: AccountingReport): Promise<void> | null;
  nasRestarted(nas: Nas, delaySeconds: number): Promise<void> | null;
  readonly closeAsLost: CloseAsLost;
  /** Writes all waiting interims. */
  flush(): Promise<void>;
  /** A sync happens now anyway: writes the waiting interims with it, if the last flush was half an interval ago. */
  flushWithNextSync(): void;
  stop(): void;
}

/** More than the largest router has. One that makes sessions up would fill the memory, which is shared by many sites where they are hosted. */
const openMax = 20_000;

type Starts = Extract<ReportMeaning, { kind: "starts" }>;
type Ends = Extract<ReportMeaning, { kind: "ends" }>;

export function createAccounting(
  site: Site,
  {
    interimFlushSeconds,
    whyEnded,
    tokens,
    leftBehind,
    router,
    pace,
  }: {
    readonly interimFlushSeconds: number;
    readonly whyEnded: WhyEnded;
    readonly tokens: Pick<LogInTokens, "entered" | "begun">;
    readonly leftBehind: LeftBehind;
    readonly router: Pick<RouterControl, "upForMs"> | null;
    readonly pace: Pick<LogInPace, "began">;
  },
): Accounting {
  const { world, state, catalogue, usage, recorder } = site;
  let flushTimer: Timer | null = null;
  let flushedAtMs = Number.NEGATIVE_INFINITY;
  const restarts = createRestartedRouters(site, { router, closeAsLost });
  /** By NAS: the sessions that its restart closed, while their records were not on disk at the last report of it. */
  const closedByRestart = new Map<string, readonly string[]>();

  function account(report: AccountingReport): Promise<void> | null {
    const known = sessionNamed(report);
    const meaning = meaningOf(known && asKnown(known), report, world.clock.wall().atMs);
    if (known !== null && known.router !== report.router && meaning.kind !== "starts")
      keepUnderAddress(known, report.router);
    if (known?.cause === "moved" && meaning.kind !== "starts") {
      if (report.status === "stop") leftBehind.ended(known.sessionKey);
      else if (report.status === "interim") leftBehind.end(known);
    }
    if (known !== null && meaning.kind !== "starts") return proceed(known, meaning);
    if (meaning.kind !== "starts") return null;
    if (known !== null && meaning.losesOld) void closeAsLost(known, "replaced");
    return start(report, meaning);
  }

  /** The session that its router means; else one that was kept by the router's name, or by an address that it had before. */
  function sessionNamed(report: AccountingReport): Session | null {
    const { nas, router, sessionId } = report;
    const known = sessionUnder(router, sessionId);
    if (known !== null) return known;
    const byName = sessionUnder(nas, sessionId);
    if (byName !== null && byName.router === null && isSameHost(byName, report)) return byName;
    return report.status === "start" ? null : sessionOfOtherAddress(report);
  }

  function sessionUnder(nas: string, sessionId: string): Session | null {
    const key = state.sessions.keyNamed(nasSessionId(nas, sessionId));
    return key === null ? null : (state.sessions.get(key) ?? null);
  }

  /** Rare: the router's address changed, or a Start was lost. (A session whose device went on to another server has "moved".) */
  function sessionOfOtherAddress(report: AccountingReport): Session | null {
    const startedAtMs = world.clock.wall().atMs - (report.delaySeconds + report.sessionSeconds) * 1000;
    for (const key of state.open.keys) {
      const session = state.sessions.get(key);
      if (session === undefined || session.sessionId !== report.sessionId || !isSameHost(session, report)) continue;
      if (Math.abs(session.startedAtMs - startedAtMs) <= sameStartMs) return session;
    }
    return null;
  }

  function keepUnderAddress({ sessionKey, nas }: Session, router: string): void {
    const session = state.sessions.get(sessionKey);
    if (session === undefined || !state.open.keys.has(sessionKey)) return;
    world.log.info("session-router-changed", { session: sessionKey, nas, router });
    recorder.record({ ...usedEvent(sessionKey, session), router }, { about: aboutSession(sessionKey) }).catch(() => {});
  }

  function asKnown(session: Session): KnownSession {
    const { user, mac, startedAtMs, stoppedAtMs, cause } = session;
    const [counters, { heardSeconds }] = [usage.counters(session), usage.quiet(session)];
    const isBeforeRestart = stoppedAtMs !== null && stoppedAtMs <= state.machineAtMs && !hasSeveralRouters(state.open);
    return { user, mac, startedAtMs, stoppedAtMs, cause, counters, heardSeconds, isBeforeRestart };
  }

  function start(report: AccountingReport, meaning: Starts): Promise<void> {
    const { nas, router, sessionId, user, mac, address, service } = report;
    if (state.open.keys.size >= openMax)
      return Promise.reject(new Fault("sessions/full", "too many sessions are open", { retry: "later" }));
    restarts.heard(router, sessionId, meaning.startedAtMs);
    // Also where it is still kept by the router's name.
    const ofHost = [...openOfHost(state.open, report), ...openOfHost(state.open, { ...report, router: null })];
    const nowMs = world.clock.wall().atMs;
    // A start in the future is of a clock that was ahead, before the agent restarted: it was earlier, too.
    const isLater = ({ startedAtMs }: Session) => startedAtMs > meaning.startedAtMs && startedAtMs <= nowMs;
    for (const lost of sessionsOf(state, ofHost)) if (!isLater(lost)) void closeAsLost(lost, "replaced");
    const sessionKey = newSecret(world, 8);
    const about = aboutSession(sessionKey);
    const grantId = grantIdOf(report);
    const tokenHash = user.startsWith(logInTokenPrefix) ? hashOfLogInToken(user) : null;
    const device = tokenHash === null ? null : tokens.entered(tokenHash);
    const redials = service === "pppoe" || service === "ppp";
    const elsewhere = openOfDevice(state, { grantId, mac, device, redials });
    for (const left of elsewhere) if (!isLater(left)) closeAsMoved(left, meaning.startedAtMs);
    const started = recorder.record(
      {
        kind: "session-started",
        sessionKey,
        sessionId,
        nas,
        router,
        grantId,
        user,
        mac,
        address,
        startedAtMs: unixMs(Math.round(meaning.startedAtMs)),
        ...(service === undefined ? {} : { service }),
        ...(device === null ? {} : { device }),
      },
      { about },
    );
    const session = state.sessions.get(sessionKey);
    if (session === undefined) return started; // the journal's queue is full: the NAS asks again
    if (tokenHash !== null) tokens.begun(tokenHash);
    if (grantId !== null) pace.began(grantId, world.clock.monotonicMs());
    usage.report(sessionKey, session, { isWritten: true, quiet: heardFirst(session.onlineSeconds) });
    flushWithNextSync();
    const written = proceed(session, meaning.next) ?? recorder.unsynced(about) ?? started;
    const late = state.sessions.get(sessionKey);
    if (late === undefined || !state.open.keys.has(sessionKey)) return written;
    // Its first word came late: the device had gone on already, elsewhere or at the same host.
    const wentOnMs = Math.min(...elsewhere.filter(isLater).map(({ startedAtMs }) => startedAtMs));
    if (Number.isFinite(wentOnMs)) closeAsMoved(late, wentOnMs);
    else if (sessionsOf(state, ofHost).some(isLater)) void closeAsLost(late, "replaced");
    return written;
  }

  function proceed(session: Session, meaning: { readonly kind: "known" } | Continuation): Promise<void> | null {
    const { sessionKey } = session;
    const about = aboutSession(sessionKey);
    if (meaning.kind === "known") {
      const isOnDisk = isInState(sessionKey, usage.counters(session));
      return recorder.unsynced(about) ?? (isOnDisk ? null : recorder.refusal());
    }
    const quiet = quietAfter(session, meaning.counters);
    const second = session.stoppedAtMs === null ? secondPlaceOf(state, session, quiet) : null;
    if (meaning.kind === "ends") {
      const ends = withoutSecondPlace(session, withoutSilence(session, meaning, quiet), second);
      return end(session, ends, ends.cause === "moved" ? "replaced" : reasonOf(session, ends));
    }
    const counters = countedHere(session, countedOf(session, meaning.counters, quiet), second);
    const taken = take(session, counters, quiet);
    const late = second?.stay === "left" ? state.sessions.get(sessionKey) : undefined;
    if (second !== null && late !== undefined) closeAsMoved(late, second.atMs);
    return taken;
  }

  /** The counters of an interim, to be written now or with the others. */
  function take(session: Session, counters: CountersWithBase, quiet: QuietTime): Promise<void> | null {
    const { sessionKey } = session;
    const about = aboutSession(sessionKey);
    if (sameCounters(counters, session) && session.stoppedAtMs === null) {
      usage.report(sessionKey, counters, { isWritten: true, quiet });
      return recorder.unsynced(about);
    }
    if (interimFlushSeconds === 0 || session.stoppedAtMs !== null) {
      const charge = chargeOf(session);
      const written = recorder.record(usedEvent(sessionKey, counters, charge), { about });
      usage.report(sessionKey, counters, { isWritten: isInState(sessionKey, counters), charge, quiet });
      return written;
    }
    const charge = chargeOf(session);
    writeOtherCharge(session, charge);
    usage.report(sessionKey, counters, { isWritten: false, charge, quiet });
    flushTimer ??= world.clock.after(interimFlushSeconds * 1000, () => void flush());
    return recorder.unsynced(about) ?? recorder.refusal();
  }

  /** Its name came again at another server: until somebody is known to be at each, its time counts there from then on. */
  function countedHere(session: Session, counters: CountersWithBase, second: SecondPlace | null): CountersWithBase {
    if (second === null || second.stay === "stays") return counters;
    const most = Math.max(second.atSeconds, usage.counters(session).onlineSeconds);
    return counters.onlineSeconds <= most ? counters : { ...counters, onlineSeconds: seconds(most) };
  }

  function withoutSecondPlace(session: Session, ends: Ends, second: SecondPlace | null): Ends {
    if (second === null || second.stay === "stays") return ends;
    const counters = countedHere(session, ends.counters, second);
    return { ...ends, counters, stoppedAtMs: second.atMs, cause: "moved" };
  }

  /** Of a session that has ended, its reports say nothing more of its silence. */
  function quietAfter(session: Session, { inputBytes, outputBytes, onlineSeconds }: CountersWithBase): QuietTime {
    const known = usage.counters(session);
    return afterReport(usage.quiet(session), {
      onlineSeconds,
      bytes: inputBytes + outputBytes,
      knownBytes: known.inputBytes + known.outputBytes,
      sent: inputBytes,
      knownSent: known.inputBytes,
    });
  }

  /** A router that ignores Idle-Timeout counts on while a phone sleeps: of that silence the time-out counts, and no more. */
  function countedOf(
    { grantId, stoppedAtMs }: Session,
    counters: CountersWithBase,
    quiet: QuietTime,
  ): CountersWithBase {
    const grant = grantId === null || stoppedAtMs !== null ? null : catalogue.grantOf(grantId);
    const most = countedSeconds(quiet, grant?.terms.idleTimeoutSeconds ?? null);
    return counters.onlineSeconds <= most ? counters : { ...counters, onlineSeconds: seconds(most) };
  }

  /** Its end, where it was silent for longer than its idle time-out: as of a router that ended it then. */
  function withoutSilence(session: Session, ends: Ends, quiet: QuietTime): Ends {
    const counters = countedOf(session, ends.counters, quiet);
    const silentMs = 1000 * (ends.counters.onlineSeconds - counters.onlineSeconds);
    if (silentMs === 0) return ends;
    return { ...ends, counters, stoppedAtMs: ends.stoppedAtMs - silentMs, cause: "idle-timeout" };
  }

  /** Data counts where it is heard: at most one interim of a period's last minutes counts in the next one. */
  function chargeOf({ grantId }: Session): Charge {
    const grant = grantId === null ? null : catalogue.grantOf(grantId);
    return grant === null || !hasMovingSpeed(grant.terms) ? plainCharge : chargeNow(grant.terms, world.clock.wall());
  }

  /** What waits to be written counts against another period than what is heard now, so it is written by itself. */
  function writeOtherCharge({ sessionKey }: Session, now: Charge): void {
    const waiting = usage.unwrittenCharge(sessionKey);
    const session = state.sessions.get(sessionKey);
    if (waiting === null || session === undefined || sameCharge(waiting, now)) return;
    const counters = usage.counters(session);
    recorder.record(usedEvent(sessionKey, counters, waiting), { about: aboutSession(sessionKey) }).catch(() => {}); // the recorder writes it later
    if (isInState(sessionKey, counters)) usage.markWritten(sessionKey);
  }

  function flushWithNextSync(): void {
    if (flushTimer === null) return;
    if (world.clock.monotonicMs() - flushedAtMs >= interimFlushSeconds * 500) void flush();
  }

  /** A late report of a session that has its Stop changes nothing of why it ended. */
  function reasonOf(session: Session, { counters, cause }: Ends): string | null {
    if (session.stoppedAtMs !== null && session.cause === cause) return null;
    return whyEnded(session, cause, counters);
  }

  function end(session: Session, { counters, cause, ...ending }: Ends, why: string | null): Promise<void> {
    const { sessionKey } = session;
    const stoppedAtMs = unixMs(Math.round(ending.stoppedAtMs));
    // Closed by us, at what it had reported; a later report of it counts where it is heard.
    const isUnheard = session.stoppedAtMs === null && (cause === "lost" || cause === "moved");
    const charge = isUnheard ? (usage.unwrittenCharge(sessionKey) ?? plainCharge) : chargeOf(session);
    writeOtherCharge(session, charge);
    const totals = { ...totalsOf(counters), ...chargeOfRecord(charge) };
    const event = { kind: "session-stopped", sessionKey, ...totals, cause, stoppedAtMs } as const;
    const written = recorder.record(why === null ? event : { ...event, why }, { about: aboutSession(sessionKey) });
    if (isInState(sessionKey, counters)) usage.forget(sessionKey);
    flushWithNextSync();
    return written;
  }

  /** False: the journal could not take the record. Then the counters stay in memory until it can. */
  function isInState(sessionKey: string, counters: CountersWithBase): boolean {
    const session = state.sessions.get(sessionKey);
    return session === undefined || sameCounters(session, counters);
  }

  /** The caller may have waited for the disk or the router: a session that ended meanwhile stays as it ended. */
  function closeAsLost(session: Session, why: string): Promise<void> {
    const { sessionKey, startedAtMs } = session;
    if (!state.open.keys.has(sessionKey)) return recorder.unsynced(aboutSession(sessionKey)) ?? Promise.resolve();
    const counters = usage.counters(session);
    const second = why === "silent" ? secondPlaceOf(state, session, usage.quiet(session)) : null;
    if (second !== null && second.stay !== "stays") {
      closeAsMoved(session, second.atMs);
      return recorder.unsynced(aboutSession(sessionKey)) ?? Promise.resolve();
    }
    // The real end is not known: the session was online for at least this long.
    const stoppedAtMs = Math.min(world.clock.wall().atMs, startedAtMs + counters.onlineSeconds * 1000);
    world.log.info("session-lost", { session: sessionKey, nas: session.nas, why });
    const closed = end(session, { kind: "ends", counters, cause: "lost", stoppedAtMs }, why);
    closed.catch(() => {}); // the recorder writes it later
    return closed;
  }

  /** The device began another session at `atMs`, at another server: what is counted here after that counts there already. */
  function closeAsMoved(session: Session, atMs: number): void {
    const counters = usage.counters(session);
    const stay = { ...session, stoppedAtMs: atMs, cause: "moved", counters: session };
    const { sessionSeconds } = withinStay({ sessionSeconds: counters.onlineSeconds }, stay);
    world.log.info("session-moved", { session: session.sessionKey, nas: session.nas });
    const counted = { ...counters, onlineSeconds: sessionSeconds };
    const closed = end(session, { kind: "ends", counters: counted, cause: "moved", stoppedAtMs: atMs }, "replaced");
    closed.catch(() => {}); // the recorder writes it later
    leftBehind.end(session);
  }

  /**
   * Class names the grant, as our accept gave it. One that nobody here gave is another server's: of a proxy on the way, or of the system before, which
   * let the device in. Then, and where the NAS does not repeat Class, the user name names the grant, as it did at the log-in.
   */
  function grantIdOf(report: AccountingReport): string | null {
    const { grantId, otherClasses = [], user, mac } = report;
    if (grantId !== null && state.grants.has(grantId)) return grantId; // nearly always
    if (grantId !== null) return [grantId, ...otherClasses].find(isOurs) ?? grantNamed(user) ?? grantId;
    return grantNamed(user) ?? grantsHeldBy(state, normaliseMac(user) ?? mac ?? "")[0] ?? null;
  }

  function grantNamed(user: string): string | null {
    if (user.startsWith(logInTokenPrefix)) return state.tokens.get(hashOfLogInToken(user))?.grantId ?? null;
    return catalogue.account(user)?.grantId ?? catalogue.voucher(user)?.grant.grantId ?? null;
  }

  function isOurs(grantId: string): boolean {
    const isHere = state.grants.has(grantId) || catalogue.grantOf(grantId) !== null;
    return isHere || spentReasonOf(state.spent, grantId) !== null || catalogue.isPastPeriod(grantId);
  }

  async function flush(): Promise<void> {
    flushTimer?.cancel();
    flushTimer = null;
    flushedAtMs = world.clock.monotonicMs();
    const written = usage.unwritten().map(async ({ session, counters, charge }) => {
      const about = aboutSession(session.sessionKey);
      const durable = recorder.record(usedEvent(session.sessionKey, counters, charge), { about });
      if (isInState(session.sessionKey, counters)) usage.markWritten(session.sessionKey);
      await durable;
    });
    const failed = (await Promise.allSettled(written)).filter(({ status }) => status === "rejected").length;
    if (failed > 0) world.log.error("interims-not-written", { sessions: failed });
  }

  /**
   * A repeated report is acknowledged no sooner than the first: when the closed sessions are on disk. One that was not answered comes again
   * with a delay, after new sessions have begun: these go on.
   */
  function nasRestarted({ name, router: nas }: Nas, delaySeconds: number): Promise<void> | null {
    const nowMs = world.clock.wall().atMs;
    const isOfBefore = ({ startedAtMs }: Session) => startedAtMs <= nowMs - delaySeconds * 1000 || startedAtMs > nowMs;
    const byName = sessionsOf(state, state.open.byNas.get(name) ?? []).filter(({ router }) => router === null);
    const lost = [...sessionsOf(state, state.open.byNas.get(nas) ?? []), ...byName].filter(isOfBefore);
    if (lost.length > 0) world.log.info("nas-restarted", { nas: name, router: nas, sessions: lost.length });
    const closing = lost.map((session) => closeAsLost(session, "router-restarted"));
    const waiting = new Map<string, Promise<void>>();
    for (const key of [...(closedByRestart.get(nas) ?? []), ...lost.map(({ sessionKey }) => sessionKey)]) {
      const unsynced = recorder.unsynced(aboutSession(key));
      if (unsynced !== null) waiting.set(key, unsynced);
    }
    if (waiting.size > 0) closedByRestart.set(nas, [...waiting.keys()]);
    else closedByRestart.delete(nas);
    return closing.length + waiting.size === 0 ? null : Promise.all([...closing, ...waiting.values()]).then(() => {});
  }

  return {
    account,
    nasRestarted,
    closeAsLost,
    flush,
    flushWithNextSync,
    stop() {
      flushTimer?.cancel();
      flushTimer = null;
    },
  };
}

/** The same user on the same device. */
function isSameHost(session: Session, { user, mac }: AccountingReport): boolean {
  return session.user === user && session.mac === mac;
}

function usedEvent(sessionKey: string, counters: CountersWithBase, charge: Charge = plainCharge) {
  return { kind: "session-used", sessionKey, ...totalsOf(counters), ...chargeOfRecord(charge) } as const;
}

/** The counters of a record. It has the base only where there is one. */
function totalsOf({ inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes }: CountersWithBase) {
  if (baseInputBytes + baseOutputBytes === 0) return { inputBytes, outputBytes, onlineSeconds };
  return { inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes };
}
