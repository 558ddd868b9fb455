/** The folded state as JSON and back, so that a start need not replay years of journal. */

import type { CodeGuard } from "@karibu/protocol/codes/code-guard";
import { addSale } from "./cash-sale-fold.ts";
import type { ChargedUsage } from "./charged-usage.ts";
import { keepGrant, knownId, setSlots, withSharedTerms } from "./grant-fold.ts";
import type { KeptLock } from "./lock-fold.ts";
import { addOpen } from "./open-sessions.ts";
import { restoredMemory, type SavedMemory, savedMemory } from "./saved-memory.ts";
import { nameOf, type Session } from "./session.ts";
import type { SavedSession } from "./session-table.ts";
import type { CashSale, RecentSale, UnknownCrossing } from "./site-state.ts";
import {
  type BoundSlot,
  emptyState,
  openSessions,
  type SiteState,
  type SpentToken,
  type UsedGrant,
} from "./site-state.ts";
import { restoreSpent, type SpentBits, type SpentTexts, spentBits, spentTexts } from "./spent-grants.ts";

/** Raised when an older snapshot can't be read any more: it is then set aside, and the one before or the journal counts. */
const snapshotVersion = 1;

export interface StateSnapshot {
  readonly version: number;
  readonly boot: number;
  readonly machine: string | null;
  /** Absent: the agent that wrote it did not know. */
  readonly machineAtMs?: number;
  readonly lastAtMs: number;
  /** Absent: the agent that wrote it did not know. */
  readonly correctedAtMs?: number;
  /** Absent: nothing waits. */
  readonly crossing?: UnknownCrossing;
  readonly bindings: number;
  readonly grants: readonly UsedGrant[];
  readonly slots: readonly (readonly [string, readonly BoundSlot[]])[];
  readonly tokens: readonly (readonly [string, SpentToken])[];
  /** Closed ones first, in the order in which they are to be forgotten. */
  readonly sessions: readonly SavedSession[];
  readonly usage: readonly (readonly [string, Readonly<ChargedUsage>])[];
  /** In a folder of format 1: what reads that knows no other form. */
  readonly spent?: SpentTexts;
  /** Instead of `spent`: only in a folder of format 2, because releases before it look at `spent` alone. */
  readonly spentBits?: SpentBits;
  readonly releasedRows: readonly (readonly [string, number])[];
  readonly sales: readonly CashSale[];
  readonly soldCents: readonly (readonly [string, number])[];
  readonly recentSales: readonly (readonly [string, readonly RecentSale[]])[];
  readonly creditedToMs: number;
  readonly locks: readonly (readonly [string, KeptLock])[];
  readonly memory: SavedMemory;
  readonly guards: readonly (readonly [string, CodeGuard])[];
  readonly moves: readonly (readonly [string, readonly number[]])[];
  readonly lastIds: readonly (readonly [string, string])[];
  /** Of ids that their routers used again, which session each means; null: none. */
  readonly names: readonly (readonly [string, string | null])[];
}

/** Shares nothing that `applyRecord` changes in place: it may be written out while the state goes on. */
export function snapshotOf(state: SiteState, spentAs: "bits" | "texts" = "bits"): StateSnapshot {
  return {
    version: snapshotVersion,
    boot: state.boot,
    machine: state.machine,
    machineAtMs: state.machineAtMs,
    lastAtMs: state.lastAtMs,
    correctedAtMs: state.correctedAtMs,
    ...(state.crossing === null ? {} : { crossing: state.crossing }),
    bindings: state.bindings,
    grants: [...state.grants.values()].map((used) => ({ ...used })),
    slots: [...state.slots],
    tokens: [...state.tokens],
    sessions: [...state.sessions.savedClosed(), ...openSessions(state)],
    usage: [...state.usage].map(([grantId, used]) => [grantId, { ...used }]),
    ...(spentAs === "bits" ? { spentBits: spentBits(state.spent) } : { spent: spentTexts(state.spent) }),
    releasedRows: [...state.releasedRows],
    sales: [...state.sales.values()],
    soldCents: [...state.soldCents],
    recentSales: [...state.recentSales],
    creditedToMs: state.creditedToMs,
    locks: [...state.locks],
    memory: savedMemory(state.memory),
    guards: [...state.guards],
    moves: [...state.moves],
    lastIds: [...state.open.lastIds],
    names: state.sessions.takenNames(),
  };
}

/** Null when it is not a snapshot of ours: the caller then replays the journal from its start. */
export function restore(snapshot: unknown): SiteState | null {
  if (!isSnapshot(snapshot)) return null;
  const spent = restoreSpent(snapshot.spent ?? [], snapshot.spentBits, snapshot.lastAtMs);
  const state: SiteState = { ...emptyState(), spent, memory: restoredMemory(snapshot.memory) };
  state.creditedToMs = snapshot.creditedToMs;
  for (const [grantId, atMs] of snapshot.releasedRows) state.releasedRows.set(grantId, atMs);
  for (const [grantId, guard] of snapshot.guards) state.guards.set(grantId, guard);
  for (const [grantId, times] of snapshot.moves) state.moves.set(grantId, times);
  for (const [name, sessionId] of snapshot.lastIds) state.open.lastIds.set(name, sessionId);
  for (const [who, lock] of snapshot.locks) state.locks.set(who, lock);
  for (const sale of snapshot.sales) {
    addSale(state, { ...sale, grant: withSharedTerms(state, sale.grant) }, false);
  }
  for (const [sellerId, cents] of snapshot.soldCents) state.soldCents.set(sellerId, cents);
  for (const [sellerId, sales] of snapshot.recentSales) state.recentSales.set(sellerId, sales);
  state.boot = snapshot.boot;
  state.machine = snapshot.machine;
  state.machineAtMs = snapshot.machineAtMs ?? 0;
  state.lastAtMs = snapshot.lastAtMs;
  state.correctedAtMs = snapshot.correctedAtMs ?? 0;
  state.crossing = snapshot.crossing ?? null;
  state.bindings = snapshot.bindings;
  for (const used of snapshot.grants) {
    keepGrant(state, { ...used, grant: withSharedTerms(state, used.grant) });
  }
  for (const [grantId, slots] of snapshot.slots) setSlots(state, knownId(state, grantId), [...slots]);
  for (const [hash, { grantId, mac, atMs }] of snapshot.tokens) {
    state.tokens.set(hash, { grantId: knownId(state, grantId), mac, atMs });
  }
  for (const [grantId, used] of snapshot.usage) state.usage.set(knownId(state, grantId), { ...used });
  for (const session of snapshot.sessions) addSession(state, "toJSON" in session ? session.toJSON() : session);
  for (const [name, sessionKey] of snapshot.names) state.sessions.setName(name, sessionKey);
  return state;
}

function addSession(state: SiteState, session: Session): void {
  state.sessions.set(session);
  if (session.stoppedAtMs === null) addOpen(state.open, session);
  const name = nameOf(session);
  const holder = state.sessions.get(state.sessions.keyNamed(name) ?? "");
  // Of several sessions under one re-used id the newest has the name: the open one, else the last that closed.
  if (holder === undefined || holder.stoppedAtMs !== null) state.sessions.setName(name, session.sessionKey);
}

/** Can this release read it? */
export function isSnapshot(value: unknown): value is StateSnapshot {
  if (typeof value !== "object" || value === null) return false;
  const { version, grants, slots, tokens, sessions, usage } = value as Partial<StateSnapshot>;
  return version === snapshotVersion && [grants, slots, tokens, sessions, usage].every(Array.isArray);
}
