/** Sessions from an agent's data folder, folded by the agent's own rules. */
import type { Folder } from "@karibu/agent/ground/files/folder";
import { readJournal } from "@karibu/agent/journal/replay";
import { applyRecord } from "@karibu/agent/state/apply-record";
import { emptyState, type Session, sessionsOf } from "@karibu/agent/state/site-state";
import { restore } from "@karibu/agent/state/state-snapshot";
import { openSnapshot } from "@karibu/agent/store/snapshot";
import { readOnly } from "./read-only-folder.ts";

export interface SessionLine {
  readonly sessionId: string;
  readonly user: string;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly startedAtMs: number;
  /** Null: it is open. */
  readonly stoppedAtMs: number | null;
}

/**
 * All sessions that began or ended in what is kept of the journal, and those the snapshot knows, oldest first. The agent
 * itself forgets closed sessions after a while; its journal keeps them at least seven days.
 */
export async function readSessions(folder: Folder): Promise<SessionLine[]> {
  const untouched = readOnly(folder);
  const found = new Map<string, Session>();
  const snapshot = (await openSnapshot<unknown>(untouched)).takeLoaded();
  const known = snapshot === null ? null : restore(snapshot.state);
  note(found, known?.sessions.values() ?? []);

  // From the journal alone: right for every session whose beginning is still in it.
  const state = emptyState();
  for await (const record of readJournal(untouched)) {
    applyRecord(state, record);
    if (record.kind === "clock-corrected") note(found, state.sessions.values());
    else if ("sessionKey" in record) note(found, sessionsOf(state, [record.sessionKey]));
  }
  // From the snapshot on: right for those that began before, too.
  if (snapshot !== null && known !== null) {
    for await (const record of readJournal(untouched, snapshot.point)) {
      applyRecord(known, record);
      if (record.kind === "clock-corrected") note(found, known.sessions.values());
      else if ("sessionKey" in record) note(found, sessionsOf(known, [record.sessionKey]));
    }
  }
  return [...found.values()].map(lineOf).sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/** Notes them before the fold forgets them. */
function note(found: Map<string, Session>, sessions: Iterable<Session>): void {
  for (const session of sessions) found.set(session.sessionKey, session);
}

function lineOf(session: Session): SessionLine {
  const { sessionId, user, inputBytes, outputBytes, startedAtMs, stoppedAtMs } = session;
  return { sessionId, user, inputBytes, outputBytes, startedAtMs, stoppedAtMs };
}
