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
  readonly account: Pick<AccountRow, "accountId" | "customerId" | "providerId">;
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
  const plan = await planForAccount(tx, order.planId, account.accountId, "planId");
  const made = await tx
    .insertInto("subscriptions")
    .values({
      providerId: account.providerId,
      subscriptionId: newId(parts.world),
      customerId: account.customerId,
      accountId: account.accountId,
      planId: plan.planId,
      planName: plan.name,
      priceCents: plan.priceCents,
      currency: plan.currency,
      everyUnit: order.every.unit,
      everyCount: order.every.count,
      anchorMs: order.paidUntilMs ?? nowMs,
      anchorOffsetMinutes: await offsetOfProvider(tx, account.providerId),
      periods: 0,
      paidUntilMs: order.paidUntilMs ?? nowMs,
      // Whoever came late from elsewhere pays no fee for that here.
      lateFeeForMs: order.paidUntilMs ?? null,
      autoRenew: order.autoRenew,
      notedPhase: "over",
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    })
    .returningAll()
    .$castTo<SubscriptionRow>()
    .executeTakeFirstOrThrow()
    .catch(onCollision(() => refusal("has-subscription", { field: "accountId" })));
  // What the customer types at the paybill; without a phone nobody could say whose credit the money is.
  if ((await readCustomer(tx, made.customerId)).phoneHash !== null)
    await openCustomerNumber(parts.world, tx, { providerId: made.providerId, customerId: made.customerId });
  // What the customer has in credit already pays the first period.
  const change = order.autoRenew ? { nextLookMs: nowMs } : {};
  return keep(parts, tx, made, change, { what: "made", who: order.who, why: order.why }, { planId: plan.planId });
}
