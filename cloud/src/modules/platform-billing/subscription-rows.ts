/** The rows of a provider's subscription to the platform, and the facts of them. In transactions of the platform, unless it says otherwise. */

import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { endsAtMost, processClockSlackMs } from "../../ground/db/hub-clock.ts";
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
import { arrearsOf, type SubscriptionFacts, trialDaysMax } from "./subscription-policy.ts";
import { canBePaid } from "./ways-to-pay.ts";

export type PlatformPlanRow = Selectable<Schema["platform_plans"]>;
export type PlatformSubscriptionRow = Selectable<Schema["platform_subscriptions"]>;
export type PlatformChargeRow = Selectable<Schema["platform_charges"]> & {
  readonly state: "issued" | "paid" | "void";
  readonly accountNumber: string | null;
  readonly toldAtMs: number | null;
};

/** Also one that nobody can choose any more. Throws a Problem 404. */
export async function readPlatformPlan(tx: Tx, planId: string, field?: string): Promise<PlatformPlanRow> {
  const row = await tx
    .selectFrom("platform_plans")
    .selectAll()
    .where("providerId", "=", platformProviderId)
    .where("planId", "=", planId)
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
        .onRef("invoices.invoiceId", "=", "platform_charges.invoiceId")
        .on("invoices.providerId", "=", platformProviderId),
    )
    .leftJoin("pay_accounts", (join) =>
      join
        .onRef("pay_accounts.invoiceId", "=", "platform_charges.invoiceId")
        .on("pay_accounts.providerId", "=", platformProviderId),
    )
    .selectAll("platform_charges")
    .select(["invoices.state", "pay_accounts.accountNumber"])
    .select(
      sql<number | null>`(select max(p.changed_at_ms) from invoice_prompts p where p.provider_id = ${platformProviderId}
        and p.invoice_id = platform_charges.invoice_id and p.state = 'paid')`.as("toldAtMs"),
    )
    .where("platform_charges.providerId", "=", providerId)
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
    .where("providerId", "=", providerId)
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
  const plan = await readPlatformPlan(tx, row.planId);
  const wanted = row.nextPlanId === null ? plan : await readPlatformPlan(tx, row.nextPlanId);
  const charges = await readCharges(tx, providerId);
  const notices = await tx.selectFrom("platform_notices").selectAll().where("providerId", "=", providerId).execute();
  const restored = await newestRestore(tx);
  const { readOnlyAtMs, salesStoppedAtMs } = await readArrears(tx, providerId);
  const asPolicy = charges.map((one) => ({
    period: one.period,
    planId: one.planId,
    fromMs: one.fromMs,
    dueAtMs: one.dueAtMs,
    state: one.state,
    toldAtMs: one.toldAtMs,
  }));
  const arrears = arrearsOf({ charges: asPolicy }, nowMs);
  const owed = charges.find(({ period }) => period === arrears?.period);
  const noWaySinceMs = await readNoWayToPaySince(tx, providerId);
  const facts: SubscriptionFacts = {
    anchorMs: row.anchorMs,
    everyMonths: row.everyMonths,
    utcOffsetMinutes: row.utcOffsetMinutes,
    planId: row.planId,
    wantedPlanId: wanted.planId,
    priceCents: wanted.priceCents,
    isEnded: row.endedAtMs !== null,
    charges: asPolicy,
    notices: notices.map((row) => ({
      period: row.period,
      ordinal: row.ordinal,
      sentAtMs: row.sentAtMs,
      waivedMs: Number(row.waivedMs),
    })),
    isReadOnly: readOnlyAtMs !== null,
    areSalesStopped: salesStoppedAtMs !== null,
    canPay:
      owed === undefined ||
      (await canBePaid(kinds, tx, {
        currency: owed.currency,
        amountCents: owed.amountCents,
        hasAccount: owed.accountNumber !== null,
      })),
    noWaySinceMs,
    restoredAtMs: restored?.restoredAtMs ?? null,
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
  const { planId } = plan;
  const { utcOffsetMinutes } = await readProviderRow(tx, platformProviderId);
  const begun = { planId, nextPlanId: null, everyMonths: plan.everyMonths, utcOffsetMinutes, endedAtMs: null };
  if (row === undefined) {
    const anchorMs = nowMs + plan.trialDays * dayMs;
    await tx
      .insertInto("platform_subscriptions")
      .values({ providerId, createdAtMs: nowMs, anchorMs, ...begun })
      .execute();
    await setPlanLimits(tx, { providerId, nowMs }, plan.limits);
    return;
  }
  const charges = await readCharges(tx, providerId);
  const last = charges.at(-1);
  if (last === undefined) {
    // In the trial, or never charged: at once.
    await setSubscription(tx, providerId, { ...begun, anchorMs: Math.max(row.anchorMs, nowMs) });
    await setPlanLimits(tx, { providerId, nowMs }, plan.limits);
    return;
  }
  // Who comes back goes on with the calendar they had, or a charge would stand twice, and with what was charged for the period under way.
  const underWay = charges.find(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs);
  const inForce = row.endedAtMs === null ? row.planId : (underWay?.planId ?? planId);
  // What is charged already for the period to come is not what they want by now.
  const coming = last.fromMs > nowMs ? last.planId : inForce;
  const nextPlanId = planId === inForce && planId === coming ? null : planId;
  if (row.endedAtMs === null) return setSubscription(tx, providerId, { nextPlanId });
  await setSubscription(tx, providerId, { ...begun, planId: inForce, nextPlanId });
  const { limits } = inForce === planId ? plan : await readPlatformPlan(tx, inForce);
  await setPlanLimits(tx, { providerId, nowMs }, limits);
}

/** What was dated while the clock was ahead begins now: nobody has a trial for years, and no notice waits for them. */
export async function beginAnew(
  tx: Tx,
  { providerId, nowMs }: { readonly providerId: string; readonly nowMs: number },
): Promise<void> {
  await sql`update platform_subscriptions s set anchor_ms = ${nowMs}::bigint + p.trial_days * ${dayMs}::bigint
    from platform_plans p where p.provider_id = ${platformProviderId} and p.plan_id = s.plan_id and s.provider_id = ${providerId}
      and s.anchor_ms > ${endsAtMost(nowMs, trialDaysMax * dayMs)}::bigint
      and not exists (select from platform_charges c where c.provider_id = s.provider_id)`.execute(tx);
  await tx
    .updateTable("platform_notices")
    .set({ sentAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("sentAtMs", ">", nowMs + processClockSlackMs)
    .execute();
}

/** Of a period that has not begun, whose invoice is void: as if it had never been charged. */
export async function forgetCharge(
  tx: Tx,
  { providerId, period }: Pick<PlatformChargeRow, "providerId" | "period">,
): Promise<void> {
  await tx.deleteFrom("platform_charges").where("providerId", "=", providerId).where("period", "=", period).execute();
}

export async function setSubscription(
  tx: Tx,
  providerId: string,
  change: Partial<Omit<PlatformSubscriptionRow, "providerId" | "createdAtMs">>,
): Promise<void> {
  await tx.updateTable("platform_subscriptions").set(change).where("providerId", "=", providerId).execute();
}

/** A new provider begins with the plan that the platform gives new ones; none, where there is no such plan. */
export async function beginNewProvider(tx: Tx, providerId: string, nowMs: number): Promise<void> {
  const plan = await tx
    .selectFrom("platform_plans")
    .selectAll()
    .where("providerId", "=", platformProviderId)
    .where("forNew", "=", true)
    .where("active", "=", true)
    .executeTakeFirst();
  if (plan !== undefined) await takePlatformPlan(tx, { providerId, nowMs }, plan);
}
