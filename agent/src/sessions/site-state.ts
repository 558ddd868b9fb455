/**
 * What is known of a site, folded from its journal: grants in use, device slots, spent tokens, sessions, usage. Nothing
 * enters but by `applyRecord`, so snapshot + replay gives the same state, and the same decisions, as never having stopped
 * (SAME-AGAIN). The fold changes the state in place, because it runs for every packet; it looks at nothing but the
 * state and the record, and a record applied twice changes nothing the second time.
 */
import type { Grant } from "@karibu/protocol/grant";
import type { EventOf, JournalRecord } from "@karibu/protocol/journal/record";
import type { Terms } from "@karibu/protocol/plan";
import type { UnixMs } from "@karibu/protocol/quantities";
import { addSale, type CashSale } from "./cash-sales.ts";
import type { CountersWithBase } from "./counters.ts";
import { addHolders, type HeldGrants, heldGrants, removeHolders } from "./held-grants.ts";
import { type KeptLock, keepLock } from "./kept-locks.ts";
import { noOpenSessions, type OpenSessions } from "./open-sessions.ts";
import { creditOutage, rebase } from "./rebase.ts";
import { startSession, stopSession, useSession } from "./session-fold.ts";
import { addSpent, removeSpent, type SpentGrants, spentReasonOf } from "./spent-grants.ts";

export interface SiteState {
  /** Of the agent: how often it came up in this epoch; 0 before the first. */
  boot: number;
  /** The last record's wall clock and its quality: a floor for the clock after a restart. */
  lastAtMs: number;
  readonly grants: Map<string, UsedGrant>;
  /** By their JSON: thousands of vouchers of one plan share one object. */
  readonly terms: Map<string, Terms>;
  /** Which boot of the router the agent last started in; null: not known. */
  machine: string | null;
  /** How many device bindings there were. */
  bindings: number;
  /** By grant, longest bound first. */
  readonly slots: Map<string, BoundSlot[]>;
  /** Grants by the key or MAC of a device that holds a slot of theirs; asked by `heldGrants`. */
  readonly heldBy: HeldGrants;
  /** By SHA-256 of the token, hex. */
  readonly tokens: Map<string, SpentToken>;
  /** Open ones, and the last `closedSessionsKept` closed ones. */
  readonly sessions: Map<string, Session>;
  /** By `nasSessionId`: the newest session that a NAS gave this id to. */
  readonly byNasSessionId: Map<string, string>;
  readonly open: OpenSessions;
  readonly usage: Map<string, { bytes: number; onlineSeconds: number }>;
  /** Closed sessions, oldest first. */
  readonly closed: Set<string>;
  /** Grants that are over for good and forgotten but for that (`prune.ts`), or leased to another site. */
  readonly spent: SpentGrants;
  /** Of vouchers that came here by a row of the hub and were let go again: the time of that row, which says nothing any more. */
  readonly releasedRows: Map<string, number>;
  /** Sold for cash at this site, by grant. */
  readonly sales: Map<string, CashSale>;
  /** The grant behind a code that was sold here. */
  readonly saleOfCode: Map<string, string>;
  /** What each seller has taken at this site, in all. */
  readonly soldCents: Map<string, number>;
  /** Up to when outages have been credited. */
  creditedToMs: number;
  /** Who guessed codes or PINs and is locked, or was not long ago. */
  readonly locks: Map<string, KeptLock>;
}

export interface UsedGrant {
  grant: Grant;
  readonly voucher: { readonly batchId: string; readonly serial: number } | null;
  /** The agent's boot in which it was started. */
  readonly boot: number;
  /** Its start is true time: stamped by a synced clock, or corrected since. */
  settled: boolean;
}

export interface BoundSlot {
  readonly device: string;
  readonly mac: string | null;
  /** Of all bindings of the site: orders them where clocks and sequences can start again. */
  readonly boundOrder: number;
}

export interface SpentToken {
  readonly grantId: string;
  readonly mac: string | null;
}

export interface Session extends CountersWithBase {
  readonly sessionKey: string;
  readonly sessionId: string;
  readonly nas: string;
  readonly grantId: string | null;
  readonly user: string;
  readonly mac: string | null;
  readonly address: string | null;
  readonly boot: number;
  readonly startedAtMs: UnixMs;
  readonly stoppedAtMs: UnixMs | null;
  /** RFC 2866 §5.10 in kebab case, `lost` when no Stop came; null while open. */
  readonly cause: string | null;
}

export function emptyState(): SiteState {
  return {
    boot: 0,
    machine: null,
    lastAtMs: 0,
    bindings: 0,
    grants: new Map(),
    terms: new Map(),
    slots: new Map(),
    heldBy: new Map(),
    tokens: new Map(),
    sessions: new Map(),
    byNasSessionId: new Map(),
    open: noOpenSessions(),
    usage: new Map(),
    closed: new Set(),
    spent: new Map(),
    releasedRows: new Map(),
    sales: new Map(),
    saleOfCode: new Map(),
    soldCents: new Map(),
    creditedToMs: 0,
    locks: new Map(),
  };
}

export function applyRecord(state: SiteState, record: JournalRecord): void {
  state.lastAtMs = Math.max(state.lastAtMs, record.atMs);
  switch (record.kind) {
    case "agent-started":
      state.boot = Math.max(state.boot, record.boot);
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
      const settled = record.clock === "synced";
      const grant = lasting(state, record.grant);
      state.grants.set(grant.grantId, { grant, voucher: record.voucher, boot: state.boot, settled });
      return;
    }
    case "device-bound":
      bindDevice(state, record);
      return;
    case "token-spent":
      state.tokens.set(record.tokenHash, { grantId: record.grantId, mac: record.mac });
      return;
    case "session-started":
      startSession(state, record);
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
      addSpent(state.spent, record.grantId, "elsewhere");
      if (record.leaseAtMs !== undefined && record.leaseAtMs > 0)
        state.releasedRows.set(record.grantId, record.leaseAtMs);
      return;
    case "alarm":
      return;
    default:
      return; // a newer release's record, met after a roll-back: nothing here depends on it
  }
}

/** All but what `spent` says of it. */
export function forgetGrant(state: SiteState, grantId: string): void {
  setSlots(state, grantId, []);
  state.slots.delete(grantId);
  state.grants.delete(grantId);
  state.usage.delete(grantId);
  const sale = state.sales.get(grantId);
  if (sale === undefined) return;
  state.sales.delete(grantId);
  state.saleOfCode.delete(sale.code);
}

/** As it is kept for long: its id in one piece, the terms shared, no more fields than it has. */
function lasting(state: SiteState, grant: Grant): Grant {
  return withSharedTerms(state, { ...grant, grantId: flatText(grant.grantId) });
}

/** A text that was put together keeps its parts as well, at more than its own size; this one keeps none. */
function flatText(text: string): string {
  return Buffer.from(text).toString();
}

/** The grant with its terms in the one copy that all grants of the plan share. */
export function withSharedTerms(state: SiteState, grant: Grant): Grant {
  const json = JSON.stringify(grant.terms);
  const shared = state.terms.get(json);
  if (shared !== undefined) return { ...grant, terms: shared };
  state.terms.set(json, grant.terms);
  return grant;
}

/** Sessions that have not stopped. */
export function openSessions(state: SiteState): Session[] {
  return sessionsOf(state, state.open.keys);
}

export function sessionsOf(state: SiteState, keys: Iterable<string>): Session[] {
  return [...keys].map((key) => state.sessions.get(key)).filter((session) => session !== undefined);
}

/** Grants of which a device holds a slot, by what it is called (its key, its MAC); newest first. */
export function grantsHeldBy(state: SiteState, ...names: readonly string[]): string[] {
  const lastBound = (grantId: string): number => {
    const slots = state.slots.get(grantId) ?? [];
    const mine = slots.filter(({ device, mac }) => names.includes(device) || (mac !== null && names.includes(mac)));
    return Math.max(0, ...mine.map(({ boundOrder }) => boundOrder));
  };
  const grantIds = [...new Set(names.flatMap((name) => heldGrants(state, name)))];
  return grantIds.sort((one, other) => lastBound(other) - lastBound(one));
}

function bindDevice(state: SiteState, record: EventOf<"device-bound">): void {
  const before = state.slots.get(record.grantId) ?? [];
  const last = before.at(-1);
  if (last?.boundOrder === state.bindings && last.device === record.device && last.mac === record.mac) return;
  state.bindings += 1;
  const others = before.filter(({ device }) => device !== record.device && device !== record.replaces);
  const grantId = state.grants.get(record.grantId)?.grant.grantId ?? record.grantId;
  const slot = { device: flatText(record.device), mac: record.mac, boundOrder: state.bindings };
  // `concat`, because an array that is built by spreading keeps room for sixteen more.
  setSlots(state, grantId, others.length === 0 ? [slot] : others.concat(slot));
}

/** Only the fold and `restore` call this. */
export function setSlots(state: SiteState, grantId: string, slots: BoundSlot[]): void {
  removeHolders(state.heldBy, grantId, state.slots.get(grantId) ?? []);
  state.slots.set(grantId, slots);
  addHolders(state.heldBy, grantId, slots);
}
