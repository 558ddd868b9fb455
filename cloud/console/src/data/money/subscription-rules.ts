/** The rules for subscriptions: of all plans, and of a plan that has its own. */
import type { rulesView } from "@karibu/cloud/money/subscriptions/rules-routes";
import type { z } from "zod";
import { put } from "../../hub/api.ts";

export type SubscriptionRules = z.output<typeof rulesView>;

/** @param planId empty: all plans that have none of their own */
export const rulesPath = (planId: string): string =>
  planId === "" ? "/api/v1/subscription-rules" : `/api/v1/plans/${encodeURIComponent(planId)}/subscription-rules`;
export const setRules = (planId: string, rules: object): Promise<SubscriptionRules> => put(rulesPath(planId), rules);
