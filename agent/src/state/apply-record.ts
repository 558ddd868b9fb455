/**
 * The fold of the journal. Only `applyRecord` changes the state, so snapshot and replay give the same state and the same decisions as an
 * agent that never stopped (SAME-AGAIN). It changes the state in place, because it runs for every packet. It reads only the state and
 * the record. A record that is applied twice changes nothing the second time.
 */
import type { EventOf, JournalRecord } from "@karibu/protocol/journal/record";
import { isPlaceholder } from "../journal/placeholder.ts";
import { addSale } from "./cash-sale-fold.ts";
import {
  flatText,
  forgetGrant,
  keepGrant,
  knownId,
  setSlots,
  startedGrant,
  voidRow,
  withSharedTerms,
} from "./grant-fold.ts";
import { keepGuard, noteMove } from "./guard-fold.ts";
import { keepLock } from "./lock-fold.ts";
import { loseMemory, recall } from "./memory-fold.ts";
import { creditOutage } from "./outage-credit.ts";
import { noteCrossing, rebase } from "./rebase.ts";
import { noteSessionId, startSession, stopSession, useSession } from "./session-fold.ts";
import type { SiteState } from "./site-state.ts";
import { addSpent, removeSpent, spentReasonOf } from "./spent-grants.ts";

export function applyRecord(state: SiteState, record: JournalRecord): void {
  noteTime(state, record);
  switch (record.kind) {
    case "agent-started":
      if (state.boot === 0 && record.boot === 1) state.memory.beganAtMs = record.atMs;
      state.boot = Math.max(state.boot, record.boot);
      // Of one that does not say which boot it is nobody knows whether it restarted.
      if (record.machine && state.machine && record.machine !== state.machine) state.machineAtMs = record.atMs;
      state.machine = record.machine ?? null;
      return;
    case "clock-corrected":
      rebase(state, record);
      return;
    case "grant-started": {
      const { grantId } = record.grant;
      if (state.grants.has(grantId)) return;
      const spent = spentReasonOf(state.spent, grantId);
      if (spent === "elsewhere") removeSpent(state.spent, grantId);
      else if (spent !== null) return;
      keepGrant(state, startedGrant(state, record));
      return;
    }
    case "start-refused":
      state.grants.delete(record.grantId);
      state.free.delete(record.grantId);
      return;
    case "device-bound":
      bindDevice(state, record);
      return;
    case "device-unbound":
      unbindDevice(state, record);
      return;
    case "grant-guarded":
      keepGuard(state, record);
      return;
    case "token-spent":
      spendToken(state, record);
      return;
    case "session-started":
      startSession(state, record);
      noteSessionId(state, record);
      return;
    case "session-used":
      useSession(state, record);
      return;
    case "session-stopped":
      stopSession(state, record);
      return;
    case "cash-sale":
      addSale(state, { ...record, grant: withSharedTerms(state, record.grant) });
      return;
    case "outage-credited":
      creditOutage(state, record);
      return;
    case "guesser-locked":
      keepLock(state.locks, record);
      return;
    case "lease-released":
      forgetGrant(state, record.grantId);
      addSpent(state.spent, record.grantId, "elsewhere", record.atMs);
      if (record.leaseAtMs !== undefined) voidRow(state, record.grantId, record.leaseAtMs);
      return;
    case "memory-lost":
      loseMemory(state, record);
      return;
    case "recalled":
      recall(state, record);
      return;
    case "log-in-refused":
    case "router-log-in":
    case "router-figures":
    case "router-health":
    case "access-points":
    case "alarm":
      return;
    default:
      return; // a newer release wrote it before a roll-back: nothing here depends on it
  }
}

/**
 * What stands for a lost record has the time of the record before it. Where none is left, it has the system's, which says nothing of the clock by
 * which the others were written.
 */
function noteTime(state: SiteState, record: JournalRecord): void {
  if (isPlaceholder(record)) return;
  noteCrossing(state, record);
  state.lastAtMs = Math.max(state.lastAtMs, record.atMs);
}

/** No session of it was ever told. */
export const isUnused = ({ usage, open }: SiteState, grantId: string): boolean =>
  !usage.has(grantId) && (open.byGrant.get(grantId)?.size ?? 0) === 0;

/** The grant's id and MAC in the copies that the state has already. */
function spendToken(
  state: SiteState,
  { tokenHash, grantId, mac, atMs }: EventOf<"token-spent"> & { readonly atMs: number },
): void {
  state.tokens.set(tokenHash, { grantId: knownId(state, grantId), mac, atMs });
}

function unbindDevice(
  state: SiteState,
  { grantId, device, forGood, atMs }: EventOf<"device-unbound"> & { readonly atMs: number },
): void {
  const before = state.slots.get(grantId);
  if (before?.some((slot) => slot.device === device) !== true) return;
  if (forGood === true) {
    dropTokens(state, grantId, before.find((slot) => slot.device === device)?.mac ?? null);
    noteMove(state, grantId, atMs);
  }
  setSlots(
    state,
    grantId,
    before.filter((slot) => slot.device !== device),
  );
}

/** What the router's cookie repeats lets this device in no more. */
function dropTokens(state: SiteState, grantId: string, mac: string | null): void {
  for (const [hash, token] of state.tokens)
    if (token.grantId === grantId && mac !== null && token.mac === mac) state.tokens.delete(hash);
}

const moved = { isMoved: true } as const;

function bindDevice(state: SiteState, record: EventOf<"device-bound"> & { readonly atMs: number }): void {
  const before = state.slots.get(record.grantId) ?? [];
  const last = before.at(-1);
  if (last?.boundOrder === state.bindings && last.device === record.device && last.mac === record.mac) return;
  state.bindings += 1;
  const others = before.filter(({ device }) => device !== record.device && device !== record.replaces);
  const replaced = record.replaces === null ? undefined : before.find(({ device }) => device === record.replaces);
  if (replaced !== undefined) noteMove(state, record.grantId, record.atMs);
  if (record.forGood === true && replaced !== undefined) dropTokens(state, record.grantId, replaced.mac);
  const grantId = knownId(state, record.grantId);
  const own = before.find(({ device }) => device === record.device);
  const isMoved = own === undefined ? replaced !== undefined : own.isMoved === true;
  const slot = {
    device: flatText(record.device),
    mac: record.mac,
    boundOrder: state.bindings,
    ...(isMoved ? moved : {}),
  };
  // `concat`, because an array that is built by spreading keeps room for sixteen more.
  setSlots(state, grantId, others.length === 0 ? [slot] : others.concat(slot));
}
