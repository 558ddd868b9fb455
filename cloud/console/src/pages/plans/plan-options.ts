import type { Plan } from "../../data/catalogue/plans.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";

type Choosable = Pick<Plan, "planId" | "name" | "priceCents" | "currency" | "active">;

/** The plans on sale as a select's choices, each with its price. */
export function planOptions(plans: readonly Choosable[]) {
  return plans.filter((plan) => plan.active).map(optionOf);
}

/** All plans, for vouchers: what is on sale first, the cheapest before the others, so that nobody prints a hundred of the dearest unawares. */
export function voucherPlanOptions(plans: readonly Choosable[]) {
  return plans
    .toSorted((one, other) => Number(other.active) - Number(one.active) || one.priceCents - other.priceCents)
    .map(optionOf);
}

const optionOf = ({ planId, name, priceCents, currency }: Choosable) => ({
  value: planId,
  label: `${planTitle(name)} · ${money(priceCents, currency)}`,
});
