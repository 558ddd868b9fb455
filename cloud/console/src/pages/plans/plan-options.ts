import { displayName } from "@karibu/protocol/plan-name";
import type { Plan } from "../../data/catalogue/plans.ts";
import { money } from "../../strings/format.ts";

/** The plans on sale as a select's choices, each with its price. */
export function planOptions(plans: readonly Plan[]) {
  return plans
    .filter((plan) => plan.active)
    .map(({ planId, name, priceCents, currency }) => ({
      value: planId,
      label: `${displayName(name)} · ${money(priceCents, currency)}`,
    }));
}
