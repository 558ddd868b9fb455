/** Subscriptions in the database: read under a lock, changed with their log, and told to the account's sites, in one transaction. */
import { newId } from "@karibu/protocol/identifiers";
import type { Terms } from "@karibu/protocol/plan";
import type { World } from "@karibu/protocol/world";
import { type AccountParts, setStanding } from "../../catalogue/accounts/accounts.ts";
import { readPlan } from "../../catalogue/plans/plans.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { maySell } from "../../tenancy/providers/selling-policy.ts";
import { dayMs, type Paid, paidUntilOf } from "./period-arithmetic.ts";
import { sumPauses } from "./policy/paused-days.ts";
import type { SubscriptionRow } from "./subscription.ts";
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
    .where("subscription_id", "=", subscriptionId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("subscription");
  if (row.kind === "package") throw refusal("package-subscription");
  return row as SubscriptionRow;
}

export async function readRules(tx: Tx, planId: string): Promise<SubscriptionRules> {
  const rows = await tx.selectFrom("subscription_rules").selectAll().where("plan_id", "in", [planId, "*"]).execute();
  const row = rows.find((one) => one.plan_id === planId) ?? rows[0];
  if (row === undefined) return usualRules;
  return {
    graceSeconds: row.grace_seconds,
    afterWay: row.after_way,
    slowDownKbps: row.slow_down_kbps,
    slowUpKbps: row.slow_up_kbps,
    lateFeeCents: row.late_fee_cents,
    promiseDaysMax: row.promise_days_max,
    pauseDaysMax: row.pause_days_max,
  };
}

export async function factsOf(tx: Tx, row: SubscriptionRow): Promise<SubscriptionFacts> {
  const account = await tx
    .selectFrom("accounts")
    .select("terms")
    .where("account_id", "=", row.account_id)
    .executeTakeFirst();
  const rules = await readRules(tx, row.plan_id);
  // Nobody has grace, or is late, with what was never paid.
  const isNew = row.periods === 0 && row.anchor_ms === row.created_at_ms;
  const terms: Pick<Terms, "dataBytes" | "useSeconds"> = account?.terms ?? { dataBytes: null, useSeconds: null };
  return {
    paid: paidOf(row),
    utcOffsetMinutes: await offsetOfProvider(tx, row.provider_id),
    isEnded: row.ended_at_ms !== null,
    cancelAtEnd: row.cancel_at_end,
    suspendedReason: row.suspended_reason,
    pausedAtMs: row.paused_at_ms,
    pauseUntilMs: row.pause_until_ms,
    promisedUntilMs: row.promised_until_ms,
    promisedAtMs: row.promised_at_ms,
    bridgedUntilMs: row.bridged_until_ms,
    isNeverPaid: isNew,
    rules: isNew ? { ...rules, graceSeconds: 0, lateFeeCents: 0 } : rules,
    terms,
  };
}

function paidOf(
  row: Pick<
    SubscriptionRow,
    "anchor_ms" | "anchor_offset_minutes" | "shifted_ms" | "periods" | "every_unit" | "every_count"
  >,
): Paid {
  const { anchor_ms: anchorMs, anchor_offset_minutes: utcOffsetMinutes, shifted_ms: shiftedMs, periods } = row;
  return { anchorMs, utcOffsetMinutes, shiftedMs, periods, every: { unit: row.every_unit, count: row.every_count } };
}

/** Days of pauses in the last 365. */
export async function pausedDaysOf(tx: Tx, subscriptionId: string, nowMs: number): Promise<number> {
  const rows = await tx
    .selectFrom("subscription_log")
    .select(["what", "at_ms", "days"])
    .where("subscription_id", "=", subscriptionId)
    .where("what", "in", ["paused", "pause-ended"])
    .where("at_ms", ">", nowMs - 365 * dayMs)
    .orderBy("log_id")
    .execute();
  return sumPauses(rows.map(({ what, at_ms: atMs, days }) => ({ what, atMs, days })));
}

export const columnsOf = (paid: Paid) => ({
  anchor_ms: paid.anchorMs,
  anchor_offset_minutes: paid.utcOffsetMinutes,
  shifted_ms: paid.shiftedMs,
  periods: paid.periods,
  paid_until_ms: paidUntilOf(paid),
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
  const { next_look_ms: dueMs } = before;
  const isOverdue = lookedAtMs === undefined && !facts.isEnded && dueMs !== null && dueMs <= nowMs;
  // That time has cut the line off is for the look to say, with what follows from it.
  const noted = phase === "grace" || phase === "over" ? { noted_phase: before.noted_phase } : {};
  const look = { next_look_ms: nextLookMs(facts, nowMs), noted_phase: phase };
  const row = await tx
    .updateTable("subscriptions")
    .set({ ...look, ...change, ...(isOverdue ? { next_look_ms: dueMs, ...noted } : {}), updated_at_ms: nowMs })
    .where("subscription_id", "=", before.subscription_id)
    .returningAll()
    .$castTo<SubscriptionRow>()
    .executeTakeFirstOrThrow();
  if (doing !== null) await log(parts, tx, row, doing);
  const standing = standingOf(facts, nowMs);
  // What has ended says nothing any more: the account may have another subscription, or be free.
  if (before.ended_at_ms === null && (await hasAccount(tx, row.account_id)))
    await setStanding(parts, tx, row.account_id, { standing, ...(planId === undefined ? {} : { planId }) });
  await parts.emit(tx, row.provider_id, {
    topic: "customer",
    id: row.customer_id,
    action: `subscription-${doing?.what ?? "looked-at"}`,
  });
  if (row.customer_id !== null && isCut(before.noted_phase) !== isCut(row.noted_phase))
    await parts.emit(tx, row.provider_id, {
      topic: "customer",
      id: row.customer_id,
      action: isCut(row.noted_phase) ? "line-cut" : "line-back",
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
      .select(["provider_id", "subscription_id"])
      .where("account_id", "=", accountId)
      .where("ended_at_ms", "is", null)
      .execute();
    for (const { provider_id: providerId, subscription_id: subscriptionId } of open)
      await send(tx, lookJob, { providerId, subscriptionId }, { singletonKey: `${subscriptionId}/account-gone` });
  };
}

/** False: the account was deleted. */
export async function hasAccount(tx: Tx, accountId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("accounts")
    .select("account_id")
    .where("account_id", "=", accountId)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function log(
  { world }: Pick<RowParts, "world">,
  tx: Tx,
  row: Pick<SubscriptionRow, "provider_id" | "subscription_id" | "paid_until_ms">,
  { what, who, why, amountCents, days, entryId }: Doing,
): Promise<void> {
  await tx
    .insertInto("subscription_log")
    .values({
      provider_id: row.provider_id,
      log_id: newId(world),
      subscription_id: row.subscription_id,
      at_ms: world.clock.wall().atMs,
      what,
      who,
      why: why ?? null,
      amount_cents: amountCents ?? null,
      days: days ?? null,
      paid_until_ms: row.paid_until_ms,
      entry_id: entryId ?? null,
    })
    .execute();
}
