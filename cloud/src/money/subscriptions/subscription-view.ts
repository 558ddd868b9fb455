/** A subscription as the API shows it. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { dueCents, itemsOf } from "./charge-subscription.ts";
import { graceUntilOf, phaseOf } from "./subscription-policy.ts";
import { factsOf } from "./subscription-rows.ts";
import type { ItemRow, SubscriptionRow } from "./tables.ts";

export const everyView = z.strictObject({
  unit: z.enum(["day", "week", "month"]),
  count: z.int().min(1).max(36),
});

export const itemView = z.object({
  itemId: z.string(),
  kind: z.enum(["fee", "late-fee", "deposit", "add-on"]),
  name: z.string(),
  amountCents: z.int(),
  /** An add-on is open until it ends: it is paid with each period. */
  state: z.enum(["open", "paid", "waived", "returned"]),
  madeBy: z.string(),
  madeAtMs: z.int(),
});

export const subscriptionView = z.object({
  subscriptionId: z.string(),
  customerId: z.string(),
  customerName: z.string().nullable(),
  accountId: z.string(),
  username: z.string().nullable(),
  planId: z.string(),
  planName: z.string(),
  priceCents: z.int(),
  currency: z.string(),
  every: everyView,
  /** `grace`: not paid, and let in as usual. `over`: what the rules say comes then. */
  state: z.enum(["active", "grace", "over", "suspended", "paused", "ended"]),
  paidUntilMs: z.int(),
  graceUntilMs: z.int(),
  promisedUntilMs: z.int().nullable(),
  pauseUntilMs: z.int().nullable(),
  suspendedReason: z.string().nullable(),
  autoRenew: z.boolean(),
  cancelAtEnd: z.boolean(),
  /** For one period more, with what is open beside it. */
  dueCents: z.int(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

export const viewOfItem = (item: ItemRow): z.input<typeof itemView> => ({
  itemId: item.item_id,
  kind: item.kind,
  name: item.name,
  amountCents: item.amount_cents,
  state: item.state,
  madeBy: item.made_by,
  madeAtMs: item.made_at_ms,
});

export async function viewsOf(
  tx: Tx,
  rows: readonly SubscriptionRow[],
  nowMs: number,
): Promise<z.input<typeof subscriptionView>[]> {
  const views: z.input<typeof subscriptionView>[] = [];
  for (const row of rows) views.push(await viewOf(tx, row, nowMs));
  return views;
}

export async function viewOf(tx: Tx, row: SubscriptionRow, nowMs: number): Promise<z.input<typeof subscriptionView>> {
  const facts = await factsOf(tx, row);
  const customer = await tx
    .selectFrom("customers")
    .select("name")
    .where("customer_id", "=", row.customer_id)
    .executeTakeFirst();
  const account = await tx
    .selectFrom("accounts")
    .select("username")
    .where("account_id", "=", row.account_id)
    .executeTakeFirst();
  return {
    subscriptionId: row.subscription_id,
    customerId: row.customer_id,
    customerName: customer?.name ?? null,
    accountId: row.account_id,
    username: account?.username ?? null,
    planId: row.plan_id,
    planName: row.plan_name,
    priceCents: row.price_cents,
    currency: row.currency,
    every: { unit: row.every_unit, count: row.every_count },
    state: phaseOf(facts, nowMs),
    paidUntilMs: row.paid_until_ms,
    graceUntilMs: graceUntilOf(facts),
    promisedUntilMs: row.promised_until_ms,
    pauseUntilMs: row.pause_until_ms,
    suspendedReason: row.suspended_reason,
    autoRenew: row.auto_renew,
    cancelAtEnd: row.cancel_at_end,
    dueCents: dueCents(row, await itemsOf(tx, row.subscription_id), 1),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
