/**
 * Refunds: reversed at M-Pesa, paid out to a phone, put into the customer's credit, or handed over in cash. Who asks
 * for how much of what, and who says yes: a second person where the provider wants it so. The way to the channel is
 * `send-refund.ts`.
 */
import { newId } from "@karibu/protocol/identifiers";
import { isWaitedFor, readSilentSites, type SilentSite } from "../../fleet/link/silent-sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { Problem, refusal, wrongField } from "../../ground/http/problem.ts";
import { transferEntry } from "../ledger/entries.ts";
import { bookRefundedSale } from "../paper-sales/note-voucher-sales.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { RefundUsed } from "../settings/refund-used.ts";
import { takeCommissionBack } from "./commission-back.ts";
import { refundableCents } from "./refund-policy.ts";
import { type RefundParts, type RefundRow, setRefund } from "./refund-rows.ts";
import { type RefundSubject, readSubject, type SubjectName } from "./refund-subject.ts";
import { type RefundWays, refundWays } from "./refund-ways.ts";
import { refundJob } from "./send-refund.ts";

export interface RefundOrder {
  /** What it is for: one of the three. */
  readonly paymentId?: string;
  readonly voucherId?: string;
  readonly cashSaleId?: string;
  readonly method: RefundRow["method"];
  /** Null: all that can be refunded of it. */
  readonly amountCents: number | null;
  readonly reason: string;
  /** End what is left of the grant. What is refunded must end, unless the provider's rule leaves it to people. */
  readonly revoke: boolean;
  /** For a voucher, or a site's sale, into somebody's credit: whose. MSISDN. */
  readonly phone?: string;
  /** The refund that failed, when this one is made in its place. */
  readonly retryOf?: string;
  /** Who asks may not decide: it waits for somebody else, whatever the provider's rule. */
  readonly waits?: boolean;
}

const open = ["asked", "approved", "sending", "sent", "unknown", "done"] as const;

/** In the caller's transaction. Throws Problems that name the field. The same key is the same refund, or refused. */
export async function askRefund(
  parts: RefundParts,
  tx: Tx,
  order: RefundOrder & { readonly providerId: string; readonly userId: string; readonly idempotencyKey: string },
): Promise<RefundRow> {
  const { providerId, method } = order;
  const same = await tx
    .selectFrom("refunds")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("idempotencyKey", "=", order.idempotencyKey)
    .executeTakeFirst();
  if (same !== undefined) return refuseOther(same, order);
  const what = subjectOf(order);
  const subject = await readSubject(parts, tx, providerId, what, "change");
  refuseUnsold(subject);
  const settings = await readMoneySettings(tx, providerId);
  const leftCents = await refundable(parts, tx, subject, settings.refundUsed, null);
  const amountCents = order.amountCents ?? leftCents;
  if (amountCents <= 0 || amountCents > leftCents) throw tooMuch(subject, leftCents);
  if (!order.revoke && settings.refundUsed !== "any") throw refusal("must-end", { field: "revoke" });
  refuseImpossible(method, refundWays({ ...subject.facts, amountCents }));
  const { receipt } = subject;
  const typed = order.phone === undefined ? null : parts.parties.ofPhone(providerId, order.phone);
  // The number of a site's sale is what its seller typed; the office sees the customer.
  const party = subject.cashSaleId === null ? (subject.party ?? typed) : (typed ?? subject.party);
  if (method === "credit" && party === null) throw wrongField("phone", "whose-credit");
  const nowMs = parts.world.clock.wall().atMs;
  const silent = await silentSites(tx, subject, settings.refundUsed);
  const needsPerson = settings.twoPersonRefunds || order.waits === true;
  const waitsForSites = isWaitedForAmong(silent, nowMs);
  const row = await tx
    .insertInto("refunds")
    .values({
      providerId,
      refundId: newId(parts.world),
      idempotencyKey: order.idempotencyKey,
      purchaseId: subject.purchaseId,
      voucherId: subject.voucherId,
      cashSaleId: subject.cashSaleId,
      rail: receipt?.rail ?? null,
      receipt: receipt?.receipt ?? null,
      channelId: receipt?.channelId ?? null,
      method,
      amountCents,
      allLeft: order.amountCents === null,
      currency: subject.currency,
      party,
      reason: order.reason,
      revoke: order.revoke,
      retryOf: order.retryOf ?? null,
      silentSites: silent === null ? null : (json(silent) as never),
      goesOnWhenHeard: waitsForSites && !needsPerson,
      state: "asked",
      askedBy: order.userId,
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return needsPerson || waitsForSites ? row : approve(parts, tx, row, order.userId, subject);
}

const isWaitedForAmong = (silent: readonly SilentSite[] | null, nowMs: number): boolean =>
  silent?.some((site) => isWaitedFor(site, nowMs)) ?? false;

/**
 * What nobody told of as used may have been used where the hub has not heard since. Null: there is no such site, or what is refunded does not
 * depend on the use.
 */
async function silentSites(tx: Tx, subject: RefundSubject, rule: RefundUsed): Promise<readonly SilentSite[] | null> {
  if (rule === "any") return null;
  const silent = await readSilentSites(tx, subject.providerId, subject.siteIds);
  return silent.length === 0 ? null : silent;
}

function refuseOther(same: RefundRow, order: RefundOrder): RefundRow {
  const { paymentId = null, voucherId = null, cashSaleId = null, method, amountCents } = order;
  const isSame =
    same.purchaseId === paymentId &&
    same.voucherId === voucherId &&
    same.cashSaleId === cashSaleId &&
    same.method === method &&
    (amountCents === null ? same.allLeft : !same.allLeft && same.amountCents === amountCents);
  if (isSame) return same;
  throw refusal("key-reused", { field: "Idempotency-Key" });
}

/** What can be refunded of it now, and in which ways. Locks nothing: what is decided is decided when it is asked for. */
export async function readRefundOptions(parts: RefundParts, tx: Tx, providerId: string, what: SubjectName) {
  const subject = await readSubject(parts, tx, providerId, what, "look");
  const { refundUsed } = await readMoneySettings(tx, providerId);
  const isSold = subject.sale === "booked";
  const leftCents = isSold ? await refundable(parts, tx, subject, refundUsed, null) : 0;
  const silent = (await silentSites(tx, subject, refundUsed)) ?? [];
  return {
    silentSites: [...silent],
    leftCents,
    currency: subject.currency,
    sale: subject.sale,
    ways: refundWays({ ...subject.facts, amountCents: leftCents }),
  };
}

/** A refund of a code is of its sale: nobody gets money for one that nobody bought. */
function refuseUnsold({ sale }: RefundSubject): void {
  if (sale !== "booked") throw refusal("not-sold", { field: "voucherId" });
}

/** Before anything is revoked. */
function refuseImpossible(method: RefundRow["method"], ways: RefundWays): void {
  const problem = ways[method];
  if (problem === null) return;
  if (problem.code === "unproven") throw refusal("unproven", { field: "paymentId" });
  throw refusal("method-impossible", { field: "method", value: problem.code });
}

export function subjectOf(order: Pick<RefundOrder, "paymentId" | "voucherId" | "cashSaleId">): SubjectName {
  const { paymentId, voucherId, cashSaleId } = order;
  const [only, ...others] = [
    ...(paymentId === undefined ? [] : [{ paymentId }]),
    ...(voucherId === undefined ? [] : [{ voucherId }]),
    ...(cashSaleId === undefined ? [] : [{ cashSaleId }]),
  ];
  if (only !== undefined && others.length === 0) return only;
  throw wrongField("paymentId", "what-to-refund");
}

const subjectOfRow = (row: RefundRow): SubjectName =>
  row.cashSaleId !== null
    ? { cashSaleId: row.cashSaleId }
    : row.voucherId !== null
      ? { voucherId: row.voucherId }
      : { paymentId: row.purchaseId ?? "" };

/** What can still be refunded of it: by the rule for used packages, less what was refunded, is on its way, or went back at the channel. */
async function refundable(
  { world }: RefundParts,
  tx: Tx,
  subject: RefundSubject,
  rule: RefundUsed,
  except: string | null,
): Promise<number> {
  // A revoked package is used no further, and a refunded unused part counts as unused once.
  const untilMs = Math.min(world.clock.wall().atMs, subject.endedAtMs ?? Number.POSITIVE_INFINITY);
  const allowed = refundableCents(rule, subject.priceCents, subject.package, untilMs);
  let rows = tx
    .selectFrom("refunds")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", subject.providerId)
    .where("state", "in", [...open]);
  if (subject.cashSaleId !== null) rows = rows.where("cashSaleId", "=", subject.cashSaleId);
  else if (subject.voucherId !== null) rows = rows.where("voucherId", "=", subject.voucherId);
  else rows = rows.where("purchaseId", "=", subject.purchaseId);
  if (except !== null) rows = rows.where("refundId", "!=", except);
  const given = Number((await rows.executeTakeFirst())?.sum ?? 0);
  return Math.max(0, allowed - subject.returnedCents - given);
}

function tooMuch(subject: RefundSubject, leftCents: number): Problem {
  const isUsed = subject.package.use.startedAtMs !== null;
  if (leftCents === 0 && isUsed) {
    return refusal("used", {
      field: subject.cashSaleId !== null ? "cashSaleId" : subject.voucherId === null ? "paymentId" : "voucherId",
    });
  }
  return refusal("too-much", { field: "amountCents", rule: "too-big", value: leftCents });
}

/**
 * The second person says yes, also while sites are silent: the row keeps which were. Throws a Problem when it is the first one, when it was
 * decided, or when it was used meanwhile.
 */
export async function approveRefund(parts: RefundParts, tx: Tx, row: RefundRow, userId: string): Promise<RefundRow> {
  refuseDecided(row);
  if (row.askedBy === userId) throw refusal("second-person");
  return (await decideNow(parts, tx, row, userId, "by-a-person")) as RefundRow;
}

/**
 * A refund that waited for its sites alone: null while one is silent still, and waited for. What was used there is refused, and says so.
 */
export async function goOnWhenHeard(parts: RefundParts, tx: Tx, row: RefundRow): Promise<RefundRow | null> {
  if (row.state !== "asked" || !row.goesOnWhenHeard) return null;
  try {
    return await decideNow(parts, tx, row, row.askedBy, "when-heard");
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return setRefund(parts.world, tx, row, { state: "refused", problem: error.message.replace(/^\w+: /, "") });
  }
}

async function decideNow(
  parts: RefundParts,
  tx: Tx,
  row: RefundRow,
  userId: string,
  how: "by-a-person" | "when-heard",
): Promise<RefundRow | null> {
  const subject = await readSubject(parts, tx, row.providerId, subjectOfRow(row), "change");
  refuseUnsold(subject);
  const { refundUsed } = await readMoneySettings(tx, row.providerId);
  const silent = await silentSites(tx, subject, refundUsed);
  if (how === "when-heard" && isWaitedForAmong(silent, parts.world.clock.wall().atMs)) {
    // Others are silent now: it waits for those.
    await setRefund(parts.world, tx, row, { silentSites: json(silent) as never });
    return null;
  }
  const leftCents = await refundable(parts, tx, subject, refundUsed, row.refundId);
  // "All that is left" is less by what was used since; an amount that somebody named is that or nothing.
  const amountCents = row.allLeft && row.method !== "reversal" ? Math.min(row.amountCents, leftCents) : row.amountCents;
  if (amountCents <= 0 || amountCents > leftCents) throw tooMuch(subject, leftCents);
  refuseImpossible(row.method, refundWays({ ...subject.facts, amountCents }));
  return approve(parts, tx, { ...row, amountCents, silentSites: silent }, userId, subject);
}

/** Somebody says no: nothing is sent, and the package goes on. Also who asked may take it back. */
export async function declineRefund(parts: RefundParts, tx: Tx, row: RefundRow, userId: string): Promise<RefundRow> {
  refuseDecided(row);
  return setRefund(parts.world, tx, row, { state: "refused", refusedBy: userId });
}

function refuseDecided(row: RefundRow): void {
  if (row.state !== "asked") throw refusal("decided");
}

async function approve(
  parts: RefundParts,
  tx: Tx,
  row: RefundRow,
  userId: string,
  subject: RefundSubject,
): Promise<RefundRow> {
  const silent = row.silentSites === null ? null : (json(row.silentSites) as never);
  const agreed = { amountCents: row.amountCents, approvedBy: userId, silentSites: silent };
  if (row.revoke) await subject.revoke(tx);
  // It was used, so somebody bought it: with its first refund its sale is in the books. A reseller's that is not counted yet is moved to the reseller
  // once it is.
  if (subject.paperSale !== null) await bookRefundedSale(parts, tx, row.providerId, subject.paperSale);
  if (row.method === "credit" || row.method === "cash") {
    const to =
      row.method === "cash"
        ? { from: "cash" as const }
        : { from: "credit" as const, ...(row.party === null ? {} : { fromParty: row.party }) };
    const entry = transferEntry(`refund:${row.refundId}`, "refund", {
      ...to,
      to: subject.givenBackAs,
      amountCents: row.amountCents,
      currency: row.currency,
    });
    const cause = { providerId: row.providerId, purchaseId: row.purchaseId, party: row.party };
    const entryId = await parts.ledger.post(tx, cause, entry);
    const done = await setRefund(parts.world, tx, row, { ...agreed, state: "done", entryId });
    await takeCommissionBack(parts, tx, done);
    return done;
  }
  await parts.jobs.send(tx, refundJob, { providerId: row.providerId, refundId: row.refundId });
  return setRefund(parts.world, tx, row, { ...agreed, state: "approved" });
}
