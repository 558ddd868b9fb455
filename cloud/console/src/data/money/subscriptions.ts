/** Subscriptions: an account's right to a plan, period by period; and packages that are bought anew from credit. */
import type { logView } from "@karibu/cloud/money/subscriptions/subscription-routes";
import type { itemView, subscriptionView } from "@karibu/cloud/money/subscriptions/subscription-view";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Subscription = z.output<typeof subscriptionView>;
export type SubscriptionItem = z.output<typeof itemView>;
export type SubscriptionLine = z.output<typeof logView>;

const path = "/api/v1/subscriptions";
export const subscriptionPath = (id: string) =>
  hubPath("/api/v1/subscriptions/{subscriptionId}", { subscriptionId: id });

export const listSubscriptions = (
  query: ListQuery,
  filters: {
    readonly customerId?: string;
    readonly siteId?: string;
    readonly phone?: string | null;
    readonly kind?: string;
    readonly ended?: "true" | "false" | null;
  },
): Promise<Page<Subscription>> => getList(path, { limit: 50, ...query }, { ...filters });
export const addSubscription = (order: Body<"POST", "/api/v1/subscriptions">, key: string): Promise<Subscription> =>
  post(path, order, { key });
export const switchStandingOrder = (id: string, standingOrder: boolean): Promise<Subscription> =>
  patch(subscriptionPath(id), { standingOrder });
export const switchAutoRenew = (id: string, autoRenew: boolean): Promise<Subscription> =>
  patch(subscriptionPath(id), { autoRenew });
type Verb = "suspend" | "unsuspend" | "cancel" | "promise" | "pause" | "resume" | "items";
export const actOnSubscription = <const Of extends Verb>(
  id: string,
  verb: Of,
  body: Body<"POST", `/api/v1/subscriptions/{subscriptionId}/${Of}`>,
  key?: string,
): Promise<unknown> =>
  post(
    hubPath(`/api/v1/subscriptions/{subscriptionId}/${verb as "cancel"}`, { subscriptionId: id }),
    body as never,
    key === undefined ? {} : { key },
  );
export const renewSubscription = (
  id: string,
  order: Body<"POST", "/api/v1/subscriptions/{subscriptionId}/renew">,
  key: string,
): Promise<Subscription> =>
  post(hubPath("/api/v1/subscriptions/{subscriptionId}/renew", { subscriptionId: id }), order, { key });
export const changeSubscriptionPlan = (
  id: string,
  order: Body<"POST", "/api/v1/subscriptions/{subscriptionId}/change-plan">,
  key: string,
): Promise<Subscription & { readonly chargedCents: number }> =>
  post(hubPath("/api/v1/subscriptions/{subscriptionId}/change-plan", { subscriptionId: id }), order, { key });
export const readPlanChange = (
  id: string,
  planId: string,
): Promise<{ readonly cents: number; readonly currency: string }> =>
  get(withQuery(hubPath("/api/v1/subscriptions/{subscriptionId}/plan-change", { subscriptionId: id }), { planId }));
export const listSubscriptionLog = (query: ListQuery, id: string): Promise<Page<SubscriptionLine>> =>
  getList("/api/v1/subscription-log", { limit: 20, ...query }, { subscriptionId: id });
export const readItems = (id: string): Promise<{ readonly items: readonly SubscriptionItem[] }> =>
  get(hubPath("/api/v1/subscriptions/{subscriptionId}/items", { subscriptionId: id }));
export const waiveItem = (id: string, itemId: string, why: string, key: string): Promise<unknown> =>
  post(
    hubPath("/api/v1/subscriptions/{subscriptionId}/items/{itemId}/waive", { subscriptionId: id, itemId }),
    { why },
    { key },
  );
export const returnDeposit = (id: string, itemId: string, why: string, key: string): Promise<unknown> =>
  post(
    hubPath("/api/v1/subscriptions/{subscriptionId}/items/{itemId}/return", { subscriptionId: id, itemId }),
    { why },
    { key },
  );
