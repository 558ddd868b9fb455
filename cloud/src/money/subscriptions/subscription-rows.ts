/** Subscriptions in the database: read under a lock, changed with their log, and told to the account's sites, in one transaction. */
import { newId } from "@karibu/protocol/identifiers";
import type { Terms } from "@karibu/protocol/plan";
import type { World } from "@karibu/protocol/world";
import { type AccountParts, findAccount, readKeptTerms, setStanding } from "../../catalogue/accounts/accounts.ts";
import { readPlan } from "../../catalogue/plans/plans.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { newestRestore } from "../../ground/restores/restores.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { maySell } from "../../tenancy/providers/selling-policy.ts";
import { dayMs, type Paid, paidUntilOf } from "./period-arithmetic.ts";
import { sumPauses } from "./policy/paused-days.ts";
import type { AnySubscriptionRow, SubscriptionRow } from "./subscription.ts";
import { lookJob } from "./subscription-job-names.ts";
import {
  nextLookMs,
  type Phase,
  phaseOf,
  type SubscriptionFacts,
  type SubscriptionRules,
  standingOf,
  usualRules,
} from "./subscription-policy.ts";

export interface RowParts extends AccountParts {
  readonly emit: Emit;
}

/** Who does something to a subscription, for its log. */
export interface Doing {
  readonly what: string;
  /** A person's name, or `karibu`. */
  readonly who: string;
  readonly why?: string | null | undefined;
  readonly amountCents?: number | null;
  /** Of a pause. */
  readonly days?: number;
  readonly entryId?: string | null;
}

/** A line. Locked until the transaction ends. Throws Problems "not-found" and "package-subscription". */
export async function readSubscription(tx: Tx, subscriptionId: string): Promise<SubscriptionRow> {
  const row = await tx
    .selectFrom("subscriptions")
    .selectAll()
    .where("subscriptionId", "=", subscriptionId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("subscription");
  if (row.kind === "package") throw refusal("package-subscription");
  return row as SubscriptionRow;
}

export async function readRules(tx: Tx, planId: string): Promise<SubscriptionRules> {
  const rows = await tx.selectFrom("subscription_rules").selectAll().where("planId", "in", [planId, "*"]).execute();
  const row = rows.find((one) => one.planId === planId) ?? rows[0];
  if (row === undefined) return usualRules;
  return {
    graceSeconds: row.graceSeconds,
    afterWay: row.afterWay,
    slowDownKbps: row.slowDownKbps,
    slowUpKbps: row.slowUpKbps,
    lateFeeCents: row.lateFeeCents,
    promiseDaysMax: row.promiseDaysMax,
    pauseDaysMax: row.pauseDaysMax,
  };
}

export async function factsOf(tx: Tx, row: SubscriptionRow): Promise<SubscriptionFacts> {
  const account = await readKeptTerms(tx, row.accountId);
  const rules = await readRules(tx, row.planId);
  // Nobody has grace, or is late, with what was never paid.
  const isNew = row.periods === 0 && row.anchorMs === row.createdAtMs;
  const terms: Pick<Terms, "dataBytes" | "useSeconds"> = account?.terms ?? { dataBytes: null, useSeconds: null };
  return {
    paid: paidOf(row),
    utcOffsetMinutes: await offsetOfProvider(tx, row.providerId),
    isEnded: row.endedAtMs !== null,
    cancelAtEnd: row.cancelAtEnd,
    suspendedReason: row.suspendedReason,
    pausedAtMs: row.pausedAtMs,
    pauseUntilMs: row.pauseUntilMs,
    promisedUntilMs: row.promisedUntilMs,
    promisedAtMs: row.promisedAtMs,
    bridgedUntilMs: row.bridgedUntilMs,
    isNeverPaid: isNew,
    rules: isNew ? { ...rules, graceSeconds: 0, lateFeeCents: 0 } : rules,
    terms,
  };
}

function paidOf(
  row: Pick<SubscriptionRow, "anchorMs" | "anchorOffsetMinutes" | "shiftedMs" | "periods" | "everyUnit" | "everyCount">,
): Paid {
  const { anchorMs, anchorOffsetMinutes: utcOffsetMinutes, shiftedMs, periods } = row;
  return { anchorMs, utcOffsetMinutes, shiftedMs, periods, every: { unit: row.everyUnit, count: row.everyCount } };
}

/**
 * When its phone was asked last; null: never. The hub of before a restore may have asked since the back-up, and the money be on its way: whoever asked
 * again at once might take it twice, so the restore counts as a try.
 */
export async function lastTryMs(
  tx: Tx,
  { promptedAtMs }: Pick<AnySubscriptionRow, "promptedAtMs">,
): Promise<number | null> {
  const restoredAtMs = (await newestRestore(tx))?.restoredAtMs ?? null;
  return promptedAtMs === null || restoredAtMs === null
    ? (promptedAtMs ?? restoredAtMs)
    : Math.max(promptedAtMs, restoredAtMs);
}

/** Days of pauses in the last 365. */
export async function pausedDaysOf(tx: Tx, subscriptionId: string, nowMs: number): Promise<number> {
  const rows = await tx
    .selectFrom("subscription_log")
    .select(["what", "atMs", "days"])
    .where("subscriptionId", "=", subscriptionId)
    .where("what", "in", ["paused", "pause-ended"])
    .where("atMs", ">", nowMs - 365 * dayMs)
    .orderBy("logId")
    .execute();
  return sumPauses(rows.map(({ what, atMs, days }) => ({ what, atMs, days })));
}

export const columnsOf = (paid: Paid) => ({
  anchorMs: paid.anchorMs,
  anchorOffsetMinutes: paid.utcOffsetMinutes,
  shiftedMs: paid.shiftedMs,
  periods: paid.periods,
  paidUntilMs: paidUntilOf(paid),
});

/** Who is let in no more, or no more as usual. */
const isCut = (phase: Phase): boolean => phase === "over" || phase === "suspended";

/** Changes it, writes the log, and tells its account's sites. @param change `next_look_ms`: somebody looks then, before the clock asks for it; `noted_phase`: what the log has so far. @param also `planId`: its plan changed; `lookedAtMs`: this is a look, of that time. A look that is due and has not been done stays due after any other change */
export async function keep(
  parts: RowParts,
  tx: Tx,
  before: SubscriptionRow,
  change: Partial<SubscriptionRow>,
  doing: Doing | null,
  { planId, lookedAtMs }: { readonly planId?: string; readonly lookedAtMs?: number } = {},
): Promise<SubscriptionRow> {
  const nowMs = lookedAtMs ?? parts.world.clock.wall().atMs;
  const changed = { ...before, ...change };
  const known = await factsOf(tx, changed);
  // What is counted by period is the new plan's, which its account has only after this.
  const facts = planId === undefined ? known : { ...known, terms: (await readPlan(tx, planId)).terms };
  const phase: Phase = phaseOf(facts, nowMs);
  const { nextLookMs: dueMs } = before;
  const isOverdue = lookedAtMs === undefined && !facts.isEnded && dueMs !== null && dueMs <= nowMs;
  // That time has cut the line off is for the look to say, with what follows from it.
  const noted = phase === "grace" || phase === "over" ? { notedPhase: before.notedPhase } : {};
  const look = { nextLookMs: nextLookMs(facts, nowMs), notedPhase: phase };
  const row = await tx
    .updateTable("subscriptions")
    .set({ ...look, ...change, ...(isOverdue ? { nextLookMs: dueMs, ...noted } : {}), updatedAtMs: nowMs })
    .where("subscriptionId", "=", before.subscriptionId)
    .returningAll()
    .$castTo<SubscriptionRow>()
    .executeTakeFirstOrThrow();
  if (doing !== null) await log(parts, tx, row, doing);
  const standing = standingOf(facts, nowMs);
  // What has ended says nothing any more: the account may have another subscription, or be free.
  if (before.endedAtMs === null && (await hasAccount(tx, row.accountId)))
    await setStanding(parts, tx, row.accountId, { standing, ...(planId === undefined ? {} : { planId }) });
  await parts.emit(tx, row.providerId, {
    topic: "customer",
    id: row.customerId,
    action: `subscription-${doing?.what ?? "looked-at"}`,
  });
  if (row.customerId !== null && isCut(before.notedPhase) !== isCut(row.notedPhase))
    await parts.emit(tx, row.providerId, {
      topic: "customer",
      id: row.customerId,
      action: isCut(row.notedPhase) ? "line-cut" : "line-back",
    });
  return row;
}

/** False: the provider was shut, so nobody pays, by phone or from credit, for what will not be there. */
export async function isSelling(tx: Tx, providerId: string, nowMs: number): Promise<boolean> {
  const provider = await readProviderRow(tx, providerId);
  return maySell(provider, nowMs);
}

/**
 * In the transaction that deletes an account: its subscription is looked at behind it, and ends. Its row is not locked here: a look has it before it
 * asks for the customer, who is locked already where the customer is what is deleted.
 */
export function endWithAccount(world: World): (tx: Tx, accountId: string) => Promise<void> {
  const send = sendToOutbox(world);
  return async (tx, accountId) => {
    const open = await tx
      .selectFrom("subscriptions")
      .select(["providerId", "subscriptionId"])
      .where("accountId", "=", accountId)
      .where("endedAtMs", "is", null)
      .execute();
    for (const { providerId, subscriptionId } of open)
      await send(tx, lookJob, { providerId, subscriptionId }, { singletonKey: `${subscriptionId}/account-gone` });
  };
}

export async function wasRenewedSince(tx: Tx, subscriptionId: string, sinceMs: number): Promise<boolean> {
  const renewed = await tx
    .selectFrom("subscription_log")
    .select("logId")
    .where("subscriptionId", "=", subscriptionId)
    .where("what", "=", "renewed")
    .where("atMs", ">", sinceMs)
    .executeTakeFirst();
  return renewed !== undefined;
}

/** False: the account was deleted. */
export async function hasAccount(tx: Tx, accountId: string): Promise<boolean> {
  return (await findAccount(tx, accountId)) !== undefined;
}

export async function log(
  { world }: Pick<RowParts, "world">,
  tx: Tx,
  row: Pick<SubscriptionRow, "providerId" | "subscriptionId" | "paidUntilMs">,
  { what, who, why, amountCents, days, entryId }: Doing,
): Promise<void> {
  await tx
    .insertInto("subscription_log")
    .values({
      providerId: row.providerId,
      logId: newId(world),
      subscriptionId: row.subscriptionId,
      atMs: world.clock.wall().atMs,
      what,
      who,
      why: why ?? null,
      amountCents: amountCents ?? null,
      days: days ?? null,
      paidUntilMs: row.paidUntilMs,
      entryId: entryId ?? null,
    })
    .execute();
}
