/**
 * Why somebody is not online, told from what is known of them, and what helps. Pure. What the site says comes from its own `decide`: asked just now, or
 * as it refused the last log-in. Everything else is the hub's own: money, rights, links.
 */
import type { PurchaseStage } from "../../money/purchases/transition/purchase-facts.ts";

/** A right to be online: bought, on a voucher, of an account. */
export interface Right {
  /** As its site knows it. */
  readonly grantId: string;
  /** Null: no site has it yet. */
  readonly siteId: string | null;
  readonly planName: string;
  readonly createdAtMs: number;
  /** Null: nobody has used it yet. */
  readonly startedAtMs: number | null;
  /** Null: no date ends it. */
  readonly endsAtMs: number | null;
  readonly revokedAtMs: number | null;
  /** By staff, while it had time left, which stands still. */
  readonly isPaused: boolean;
  readonly isSuspended: boolean;
  readonly paymentId: string | null;
}

interface LastPayment {
  readonly id: string;
  readonly state: PurchaseStage;
  readonly reason: string | null;
  readonly planName: string;
  readonly atMs: number;
}

interface LastSession {
  readonly grantId: string | null;
  readonly siteId: string;
  readonly startedAtMs: number | null;
  /** Null: it is open. */
  readonly stoppedAtMs: number | null;
  /** Why the site ended it; null: the guest or the router did. */
  readonly why: string | null;
}

export interface OfflineFacts {
  readonly customer: { readonly customerId: string; readonly isActive: boolean } | null;
  readonly payment: LastPayment | null;
  readonly rights: readonly Right[];
  readonly session: LastSession | null;
  /** The last log-in that a site refused. */
  readonly refused: { readonly atMs: number; readonly reason: string; readonly siteId: string } | null;
  /** Sites that are away, since when; null: nobody knows. Those that are here are not in it. */
  readonly away: ReadonlyMap<string, number | null>;
  /** What the site of `rightToAsk` says of one more phone; null reason: it would be let in. Null: it was not asked, or did not answer. */
  readonly asked: { readonly reason: string | null } | null;
}

/** What helps: what is opened, or done. `id`: of the payment, site, customer or grant that it is about. */
export const remedies = ["sell", "check-payment", "payment", "devices", "grant", "site", "customer"] as const;
export interface Remedy {
  readonly kind: (typeof remedies)[number];
  readonly id: string | null;
  readonly siteId: string | null;
}

export const verdictKinds = [
  "nothing-known",
  "online",
  "site-away",
  "suspended",
  "paused",
  "places-taken",
  "refused",
  "not-used",
  "left",
  "ended",
  "revoked",
  "no-pin",
  "payment-unknown",
  "payment-failed",
  "money-back",
  "no-right",
] as const;

export interface Verdict {
  readonly kind: (typeof verdictKinds)[number];
  /** When that was, or since when; null: nobody knows. */
  readonly atMs: number | null;
  readonly siteId: string | null;
  readonly planName: string | null;
  /** Of `refused` and `left`: the site's word; of `payment-failed`: the channel's. */
  readonly reason: string | null;
  /** Null: nothing helps, or nothing has to. */
  readonly remedy: Remedy | null;
}

const over = (right: Right, nowMs: number): boolean =>
  right.revokedAtMs !== null || (!right.isPaused && right.endsAtMs !== null && right.endsAtMs <= nowMs);

/** The right that should let them in now: one that is running before one that nobody has used, then the newest. Null: there is none. */
export function rightToAsk(rights: readonly Right[], nowMs: number): Right | null {
  const usable = rights
    .filter((right) => !over(right, nowMs))
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs);
  const isFree = ({ isPaused, isSuspended }: Right) => !isPaused && !isSuspended;
  return (
    usable.find((right) => right.startedAtMs !== null && isFree(right)) ?? usable.find(isFree) ?? usable[0] ?? null
  );
}

/** The session that says where they are: one that is open at a site that is here, before one that a site which is away left open. `sessions`: open ones first, then the newest. */
export const sessionToTell = (
  sessions: readonly LastSession[],
  away: OfflineFacts["away"],
): { readonly session: LastSession | null; readonly isOnline: boolean } => {
  const open = sessions.find((session) => isOnlineIn(session, away));
  return { session: open ?? sessions[0] ?? null, isOnline: open !== undefined };
};

/** It is open, at a site that would have told of its end. */
const isOnlineIn = ({ stoppedAtMs, siteId }: LastSession, away: OfflineFacts["away"]): boolean =>
  stoppedAtMs === null && !away.has(siteId);

const waitingStates: readonly PurchaseStage[] = ["created", "sending", "prompted"];

export function whyOffline(facts: OfflineFacts, nowMs: number): Verdict {
  const { session } = facts;
  const right = rightToAsk(facts.rights, nowMs);
  const siteId = right?.siteId ?? session?.siteId ?? null;
  const about = { siteId, planName: right?.planName ?? null, reason: null };
  if (session !== null && isOnlineIn(session, facts.away))
    return { ...about, kind: "online", atMs: session.startedAtMs, siteId: session.siteId, remedy: null };
  return right === null ? withoutRight(facts, nowMs) : withRight(facts, right, nowMs, about);
}

type About = Pick<Verdict, "siteId" | "planName" | "reason">;

function withRight(facts: OfflineFacts, right: Right, nowMs: number, about: About): Verdict {
  const { asked, away, customer, refused, session } = facts;
  const { siteId } = right;
  const help = (kind: Remedy["kind"], id: string | null): Remedy => ({ kind, id, siteId });
  if (right.isSuspended || customer?.isActive === false)
    return { ...about, kind: "suspended", atMs: null, remedy: help("customer", customer?.customerId ?? null) };
  if (siteId !== null && away.has(siteId))
    return { ...about, kind: "site-away", atMs: away.get(siteId) ?? null, remedy: help("site", siteId) };
  if (right.isPaused) return { ...about, kind: "paused", atMs: null, remedy: help("grant", right.grantId) };
  // What was refused before this was bought, or before they were last online, says nothing of now.
  const fromMs = Math.max(right.createdAtMs, session?.startedAtMs ?? 0);
  const refusedNow = refused !== null && refused.atMs >= fromMs ? refused : null;
  const reason = asked === null ? (refusedNow?.reason ?? null) : asked.reason;
  if (reason !== null) {
    const atMs = asked === null ? (refusedNow?.atMs ?? null) : nowMs;
    if (reason === "too-many-devices")
      return { ...about, kind: "places-taken", atMs, reason, remedy: help("devices", right.grantId) };
    const isUsedUp = ["expired", "time-used", "data-used"].includes(reason);
    return {
      ...about,
      kind: "refused",
      atMs,
      reason,
      remedy: isUsedUp ? help("sell", null) : help("grant", right.grantId),
    };
  }
  const devices = siteId === null ? null : help("devices", right.grantId);
  if (right.startedAtMs === null) return { ...about, kind: "not-used", atMs: right.createdAtMs, remedy: devices };
  const last = session?.stoppedAtMs == null ? null : session;
  return { ...about, kind: "left", atMs: last?.stoppedAtMs ?? null, reason: last?.why ?? null, remedy: devices };
}

function withoutRight({ payment, rights, session }: OfflineFacts, nowMs: number): Verdict {
  const last = rights.toSorted((one, other) => other.createdAtMs - one.createdAtMs)[0] ?? null;
  const none = { siteId: null, reason: null };
  const sell: Remedy = { kind: "sell", id: null, siteId: last?.siteId ?? session?.siteId ?? null };
  // A payment that came after the last right, or opened none, is what they are asking about.
  if (payment !== null && (last === null || payment.atMs > last.createdAtMs)) {
    const about = { ...none, planName: payment.planName, atMs: payment.atMs };
    const check: Remedy = { kind: "check-payment", id: payment.id, siteId: null };
    const look: Remedy = { kind: "payment", id: payment.id, siteId: null };
    if (waitingStates.includes(payment.state)) return { ...about, kind: "no-pin", remedy: check };
    if (payment.state === "unknown") return { ...about, kind: "payment-unknown", remedy: check };
    if (payment.state === "failed") return { ...about, kind: "payment-failed", reason: payment.reason, remedy: sell };
    if (payment.state === "paid" || payment.state === "paid_unreceipted")
      return { ...about, kind: "no-right", remedy: look };
    return { ...about, kind: "money-back", remedy: look };
  }
  if (last === null)
    return { ...none, kind: session === null ? "nothing-known" : "no-right", planName: null, atMs: null, remedy: sell };
  const about = { ...none, siteId: last.siteId, planName: last.planName };
  if (last.revokedAtMs !== null && (last.endsAtMs === null || last.revokedAtMs <= Math.min(last.endsAtMs, nowMs)))
    return {
      ...about,
      kind: "revoked",
      atMs: last.revokedAtMs,
      remedy: last.paymentId === null ? sell : { kind: "payment", id: last.paymentId, siteId: null },
    };
  return { ...about, kind: "ended", atMs: last.endsAtMs, remedy: sell };
}
