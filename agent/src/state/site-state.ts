/**
 * The state of a site, folded from its journal: grants in use, device slots, spent tokens, sessions, usage. This file has its types and
 * readers. Only `apply-record.ts` changes it.
 */

import type { CodeGuard } from "@karibu/protocol/codes/code-guard";
import type { SpentReason } from "@karibu/protocol/codes/spent-codes";
import type { Grant } from "@karibu/protocol/grant";
import type { EventOf } from "@karibu/protocol/journal/record";
import type { Terms } from "@karibu/protocol/plan";
import type { ChargedUsage } from "./charged-usage.ts";
import type { KeptLock } from "./lock-fold.ts";
import { noOpenSessions, type OpenSessions } from "./open-sessions.ts";
import type { Session } from "./session.ts";
import { SessionTable } from "./session-table.ts";
import { type BoundSlot, SlotTable } from "./slot-table.ts";

export interface SiteState {
  /** Of the agent: how often it came up in this epoch; 0 before the first. */
  boot: number;
  /** The wall clock of the last record, and its quality. After a restart the clock starts no earlier. */
  lastAtMs: number;
  /** The time of the last correction of the clock; 0: there was none. */
  correctedAtMs: number;
  /** What began in 1970 waits for the correction that moves it to a date; null: nothing waits. */
  crossing: UnknownCrossing | null;
  readonly grants: Map<string, UsedGrant>;
  /** Of `grants`: those that nobody paid for. */
  readonly free: Set<string>;
  /** By their JSON: thousands of vouchers of one plan share one object. */
  readonly terms: Map<string, Terms>;
  /** Which boot of the router the agent last started in; null: not known. */
  machine: string | null;
  /** When the agent first started in that boot of the router. */
  machineAtMs: number;
  /** How many device bindings there were. */
  bindings: number;
  /** By grant, longest bound first. */
  readonly slots: SlotTable;
  /** Grants by the key or MAC of a device that holds a slot of theirs; asked by `heldGrants`. */
  readonly heldBy: HeldGrants;
  /** By SHA-256 of the token, hex. */
  readonly tokens: Map<string, SpentToken>;
  /** Open ones, and the last `closedSessionsKept` closed ones. */
  readonly sessions: SessionTable;
  readonly open: OpenSessions;
  readonly usage: Map<string, ChargedUsage>;
  /** Grants that ended for good, without their details (`prune-grants.ts`), or that are leased to another site. */
  readonly spent: SpentGrants;
  /** Vouchers that the hub leased to this site and that were released again: the time of the old row, which is void. */
  readonly releasedRows: Map<string, number>;
  /** Sold for cash at this site, by grant. */
  readonly sales: Map<string, CashSale>;
  /** The grant behind a code that was sold here. */
  readonly saleOfCode: Map<string, string>;
  /** Total cash sales of each seller at this site. */
  readonly soldCents: Map<string, number>;
  /** By seller, oldest first: what was sold in the last two days, also where its grant is forgotten. */
  readonly recentSales: Map<string, readonly RecentSale[]>;
  /** Up to when outages have been credited. */
  creditedToMs: number;
  /** Devices and sellers that guessed codes or PINs and are locked, or were locked in the last day. */
  readonly locks: Map<string, KeptLock>;
  /** By grant: what its customer did against theft, as recorded here. */
  readonly guards: Map<string, CodeGuard>;
  /** By grant, oldest first: when it went from one device to another, in the last days. */
  readonly moves: Map<string, readonly number[]>;
  /** Does this site remember what it gave? */
  memory: SiteMemory;
}

/**
 * Where the journal goes from an unknown time (1970) to dates, without the correction that should be there: it comes with the first dates, but a power
 * cut in that write may leave records behind it and not it itself, and a page that became unreadable may have held it.
 */
export interface UnknownCrossing {
  /** The last record's time before it. */
  readonly fromMs: number;
  /** The first record's time after it, and the corrections since that would have moved what began before. */
  readonly toMs: number;
  /** Somebody vouched for that time: no later correction would have moved it. */
  readonly isProved: boolean;
}

export interface SiteMemory {
  /** What the folder lacks is not known yet: what is older is held. Null: nothing is missing. */
  lost: LostMemory | null;
  /** The last loss that nobody could tell this site about; null: none. */
  forgot: { readonly cause: EventOf<"memory-lost">["cause"]; readonly atMs: number } | null;
  /** When the first record of this folder was written: what was used before, it does not know. 0: not known. */
  beganAtMs: number;
  /** The last recall that was told to its end, by the hub's name for it. */
  recalled: string | null;
}

/** The site as it was when the loss was noticed: what it counts from then on is on top of what the hub tells. */
export interface LostMemory {
  readonly cause: EventOf<"memory-lost">["cause"];
  readonly atMs: number;
  readonly boot: number;
  /** Absent: no record of the present epoch is missing. */
  lacks?: NonNullable<EventOf<"memory-lost">["lacks"]>;
  readonly usage: Map<string, { readonly bytes: number; readonly onlineSeconds: number }>;
  /** Of the sessions that were open. */
  readonly counters: Map<string, { readonly bytes: number; readonly onlineSeconds: number }>;
  readonly soldCents: Map<string, number>;
  /** Grants and sellers that were told: a page that comes again changes nothing. */
  readonly told: Set<string>;
}

export interface UsedGrant {
  grant: Grant;
  readonly voucher: { readonly batchId: string; readonly serial: number } | null;
  /** The agent's boot in which it was started. */
  readonly boot: number;
  /** Its start is true time: from a synced clock, or corrected later. */
  settled: boolean;
  /** Its period came with a lease, or the hub told it: a date that this site's clock did not stamp. Absent: it began here. */
  beganElsewhere?: true;
  /** When its validity ends, where the plan's date ends it before. Absent: the date cuts nothing off. */
  uncutEndMs?: number;
}

export type { BoundSlot };

export interface SpentToken {
  readonly grantId: string;
  readonly mac: string | null;
  /** By the record's stamp. */
  readonly atMs: number;
}

export type { Session };

/** By a device's key or MAC; but for `mac.<MAC>`, which is found under its MAC. */
export type HeldGrants = Map<string, string | readonly string[]>;

export type { SpentReason };
export interface SpentGrants {
  /** Vouchers of batches and their bridges. By the grant's id up to its serial, and the number of the block: 4 bits a serial. */
  readonly blocks: Map<string, Uint8Array>;
  /** All others, by the grant's id. `atMs`: when it was noted. */
  readonly others: Map<string, { readonly reason: SpentReason; readonly atMs: number }>;
  /** Of the trials in `others`: one of any plan is a device's only one. */
  readonly trialPlans: Set<string>;
}

/** What a seller sold for cash at this site. */
export type CashSale = Pick<
  EventOf<"cash-sale">,
  "saleId" | "sellerId" | "planId" | "priceCents" | "currency" | "code" | "grant"
> & { readonly atMs: number };

export type RecentSale = Pick<CashSale, "atMs" | "priceCents" | "currency">;

export function emptyState(sessions = new SessionTable()): SiteState {
  return {
    boot: 0,
    machine: null,
    machineAtMs: 0,
    lastAtMs: 0,
    correctedAtMs: 0,
    crossing: null,
    bindings: 0,
    grants: new Map(),
    free: new Set(),
    terms: new Map(),
    slots: new SlotTable(),
    heldBy: new Map(),
    tokens: new Map(),
    sessions,
    open: noOpenSessions(),
    usage: new Map(),
    spent: { blocks: new Map(), others: new Map(), trialPlans: new Set() },
    releasedRows: new Map(),
    sales: new Map(),
    saleOfCode: new Map(),
    soldCents: new Map(),
    recentSales: new Map(),
    creditedToMs: 0,
    locks: new Map(),
    guards: new Map(),
    moves: new Map(),
    memory: { lost: null, forgot: null, beganAtMs: 0, recalled: null },
  };
}

/** Sessions that have not stopped. */
export function openSessions(state: SiteState): Session[] {
  return sessionsOf(state, state.open.keys);
}

export function sessionsOf(state: SiteState, keys: Iterable<string>): Session[] {
  return [...keys].map((key) => state.sessions.get(key)).filter((session) => session !== undefined);
}
