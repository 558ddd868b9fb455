/** A customer's account is to have a plan, from the first payment on. */
import { newId } from "@karibu/protocol/identifiers";
import type { AccountRow } from "../../catalogue/accounts/account-row.ts";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import { refusal } from "../../ground/http/problem.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { openCustomerNumber } from "../matching/customer-numbers.ts";
import { planForAccount } from "./plan-for-account.ts";
import type { SubscriptionRow } from "./subscription.ts";
import { keep, type RowParts } from "./subscription-rows.ts";

export interface LineOrder {
  readonly account: Pick<AccountRow, "account_id" | "customer_id" | "provider_id">;
  readonly planId: string;
  readonly every: { readonly unit: "day" | "week" | "month"; readonly count: number };
  readonly autoRenew: boolean;
  /** A person's name. */
  readonly who: string;
  readonly why?: string;
  /** Paid elsewhere until then, before it came here. Left out: nothing is paid, and its first period begins with the first payment. */
  readonly paidUntilMs?: number;
}

/** An account that was free is billed from now on: `keep` says so. Throws Problems 404 of the plan and 409 "has-subscription". */
export async function makeLine(parts: RowParts, tx: Tx, order: LineOrder): Promise<SubscriptionRow> {
  const nowMs = parts.world.clock.wall().atMs;
  const { account } = order;
  const plan = await planForAccount(tx, order.planId, account.account_id, "planId");
  const made = await tx
    .insertInto("subscriptions")
    .values({
      provider_id: account.provider_id,
      subscription_id: newId(parts.world),
      customer_id: account.customer_id,
      account_id: account.account_id,
      plan_id: plan.plan_id,
      plan_name: plan.name,
      price_cents: plan.price_cents,
      currency: plan.currency,
      every_unit: order.every.unit,
      every_count: order.every.count,
      anchor_ms: order.paidUntilMs ?? nowMs,
      anchor_offset_minutes: await offsetOfProvider(tx, account.provider_id),
      periods: 0,
      paid_until_ms: order.paidUntilMs ?? nowMs,
      // Whoever came late from elsewhere pays no fee for that here.
      late_fee_for_ms: order.paidUntilMs ?? null,
      auto_renew: order.autoRenew,
      noted_phase: "over",
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .returningAll()
    .$castTo<SubscriptionRow>()
    .executeTakeFirstOrThrow()
    .catch(onCollision(() => refusal("has-subscription", { field: "accountId" })));
  // What the customer types at the paybill; without a phone nobody could say whose credit the money is.
  if ((await readCustomer(tx, made.customer_id)).phone_hash !== null)
    await openCustomerNumber(parts.world, tx, { providerId: made.provider_id, customerId: made.customer_id });
  // What the customer has in credit already pays the first period.
  const change = order.autoRenew ? { next_look_ms: nowMs } : {};
  return keep(parts, tx, made, change, { what: "made", who: order.who, why: order.why }, { planId: plan.plan_id });
}
