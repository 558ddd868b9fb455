/** What providers pay the platform: their own view of it, and the platform admins'. */
import type { ownSubscriptionView } from "@karibu/cloud/modules/platform-billing/own-subscription-routes";
import type { adminPlanView } from "@karibu/cloud/modules/platform-billing/platform-billing-routes";
import type { figuresView } from "@karibu/cloud/modules/platform-billing/platform-figures";
import type { z } from "zod";
import { patch, post, put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";

export type OwnSubscription = z.output<typeof ownSubscriptionView>;
export type PlatformPlan = z.output<typeof adminPlanView>;
export type BillingFigures = z.output<typeof figuresView>;
export interface PlatformPlans {
  readonly items: readonly PlatformPlan[];
}

export const ownSubscriptionPath = "/api/v1/platform-subscription";
export const choosePlatformPlan = (planId: string): Promise<OwnSubscription> =>
  post("/api/v1/platform-subscription/plan", { planId });
interface PayOrder {
  readonly phone: string;
  /** One of `ways`; left out: the phone is asked. */
  readonly channelId?: string;
}
export const payPlatformCharge = (
  id: string,
  order: PayOrder,
  key: string,
): Promise<{ readonly state: string; readonly payAt: string | null }> =>
  post(hubPath("/api/v1/platform-subscription/charges/{id}/pay", { id }), order, { key });

export const billingPath = "/api/v1/platform/billing";
export const platformPlansPath = "/api/v1/platform/billing/plans";
export const addPlatformPlan = (plan: Body<"POST", "/api/v1/platform/billing/plans">): Promise<PlatformPlans> =>
  post(platformPlansPath, plan);
export const changePlatformPlan = (
  planId: string,
  change: Body<"PATCH", "/api/v1/platform/billing/plans/{planId}">,
): Promise<PlatformPlans> => patch(hubPath("/api/v1/platform/billing/plans/{planId}", { planId }), change);

export const subscriptionOfPath = (providerId: string) =>
  hubPath("/api/v1/providers/{providerId}/platform-subscription", { providerId });
/** Null: its subscription ends. */
export const givePlatformPlan = (providerId: string, planId: string | null): Promise<OwnSubscription> =>
  put(hubPath("/api/v1/providers/{providerId}/platform-subscription/plan", { providerId }), { planId });
export const settlePlatformCharge = (
  providerId: string,
  id: string,
  how: "cash" | "forgiven",
): Promise<OwnSubscription> =>
  post(hubPath("/api/v1/providers/{providerId}/platform-subscription/charges/{id}/settle", { providerId, id }), {
    how,
  });
