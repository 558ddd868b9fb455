import type { Plan } from "../../data/catalogue/plans.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";

/** The plans on sale as a select's choices, each with its price. */
export function planOptions(plans: readonly Plan[]) {
  return plans
    .filter((plan) => plan.active)
    .map(({ planId, name, priceCents, currency }) => ({
      value: planId,
      label: `${planTitle(name)} · ${money(priceCents, currency)}`,
    }));
}
