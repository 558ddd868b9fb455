/**
 * What sessions have used up to this moment: the folded state, the interims that were acknowledged and not yet written
 * (flash is spared), and for time, the seconds since a session was last heard.
 */
import type { Clock } from "@karibu/protocol/world";
import type { Usage } from "../access/decide.ts";
import { type CountersWithBase, sameCounters } from "./counters.ts";
import { type Session, type SiteState, sessionsOf } from "./site-state.ts";

export interface LiveUsage {
  counters(session: Session): CountersWithBase;
  /** A report was taken in. `written`: the state has it too. */
  heard(sessionKey: string, counters: CountersWithBase, written: boolean): void;
  /** What was last heard of it is in the state now. */
  written(sessionKey: string): void;
  forget(sessionKey: string): void;
  /** When this session was last heard, monotonic; null: not since the agent came up. */
  lastHeardMs(sessionKey: string): number | null;
  /** Sessions whose interims wait to be written. */
  unwritten(): { session: Session; counters: CountersWithBase }[];
  reported(grantId: string): Usage;
  /** As reported, plus the time since: for the sweeper and the customer's page. Never charged to anybody. */
  now(grantId: string, interimSeconds: number): Usage;
}

interface Live {
  readonly counters: CountersWithBase;
  readonly heardMs: number;
}

/** A session that is not heard for longer than an interval and this is not counted on. */
const lateSeconds = 60;

export function createLiveUsage(clock: Clock, state: SiteState): LiveUsage {
  const live = new Map<string, Live>();
  const unwrittenKeys = new Set<string>();

  function counters(session: Session): CountersWithBase {
    return live.get(session.sessionKey)?.counters ?? session;
  }

  function reported(grantId: string): { bytes: number; onlineSeconds: number } {
    const used = state.usage.get(grantId);
    const sum = { bytes: used?.bytes ?? 0, onlineSeconds: used?.onlineSeconds ?? 0 };
    if (unwrittenKeys.size === 0) return sum;
    for (const key of state.open.byGrant.get(grantId) ?? []) {
      const session = state.sessions.get(key);
      if (session === undefined || !unwrittenKeys.has(key)) continue;
      const newer = counters(session);
      sum.bytes += newer.inputBytes + newer.outputBytes - session.inputBytes - session.outputBytes;
      sum.onlineSeconds += newer.onlineSeconds - session.onlineSeconds;
    }
    return sum;
  }

  return {
    counters,
    heard(sessionKey, newer, written) {
      const before = live.get(sessionKey);
      const heardMs = clock.monotonicMs();
      // A late report says nothing new: the session was not heard now.
      if (before !== undefined && !written && sameCounters(before.counters, newer)) return;
      live.set(sessionKey, { counters: newer, heardMs });
      if (written) unwrittenKeys.delete(sessionKey);
      else unwrittenKeys.add(sessionKey);
    },
    written: (sessionKey) => void unwrittenKeys.delete(sessionKey),
    forget(sessionKey) {
      live.delete(sessionKey);
      unwrittenKeys.delete(sessionKey);
    },
    lastHeardMs: (sessionKey) => live.get(sessionKey)?.heardMs ?? null,
    unwritten: () => sessionsOf(state, unwrittenKeys).map((session) => ({ session, counters: counters(session) })),
    reported,
    now(grantId, interimSeconds) {
      const sum = reported(grantId);
      const nowMs = clock.monotonicMs();
      for (const key of state.open.byGrant.get(grantId) ?? []) {
        const heardMs = live.get(key)?.heardMs;
        if (heardMs === undefined) continue;
        const sinceSeconds = Math.floor((nowMs - heardMs) / 1000);
        sum.onlineSeconds += Math.min(sinceSeconds, interimSeconds + lateSeconds);
      }
      return sum;
    },
  };
}
