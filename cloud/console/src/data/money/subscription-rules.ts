/** The rules for subscriptions: of all plans, and of a plan that has its own. */
import type { rulesView } from "@karibu/cloud/money/subscriptions/rules-routes";
import type { z } from "zod";
import { put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";

export type SubscriptionRules = z.output<typeof rulesView>;

/** @param planId empty: all plans that have none of their own */
export const rulesPath = (planId: string) =>
  planId === ""
    ? hubPath("/api/v1/subscription-rules")
    : hubPath("/api/v1/plans/{planId}/subscription-rules", { planId });
export const setRules = (
  planId: string,
  rules: Body<"PUT", "/api/v1/subscription-rules">,
  etag: string | null,
): Promise<SubscriptionRules> => put(rulesPath(planId), rules, { etag });
