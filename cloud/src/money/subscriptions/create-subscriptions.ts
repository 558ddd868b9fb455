/** The room of subscriptions: an account's right to a plan, period by period. */
import type { District } from "../../ground/district.ts";
import { itemRoutes } from "./item-routes.ts";
import { rulesRoutes } from "./rules-routes.ts";
import { registerSubscriptionJobs, type SubscriptionJobParts } from "./subscription-jobs.ts";
import { subscriptionMoneyRoutes } from "./subscription-money-routes.ts";
import { subscriptionRoutes } from "./subscription-routes.ts";

export function createSubscriptions(parts: SubscriptionJobParts): District {
  return {
    routes: [
      ...rulesRoutes(parts),
      ...subscriptionRoutes(parts),
      ...subscriptionMoneyRoutes(parts),
      ...itemRoutes(parts),
    ],
    registerJobs: () => registerSubscriptionJobs(parts),
  };
}
