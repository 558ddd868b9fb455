/**
 * Accounting reports into journal records. Starts and stops are acknowledged when they are on disk. Interims are
 * acknowledged at once and wait for an interval at most (flash is not a disk), so that a session's are written once in it; or,
 * with an interval of 0, synced one by one before their replies.
 */

import { newSecret } from "@karibu/protocol/identifiers";
import { unixMs } from "@karibu/protocol/quantities";
import type { Timer } from "@karibu/protocol/world";
import { hashOfLogInToken, normaliseMac } from "../grants/device-keys.ts";
import { type CountersWithBase, sameCounters } from "../state/counters.ts";
import { grantsHeldBy } from "../state/held-grants.ts";
import { openBeforeReboot, openOfHost } from "../state/open-sessions.ts";
import { nasSessionId } from "../state/session-fold.ts";
import { type Session, sessionsOf } from "../state/site-state.ts";
import type { AccountingReport } from "./access.ts";
import { type KnownSession, meaningOf, type ReportMeaning } from "./accounting-policy.ts";
import { aboutSession, type SiteDesk } from "./admit.ts";
import { logInTokenPrefix } from "./log-in-tokens.ts";

export interface Accounting {
  account(report: AccountingReport): Promise<void> | null;
  nasRestarted(nas: string): Promise<void> | null;
  /** No Stop will come any more: closes a session at its last known counters. */
  closeAsLost(session: Session): Promise<void>;
  /** Writes all interims that wait. */
  flush(): Promise<void>;
  /** Something is synced in this turn anyway: what waits goes along, if the last time was half an interval ago. */
  takeAlong(): void;
  stop(): void;
}

export function createAccounting(desk: SiteDesk, interimFlushSeconds: number): Accounting {
  const { world, state, live, recorder } = desk;
  let flushTimer: Timer | null = null;
  let flushedAtMs = Number.NEGATIVE_INFINITY;
  /** Keys of what a NAS' restart closed, for as long as it was not on disk when that was last told. */
  const closedByRestart = new Map<string, readonly string[]>();

  function account(report: AccountingReport): Promise<void> | null {
    const known = sessionNamed(report);
    const meaning = meaningOf(known && asKnown(known), report, world.clock.wall().atMs);
    if (known !== null && meaning.kind !== "begins") return goOn(known, meaning);
    if (meaning.kind !== "begins") return null;
    if (known !== null && meaning.losesOld) void closeAsLost(known);
    return begin(report, meaning);
  }

  function sessionNamed({ nas, sessionId }: AccountingReport): Session | null {
    const key = state.byNasSessionId.get(nasSessionId(nas, sessionId));
    return key === undefined ? null : (state.sessions.get(key) ?? null);
  }

  function asKnown(session: Session): KnownSession {
    const { user, mac, startedAtMs, stoppedAtMs, cause } = session;
    return { user, mac, startedAtMs, stoppedAtMs, cause, counters: live.counters(session) };
  }

  function begin(report: AccountingReport, meaning: Extract<ReportMeaning, { kind: "begins" }>): Promise<void> {
    const { nas, sessionId, user, mac, address } = report;
    const rebooted = openBeforeReboot(state.open, nas, sessionId);
    const ofHost = openOfHost(state.open, report);
    if (rebooted.length + ofHost.length > 0) {
      for (const lost of sessionsOf(state, new Set([...rebooted, ...ofHost]))) void closeAsLost(lost);
    }
    const sessionKey = newSecret(world, 8);
    const started = recorder.record(
      {
        kind: "session-started",
        sessionKey,
        sessionId,
        nas,
        grantId: report.grantId ?? grantIdOf(report),
        user,
        mac,
        address,
        startedAtMs: unixMs(Math.round(meaning.startedAtMs)),
      },
      aboutSession(sessionKey),
    );
    const session = state.sessions.get(sessionKey);
    if (session === undefined) return started; // the journal takes nothing more: the NAS asks again
    live.heard(sessionKey, session, true);
    takeAlong();
    return goOn(session, meaning.goesOn) ?? recorder.settled(aboutSession(sessionKey)) ?? started;
  }

  function goOn(session: Session, meaning: Exclude<ReportMeaning, { kind: "begins" }>): Promise<void> | null {
    const { sessionKey } = session;
    if (meaning.kind === "known") return recorder.settled(aboutSession(sessionKey));
    if (meaning.kind === "ends") return end(session, meaning);
    const { counters } = meaning;
    if (sameCounters(counters, session) && session.stoppedAtMs === null) {
      live.heard(sessionKey, counters, true);
      return recorder.settled(aboutSession(sessionKey));
    }
    if (interimFlushSeconds === 0 || session.stoppedAtMs !== null) {
      const written = recorder.record(usedEvent(sessionKey, counters), aboutSession(sessionKey));
      live.heard(sessionKey, counters, isInState(sessionKey, counters));
      return written;
    }
    live.heard(sessionKey, counters, false);
    flushTimer ??= world.clock.after(interimFlushSeconds * 1000, () => void flush());
    return recorder.settled(aboutSession(sessionKey));
  }

  function takeAlong(): void {
    if (flushTimer === null) return;
    if (world.clock.monotonicMs() - flushedAtMs >= interimFlushSeconds * 500) void flush();
  }

  function end({ sessionKey }: Session, ending: Extract<ReportMeaning, { kind: "ends" }>): Promise<void> {
    const { counters, cause } = ending;
    const stoppedAtMs = unixMs(Math.round(ending.stoppedAtMs));
    const written = recorder.record(
      { kind: "session-stopped", sessionKey, ...asTotals(counters), cause, stoppedAtMs },
      aboutSession(sessionKey),
    );
    if (isInState(sessionKey, counters)) live.forget(sessionKey);
    takeAlong();
    return written;
  }

  /** False when the journal could not take the record: then what was heard must stay in mind until it can. */
  function isInState(sessionKey: string, counters: CountersWithBase): boolean {
    const session = state.sessions.get(sessionKey);
    return session === undefined || sameCounters(session, counters);
  }

  /** Whoever asks may have waited for the disk or the router since he looked: what has ended meanwhile stays as it ended. */
  function closeAsLost(session: Session): Promise<void> {
    const { sessionKey, startedAtMs } = session;
    if (!state.open.keys.has(sessionKey)) return recorder.settled(aboutSession(sessionKey)) ?? Promise.resolve();
    const counters = live.counters(session);
    // Its end is not known; the last thing that is known is how long it had been online.
    const stoppedAtMs = Math.min(world.clock.wall().atMs, startedAtMs + counters.onlineSeconds * 1000);
    world.log.info("session-lost", { session: sessionKey, nas: session.nas });
    const closed = end(session, { kind: "ends", counters, cause: "lost", stoppedAtMs });
    closed.catch(() => {}); // kept by the recorder until it is written
    return closed;
  }

  /** Class failed us: the NAS did not echo it. The user name says as much as it did at log-in. */
  function grantIdOf({ user, mac }: AccountingReport): string | null {
    if (user.startsWith(logInTokenPrefix)) return state.tokens.get(hashOfLogInToken(user))?.grantId ?? null;
    const named = desk.books.account(user)?.grantId ?? desk.books.voucher(user)?.grant.grantId ?? null;
    if (named !== null) return named;
    return grantsHeldBy(state, normaliseMac(user) ?? mac ?? "")[0] ?? null;
  }

  async function flush(): Promise<void> {
    flushTimer?.cancel();
    flushTimer = null;
    flushedAtMs = world.clock.monotonicMs();
    const waiting = live.unwritten();
    const written = waiting.map(async ({ session, counters }) => {
      const durable = recorder.record(usedEvent(session.sessionKey, counters));
      if (isInState(session.sessionKey, counters)) live.written(session.sessionKey);
      await durable;
    });
    const failed = (await Promise.allSettled(written)).filter(({ status }) => status === "rejected").length;
    if (failed > 0) world.log.error("interims-not-written", { sessions: failed });
  }

  /** Told again, it is acknowledged no sooner than at the first time: when what it closed is on disk. */
  function nasRestarted(nas: string): Promise<void> | null {
    const lost = sessionsOf(state, [...(state.open.byNas.get(nas) ?? [])]);
    if (lost.length > 0) world.log.info("nas-restarted", { nas, sessions: lost.length });
    const closing = lost.map(closeAsLost);
    const waiting = new Map<string, Promise<void>>();
    for (const key of [...(closedByRestart.get(nas) ?? []), ...lost.map(({ sessionKey }) => sessionKey)]) {
      const settled = recorder.settled(aboutSession(key));
      if (settled !== null) waiting.set(key, settled);
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
    takeAlong,
    stop() {
      flushTimer?.cancel();
      flushTimer = null;
    },
  };
}

function usedEvent(sessionKey: string, counters: CountersWithBase) {
  return { kind: "session-used", sessionKey, ...asTotals(counters) } as const;
}

/** As they stand in a record: the base only where there is one. */
function asTotals({ inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes }: CountersWithBase) {
  if (baseInputBytes + baseOutputBytes === 0) return { inputBytes, outputBytes, onlineSeconds };
  return { inputBytes, outputBytes, onlineSeconds, baseInputBytes, baseOutputBytes };
}
