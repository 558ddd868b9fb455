/** Applies reports of sessions: started, counted, stopped, lost and found again. Changes the state in place; part of the fold. */
import type { EventOf, Stamp } from "@karibu/protocol/journal/record";
import { bytes } from "@karibu/protocol/quantities";
import { chargeBytes } from "./charged-usage.ts";
import { noCounters } from "./counters.ts";
import { flatText, knownId } from "./grant-fold.ts";
import { addOpen, noteLastId, removeOpen } from "./open-sessions.ts";
import { keptBy } from "./router-address.ts";
import { nameOf, nasSessionId, type Session } from "./session.ts";
import type { SiteState } from "./site-state.ts";
import { spentReasonOf } from "./spent-grants.ts";

/** A session that began longer ago than this when it was first heard had lost its Start: its id is no news of its router. */
export const heardAtStartMs = 60_000;

export function startSession(
  state: SiteState,
  record: EventOf<"session-started"> & Partial<Pick<Stamp, "clock">>,
): void {
  const { sessionKey, sessionId, nas, user, mac, address, startedAtMs } = record;
  if (state.sessions.has(sessionKey)) return;
  const grantId = record.grantId === null ? null : knownId(state, record.grantId);
  const router = record.router ?? null;
  const redials = record.service === "pppoe" || record.service === "ppp" ? { redials: true as const } : {};
  const proved = record.device === undefined ? {} : { device: flatText(record.device) };
  // What the hub tells has no clock of this site.
  const doubted = record.clock === undefined || record.clock === "synced" ? {} : { unsettled: true as const };
  const facts = {
    ...{ sessionKey, sessionId, nas, router, grantId, user, mac, address, startedAtMs },
    ...{ ...redials, ...proved, ...doubted },
  };
  state.sessions.set({ ...noCounters, ...facts, boot: state.boot, stoppedAtMs: null, cause: null });
  state.sessions.setName(nasSessionId(keptBy(facts), sessionId), sessionKey);
  addOpen(state.open, facts);
}

/** What its id says of its router. Not where the hub tells of it, or where the first word of it was an interim. */
export function noteSessionId(state: SiteState, record: EventOf<"session-started"> & { readonly atMs: number }): void {
  if (record.atMs - record.startedAtMs > heardAtStartMs) return;
  noteLastId(state.open, keptBy({ router: record.router ?? null, nas: record.nas }), record.sessionId);
}

export function useSession(state: SiteState, record: EventOf<"session-used">): void {
  const known = state.sessions.get(record.sessionKey);
  if (known === undefined) return;
  const session = record.router === undefined ? known : moved(state, known, record.router);
  const counted = count(state, session, record);
  if (session.cause !== "lost") {
    state.sessions.set(counted);
    return;
  }
  // It was marked as lost, and its NAS reports it again: it is open.
  state.sessions.set({ ...counted, stoppedAtMs: null, cause: null });
  addOpen(state.open, session);
}

export function stopSession(state: SiteState, record: EventOf<"session-stopped">): void {
  const session = state.sessions.get(record.sessionKey);
  if (session === undefined) return;
  const counted = count(state, session, record);
  state.sessions.set({ ...counted, stoppedAtMs: record.stoppedAtMs, cause: record.cause });
  removeOpen(state.open, session);
}

/** Its router reports it from another address, or it was kept by the router's name until now. */
function moved(state: SiteState, session: Session, router: string): Session {
  const now = { ...session, router };
  const before = nameOf(session);
  if (state.sessions.keyNamed(before) === session.sessionKey) state.sessions.setName(before, null);
  state.sessions.setName(nameOf(now), session.sessionKey);
  if (state.open.keys.has(session.sessionKey)) {
    removeOpen(state.open, session);
    addOpen(state.open, now);
  }
  return now;
}

/** Applies the record's totals, which never lower the known ones, and charges the difference to the grant. */
function count(state: SiteState, session: Session, record: EventOf<"session-used" | "session-stopped">): Session {
  const next = {
    ...session,
    inputBytes: max(session.inputBytes, record.inputBytes),
    outputBytes: max(session.outputBytes, record.outputBytes),
    onlineSeconds: max(session.onlineSeconds, record.onlineSeconds),
    baseInputBytes: max(session.baseInputBytes, record.baseInputBytes ?? bytes(0)),
    baseOutputBytes: max(session.baseOutputBytes, record.baseOutputBytes ?? bytes(0)),
  };
  if (session.grantId !== null && spentReasonOf(state.spent, session.grantId) === null) {
    const usage = state.usage.get(session.grantId) ?? { bytes: 0, onlineSeconds: 0 };
    chargeBytes(usage, next.inputBytes + next.outputBytes - session.inputBytes - session.outputBytes, record);
    usage.onlineSeconds += next.onlineSeconds - session.onlineSeconds;
    state.usage.set(session.grantId, usage);
  }
  return next;
}

/** The hub knows a later report of it, which is charged elsewhere. */
export function takeCounters(
  state: SiteState,
  session: Session,
  { inputBytes, outputBytes, onlineSeconds }: Pick<Session, "inputBytes" | "outputBytes" | "onlineSeconds">,
): void {
  state.sessions.set({
    ...session,
    inputBytes: max(session.inputBytes, inputBytes),
    outputBytes: max(session.outputBytes, outputBytes),
    onlineSeconds: max(session.onlineSeconds, onlineSeconds),
  });
}

function max<Q extends number>(left: Q, right: Q): Q {
  return left >= right ? left : right;
}
