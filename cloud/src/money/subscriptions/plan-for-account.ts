import { sitesOf } from "../../catalogue/accounts/accounts.ts";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import { type PlanRow, readKeptPlan, readPlan } from "../../catalogue/plans/plans.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lastsAPeriod } from "./period-arithmetic.ts";
import type { SubscriptionRow } from "./subscription.ts";

/** The plan with the price of the account's site. An account that several sites know pays the plan's own price. Throws a Problem 404. */
export async function planForAccount(tx: Tx, planId: string, accountId: string, field?: string): Promise<PlanRow> {
  const plan = await readPlan(tx, planId, field);
  const siteId = await pricingSiteOf(tx, accountId);
  return siteId === null ? plan : pricedAt(tx, plan, siteId);
}

/** The site whose prices the account pays; null: the plans' own. */
export async function pricingSiteOf(tx: Tx, accountId: string): Promise<string | null> {
  const [siteId, ...others] = await sitesOf(tx, accountId);
  return siteId === undefined || others.length > 0 ? null : siteId;
}

/** May a customer choose it for their line? A plan that lasts as long as a period of the line, or as long as the plan that it has. */
export async function sameLengthAs(
  tx: Tx,
  row: Pick<SubscriptionRow, "planId" | "everyUnit" | "everyCount">,
): Promise<(plan: Pick<PlanRow, "terms">) => boolean> {
  const own = await readKeptPlan(tx, row.planId);
  const every = { unit: row.everyUnit, count: row.everyCount };
  return ({ terms: { validitySeconds } }) =>
    lastsAPeriod(validitySeconds, every) || validitySeconds === own.terms.validitySeconds;
}
