/** A customer's subscription as they see it: what they have, until when, what it costs, and what they may do by themselves. */
import { z } from "zod";
import { findAccount } from "../../catalogue/accounts/accounts.ts";
import type { Tx } from "../../ground/db/database.ts";
import { dueCents, itemsOf } from "../../money/subscriptions/charge-subscription.ts";
import { dayMs } from "../../money/subscriptions/period-arithmetic.ts";
import type { SubscriptionRow } from "../../money/subscriptions/subscription.ts";
import { graceUntilOf, phaseOf, refusePause, refusePromise } from "../../money/subscriptions/subscription-policy.ts";
import { factsOf, pausedDaysOf } from "../../money/subscriptions/subscription-rows.ts";

export const serviceView = z.object({
  subscriptionId: z.string(),
  planId: z.string(),
  planName: z.string(),
  priceCents: z.int(),
  currency: z.string(),
  every: z.object({ unit: z.enum(["day", "week", "month"]), count: z.int() }),
  username: z.string().nullable(),
  state: z.enum(["active", "grace", "over", "suspended", "paused", "ended"]),
  /** Nothing was paid yet: it has not begun. */
  isNew: z.boolean(),
  paidUntilMs: z.int(),
  graceUntilMs: z.int(),
  promisedUntilMs: z.int().nullable(),
  pauseUntilMs: z.int().nullable(),
  /** As staff wrote it for the customer. */
  suspendedReason: z.string().nullable(),
  autoRenew: z.boolean(),
  standingOrder: z.boolean(),
  cancelAtEnd: z.boolean(),
  /** For one period more, with what is open beside it. */
  dueCents: z.int(),
  /** Open beside the price. */
  items: z.array(
    z.object({ kind: z.enum(["fee", "late-fee", "deposit", "add-on"]), name: z.string(), amountCents: z.int() }),
  ),
  /** So many days they may promise now; 0: none. */
  promiseDaysMax: z.int(),
  /** So many days they may pause now; 0: none. */
  pauseDaysMax: z.int(),
});

export async function viewOfService(tx: Tx, row: SubscriptionRow, nowMs: number): Promise<z.input<typeof serviceView>> {
  const facts = await factsOf(tx, row);
  const items = (await itemsOf(tx, row.subscriptionId)).filter(({ state }) => state === "open");
  const account = await findAccount(tx, row.accountId);
  const pausedDays = await pausedDaysOf(tx, row.subscriptionId, nowMs);
  return {
    subscriptionId: row.subscriptionId,
    planId: row.planId,
    planName: row.planName,
    priceCents: row.priceCents,
    currency: row.currency,
    every: { unit: row.everyUnit, count: row.everyCount },
    username: account?.username ?? null,
    state: phaseOf(facts, nowMs),
    isNew: row.periods === 0 && row.anchorMs === row.createdAtMs,
    paidUntilMs: row.paidUntilMs,
    graceUntilMs: graceUntilOf(facts),
    promisedUntilMs: row.promisedUntilMs,
    pauseUntilMs: row.pauseUntilMs,
    suspendedReason: row.suspendedReason,
    autoRenew: row.autoRenew,
    standingOrder: row.standingOrder,
    cancelAtEnd: row.cancelAtEnd,
    dueCents: dueCents(row, items, 1),
    items: items.map(({ kind, name, amountCents }) => ({ kind, name, amountCents })),
    promiseDaysMax:
      refusePromise(facts, promiseUntilMs(row, 1, nowMs), nowMs) === null ? facts.rules.promiseDaysMax : 0,
    pauseDaysMax:
      refusePause(facts, 1, pausedDays, nowMs) === null ? Math.max(0, facts.rules.pauseDaysMax - pausedDays) : 0,
  };
}

/** A promise of so many days begins with the end of what is paid, or now. */
export const promiseUntilMs = (row: Pick<SubscriptionRow, "paidUntilMs">, days: number, nowMs: number): number =>
  Math.max(row.paidUntilMs, nowMs) + days * dayMs;
