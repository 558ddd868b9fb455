/** The rows of a provider's subscription to the platform, and the facts of them. In transactions of the platform, unless it says otherwise. */

import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { setPlanLimits } from "../../ground/quotas/quotas.ts";
import { newestRestore } from "../../ground/restores/restores.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { dayMs } from "../../money/subscriptions/period-arithmetic.ts";
import { readArrears, readNoWayToPaySince } from "../../tenancy/providers/arrears.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { arrearsOf, type SubscriptionFacts } from "./subscription-policy.ts";
import { canBePaid } from "./ways-to-pay.ts";

export type PlatformPlanRow = Selectable<Schema["platform_plans"]>;
export type PlatformSubscriptionRow = Selectable<Schema["platform_subscriptions"]>;
export type PlatformChargeRow = Selectable<Schema["platform_charges"]> & {
  readonly state: "issued" | "paid" | "void";
  readonly account_number: string | null;
  readonly told_at_ms: number | null;
};

/** Also one that nobody can choose any more. Throws a Problem 404. */
export async function readPlatformPlan(tx: Tx, planId: string, field?: string): Promise<PlatformPlanRow> {
  const row = await tx
    .selectFrom("platform_plans")
    .selectAll()
    .where("provider_id", "=", platformProviderId)
    .where("plan_id", "=", planId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("plan", field);
  return row;
}

/** Oldest first, each with what its invoice says. */
export async function readCharges(tx: Tx, providerId: string): Promise<PlatformChargeRow[]> {
  return tx
    .selectFrom("platform_charges")
    .innerJoin("invoices", (join) =>
      join
        .onRef("invoices.invoice_id", "=", "platform_charges.invoice_id")
        .on("invoices.provider_id", "=", platformProviderId),
    )
    .leftJoin("pay_accounts", (join) =>
      join
        .onRef("pay_accounts.invoice_id", "=", "platform_charges.invoice_id")
        .on("pay_accounts.provider_id", "=", platformProviderId),
    )
    .selectAll("platform_charges")
    .select(["invoices.state", "pay_accounts.account_number"])
    .select(
      sql<number | null>`(select max(p.changed_at_ms) from invoice_prompts p where p.provider_id = ${platformProviderId}
        and p.invoice_id = platform_charges.invoice_id and p.state = 'paid')`.as("told_at_ms"),
    )
    .where("platform_charges.provider_id", "=", providerId)
    .orderBy("period")
    .execute();
}

export async function readSubscription(
  tx: Tx,
  providerId: string,
  lock?: "lock",
): Promise<PlatformSubscriptionRow | undefined> {
  return tx
    .selectFrom("platform_subscriptions")
    .selectAll()
    .where("provider_id", "=", providerId)
    .$if(lock !== undefined, (rows) => rows.forUpdate())
    .executeTakeFirst();
}

export interface WholeSubscription {
  readonly row: PlatformSubscriptionRow;
  readonly plan: PlatformPlanRow;
  /** What the next period is charged for. */
  readonly wanted: PlatformPlanRow;
  readonly charges: readonly PlatformChargeRow[];
  readonly facts: SubscriptionFacts;
}

/** Null: the provider has none. */
export async function readWhole(
  kinds: ChannelKinds,
  tx: Tx,
  { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number },
  lock?: "lock",
): Promise<WholeSubscription | null> {
  const row = await readSubscription(tx, providerId, lock);
  if (row === undefined) return null;
  const plan = await readPlatformPlan(tx, row.plan_id);
  const wanted = row.next_plan_id === null ? plan : await readPlatformPlan(tx, row.next_plan_id);
  const charges = await readCharges(tx, providerId);
  const notices = await tx.selectFrom("platform_notices").selectAll().where("provider_id", "=", providerId).execute();
  const restored = await newestRestore(tx);
  const { readOnlyAtMs, salesStoppedAtMs } = await readArrears(tx, providerId);
  const asPolicy = charges.map((one) => ({
    period: one.period,
    planId: one.plan_id,
    fromMs: one.from_ms,
    dueAtMs: one.due_at_ms,
    state: one.state,
    toldAtMs: one.told_at_ms,
  }));
  const arrears = arrearsOf({ charges: asPolicy }, nowMs);
  const owed = charges.find(({ period }) => period === arrears?.period);
  const noWaySinceMs = await readNoWayToPaySince(tx, providerId);
  const facts: SubscriptionFacts = {
    anchorMs: row.anchor_ms,
    everyMonths: row.every_months,
    utcOffsetMinutes: row.utc_offset_minutes,
    planId: row.plan_id,
    wantedPlanId: wanted.plan_id,
    priceCents: wanted.price_cents,
    isEnded: row.ended_at_ms !== null,
    charges: asPolicy,
    notices: notices.map((row) => ({
      period: row.period,
      ordinal: row.ordinal,
      sentAtMs: row.sent_at_ms,
      waivedMs: Number(row.waived_ms),
    })),
    isReadOnly: readOnlyAtMs !== null,
    areSalesStopped: salesStoppedAtMs !== null,
    canPay:
      owed === undefined ||
      (await canBePaid(kinds, tx, {
        currency: owed.currency,
        amountCents: owed.amount_cents,
        hasAccount: owed.account_number !== null,
      })),
    noWaySinceMs,
    restoredAtMs: restored?.restored_at_ms ?? null,
  };
  return { row, plan, wanted, charges, facts };
}

/**
 * The provider has this plan from now on. The first one begins with its trial; during a trial another takes its place at once; later it comes with
 * the next period that is not charged yet. A provider has one trial.
 */
export async function takePlatformPlan(
  tx: Tx,
  { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number },
  plan: PlatformPlanRow,
): Promise<void> {
  let row = await readSubscription(tx, providerId, "lock");
  if (row === undefined) {
    // Two who choose the first one at once: the second finds what the first made.
    await lockProvider(tx, providerId);
    row = await readSubscription(tx, providerId, "lock");
  }
  const { plan_id } = plan;
  const { utc_offset_minutes } = await readProviderRow(tx, platformProviderId);
  const begun = { plan_id, next_plan_id: null, every_months: plan.every_months, utc_offset_minutes, ended_at_ms: null };
  if (row === undefined) {
    const anchor_ms = nowMs + plan.trial_days * dayMs;
    await tx
      .insertInto("platform_subscriptions")
      .values({ provider_id: providerId, created_at_ms: nowMs, anchor_ms, ...begun })
      .execute();
    await setPlanLimits(tx, { providerId, nowMs }, plan.limits);
    return;
  }
  const charges = await readCharges(tx, providerId);
  const last = charges.at(-1);
  if (last === undefined) {
    // In the trial, or never charged: at once.
    await setSubscription(tx, providerId, { ...begun, anchor_ms: Math.max(row.anchor_ms, nowMs) });
    await setPlanLimits(tx, { providerId, nowMs }, plan.limits);
    return;
  }
  // Who comes back goes on with the calendar they had, or a charge would stand twice, and with what was charged for the period under way.
  const underWay = charges.find(({ from_ms, until_ms }) => from_ms <= nowMs && nowMs < until_ms);
  const inForce = row.ended_at_ms === null ? row.plan_id : (underWay?.plan_id ?? plan_id);
  // What is charged already for the period to come is not what they want by now.
  const coming = last.from_ms > nowMs ? last.plan_id : inForce;
  const next_plan_id = plan_id === inForce && plan_id === coming ? null : plan_id;
  if (row.ended_at_ms === null) return setSubscription(tx, providerId, { next_plan_id });
  await setSubscription(tx, providerId, { ...begun, plan_id: inForce, next_plan_id });
  const { limits } = inForce === plan_id ? plan : await readPlatformPlan(tx, inForce);
  await setPlanLimits(tx, { providerId, nowMs }, limits);
}

/** Of a period that has not begun, whose invoice is void: as if it had never been charged. */
export async function forgetCharge(
  tx: Tx,
  { provider_id, period }: Pick<PlatformChargeRow, "provider_id" | "period">,
): Promise<void> {
  await tx.deleteFrom("platform_charges").where("provider_id", "=", provider_id).where("period", "=", period).execute();
}

export async function setSubscription(
  tx: Tx,
  providerId: string,
  change: Partial<Omit<PlatformSubscriptionRow, "provider_id" | "created_at_ms">>,
): Promise<void> {
  await tx.updateTable("platform_subscriptions").set(change).where("provider_id", "=", providerId).execute();
}

/** A new provider begins with the plan that the platform gives new ones; none, where there is no such plan. */
export async function beginNewProvider(tx: Tx, providerId: string, nowMs: number): Promise<void> {
  const plan = await tx
    .selectFrom("platform_plans")
    .selectAll()
    .where("provider_id", "=", platformProviderId)
    .where("for_new", "=", true)
    .where("active", "=", true)
    .executeTakeFirst();
  if (plan !== undefined) await takePlatformPlan(tx, { providerId, nowMs }, plan);
}
