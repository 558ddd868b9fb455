/**
 * A site that lost its memory: what the loss keeps apart, and how what the hub tells is taken in. Changes the state in place; part of
 * the fold. What the site has counted since the loss is on top of what is told, and nothing that is told lowers what it knows.
 */

import { spentInBlock } from "@karibu/protocol/codes/spent-codes";
import type { EventOf, RecalledPage } from "@karibu/protocol/journal/record";
import { unixMs } from "@karibu/protocol/quantities";
import { addRecentSale, addSale } from "./cash-sale-fold.ts";
import { forgetGrant, keepGrant, lasting, setSlots, voidRow, withSharedTerms } from "./grant-fold.ts";
import { tellMoves } from "./guard-fold.ts";
import { nasSessionId } from "./session.ts";
import { startSession, takeCounters } from "./session-fold.ts";
import {
  type LostMemory,
  openSessions,
  type Session,
  type SiteState,
  type SpentReason,
  type UsedGrant,
} from "./site-state.ts";
import { addSpent, removeSpent, spentReasonOf } from "./spent-grants.ts";

type ToldGrant = RecalledPage["grants"][number];
type ToldSession = ToldGrant["sessions"][number];
interface Amount {
  readonly bytes: number;
  readonly onlineSeconds: number;
}
const nothing: Amount = { bytes: 0, onlineSeconds: 0 };

/** Noticed twice before it is told, it is one loss: what was counted since the first notice is known. */
export function loseMemory(state: SiteState, record: EventOf<"memory-lost"> & { readonly atMs: number }): void {
  if (record.alone === true) {
    state.memory = { ...state.memory, forgot: { cause: record.cause, atMs: record.atMs } };
    return;
  }
  if (state.memory.lost !== null) {
    if (record.lacks !== undefined) state.memory.lost.lacks = record.lacks;
    return;
  }
  const usage = new Map([...state.usage].map(([grantId, used]) => [grantId, { ...used }]));
  const counters = new Map(openSessions(state).map((session) => [session.sessionKey, amountOf(session)]));
  const { cause, atMs, lacks } = record;
  const lost = {
    cause,
    atMs,
    ...(lacks === undefined ? {} : { lacks }),
    boot: state.boot,
    usage,
    counters,
    soldCents: new Map(state.soldCents),
    told: new Set<string>(),
  };
  state.memory = { ...state.memory, lost };
}

export function recall(
  state: SiteState,
  { page, recall: name, done, atMs }: EventOf<"recalled"> & { readonly atMs: number },
): void {
  const { lost } = state.memory;
  if (lost === null) return; // told to its end before
  for (const { block, bits } of page.spent)
    for (const [grantId, reason] of spentInBlock(block, Buffer.from(bits, "base64")))
      tellEnd(state, grantId, reason, atMs);
  for (const { grantId, reason, leaseAtMs } of page.ended) {
    tellEnd(state, grantId, reason, atMs);
    if (leaseAtMs !== undefined) voidRow(state, grantId, leaseAtMs);
  }
  const ended = Map.groupBy(endedSince(state, lost), ({ session }) => session.grantId);
  const overHere = endedSinceLoss(state);
  for (const told of page.grants) tellGrant(state, lost, told, ended.get(told.grant.grantId) ?? [], overHere);
  for (const sale of page.sales)
    if (spentReasonOf(state.spent, sale.grant.grantId) === null)
      addSale(state, { ...sale, grant: withSharedTerms(state, sale.grant) }, false);
  for (const seller of page.sellers) tellSeller(state, lost, seller);
  if (done) state.memory = { ...state.memory, lost: null, recalled: name };
}

/** Sessions of the page that are here under a new key. */
export function continuedIn(
  state: SiteState,
  { grants }: RecalledPage,
): { readonly sessionKey: string; readonly by: string }[] {
  const overHere = endedSinceLoss(state);
  return grants.flatMap(({ sessions }) =>
    sessions.flatMap((session) => {
      const { sessionKey } = session;
      const again = state.sessions.has(sessionKey) ? undefined : sameAtRouter(state, session, overHere);
      return again === undefined ? [] : [{ sessionKey, by: again.sessionKey }];
    }),
  );
}

function tellEnd(state: SiteState, grantId: string, reason: SpentReason, atMs: number): void {
  forgetGrant(state, grantId);
  if (spentReasonOf(state.spent, grantId) === null) addSpent(state.spent, grantId, reason, atMs);
}

interface EndedSince {
  readonly session: Session;
  /** What it used after the loss. */
  readonly used: Amount;
}

/**
 * Sessions of before that ended here since the loss. One that the hub does not tell as open any more has ended there too, so all that it
 * used is told. Not of this start: the hub first hears of such a session after the loss, and leaves it out.
 */
function endedSince(state: SiteState, lost: LostMemory): EndedSince[] {
  return [...lost.counters].flatMap(([sessionKey, then]) => {
    const session = state.sessions.get(sessionKey);
    if (session === undefined || session.stoppedAtMs === null || session.boot >= lost.boot) return [];
    const now = amountOf(session);
    const used = { bytes: now.bytes - then.bytes, onlineSeconds: now.onlineSeconds - then.onlineSeconds };
    return [{ session, used }];
  });
}

function tellGrant(
  state: SiteState,
  lost: LostMemory,
  told: ToldGrant,
  ended: readonly EndedSince[],
  overHere: () => readonly Session[],
): void {
  const { grantId } = told.grant;
  const spent = spentReasonOf(state.spent, grantId);
  if (lost.told.has(grantId) || (spent !== null && spent !== "elsewhere")) return;
  lost.told.add(grantId);
  removeSpent(state.spent, grantId);
  const known = state.grants.get(grantId);
  if (known === undefined) {
    // Of no boot: a correction of this boot's clock does not move what the hub has corrected long ago.
    keepGrant(state, { grant: lasting(state, told.grant), voucher: told.voucher, boot: -1, settled: true });
  } else {
    const period = periodOf(known, told.grant);
    // What the hub knows is a date: the clock that stamped the use here has no part in it any more.
    if (period.endsAtMs !== known.grant.endsAtMs) known.beganElsewhere = true;
    known.grant = { ...known.grant, ...period };
  }
  tellSlots(state, told);
  tellMoves(state, grantId, told.movedAtMs ?? []);
  const isTold = ({ session }: EndedSince) => told.sessions.some((one) => one.sessionKey === session.sessionKey);
  const over = ended.filter((one) => !isTold(one)).map(({ used }) => used);
  const open = told.sessions.map((session) => tellSession(state, lost, grantId, session, overHere));
  const twice = [...open, ...over].reduce(sum, nothing);
  const [before, now] = [lost.usage.get(grantId) ?? nothing, state.usage.get(grantId) ?? nothing];
  // What ran in free hours is counted nowhere, though it is a part of both.
  const totalOf = (toldAmount: number, then: number, counted: number, both: number) =>
    Math.max(toldAmount, then) + Math.max(0, counted - then - both);
  state.usage.set(grantId, {
    ...now,
    bytes: totalOf(told.usedBytes, before.bytes, now.bytes, twice.bytes),
    onlineSeconds: totalOf(told.usedSeconds, before.onlineSeconds, now.onlineSeconds, twice.onlineSeconds),
  });
}

/** One use that both know: the later end, for the customer. A second use of what was used before ends when the first one does. */
function periodOf(
  { grant, settled }: UsedGrant,
  told: ToldGrant["grant"],
): Pick<UsedGrant["grant"], "startedAtMs" | "endsAtMs"> {
  const isSameUse = !settled || grant.startedAtMs === told.startedAtMs;
  const ends = [grant.endsAtMs, told.endsAtMs].filter((end) => end !== null);
  if (isSameUse) return { startedAtMs: told.startedAtMs, endsAtMs: ends.length < 2 ? null : unixMs(Math.max(...ends)) };
  const starts = [grant.startedAtMs, told.startedAtMs].filter((start) => start !== null);
  return { startedAtMs: unixMs(Math.min(...starts)), endsAtMs: ends.length === 0 ? null : unixMs(Math.min(...ends)) };
}

/** The devices that took a slot here since then stay the newest. */
function tellSlots(state: SiteState, { grant: { grantId, terms }, slots }: ToldGrant): void {
  const own = state.slots.get(grantId) ?? [];
  const others = slots.filter(({ device, mac }) =>
    own.every((slot) => slot.device !== device && (mac === null || slot.mac !== mac)),
  );
  if (others.length === 0) return;
  const bound = [...others, ...own].slice(-Math.max(1, terms.devices)).map(({ device, mac }) => {
    state.bindings += 1;
    return { device, mac, boundOrder: state.bindings };
  });
  setSlots(state, grantId, bound);
}

/** What is counted both here and in what is told: of a session that goes on here, under its own key or a new one. */
function tellSession(
  state: SiteState,
  lost: LostMemory,
  grantId: string,
  told: ToldSession,
  overHere: () => readonly Session[],
): Amount {
  const known = state.sessions.get(told.sessionKey);
  if (known !== undefined) {
    const then = lost.counters.get(told.sessionKey) ?? amountOf(known);
    const both = least(amountOf(told), amountOf(known));
    takeCounters(state, known, told);
    return {
      bytes: Math.max(0, both.bytes - then.bytes),
      onlineSeconds: Math.max(0, both.onlineSeconds - then.onlineSeconds),
    };
  }
  const again = sameAtRouter(state, told, overHere);
  if (again !== undefined) return least(amountOf(told), amountOf(again));
  startSession(state, { kind: "session-started", ...told, grantId });
  const begun = state.sessions.get(told.sessionKey);
  if (begun !== undefined) takeCounters(state, begun, told);
  return nothing;
}

/** Sessions that began since the loss and have ended. Looked for when it is first asked: a site keeps thousands. */
function endedSinceLoss(state: SiteState): () => readonly Session[] {
  const since = (state.memory.lost ?? state).boot;
  let ended: readonly Session[] | undefined;
  return () => {
    ended ??= [...state.sessions.values()].filter(({ stoppedAtMs, boot }) => stoppedAtMs !== null && boot >= since);
    return ended;
  };
}

/**
 * The router went on reporting it before the site was told: then it is here under a new key, perhaps ended already. The hub knows no router by its
 * address: what is kept by one has another name here.
 */
function sameAtRouter(state: SiteState, told: ToldSession, ended: () => readonly Session[]): Session | undefined {
  const { sessionId, user, mac, nas } = told;
  const named = state.sessions.keyNamed(nasSessionId(nas, sessionId));
  const candidates = named === null ? [...openSessions(state), ...ended()] : [state.sessions.get(named)];
  return candidates.find((one) => one?.sessionId === sessionId && one.user === user && one.mac === mac);
}

function tellSeller(
  state: SiteState,
  lost: LostMemory,
  { sellerId, soldCents, recent }: RecalledPage["sellers"][number],
): void {
  const name = `seller ${sellerId}`;
  if (lost.told.has(name)) return;
  lost.told.add(name);
  const [before, now] = [lost.soldCents.get(sellerId) ?? 0, state.soldCents.get(sellerId) ?? 0];
  state.soldCents.set(sellerId, Math.max(soldCents, before) + now - before);
  const known = state.recentSales.get(sellerId) ?? [];
  for (const sale of recent)
    if (!known.some(({ atMs, priceCents }) => atMs === sale.atMs && priceCents === sale.priceCents))
      addRecentSale(state, sellerId, sale);
}

function amountOf(session: Pick<Session, "inputBytes" | "outputBytes" | "onlineSeconds">): Amount {
  return { bytes: session.inputBytes + session.outputBytes, onlineSeconds: session.onlineSeconds };
}

const sum = (one: Amount, other: Amount): Amount => ({
  bytes: one.bytes + other.bytes,
  onlineSeconds: one.onlineSeconds + other.onlineSeconds,
});
const least = (one: Amount, other: Amount): Amount => ({
  bytes: Math.min(one.bytes, other.bytes),
  onlineSeconds: Math.min(one.onlineSeconds, other.onlineSeconds),
});
