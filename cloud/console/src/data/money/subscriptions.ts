/** Subscriptions: an account's right to a plan, period by period; and packages that are bought anew from credit. */
import type { logView } from "@karibu/cloud/money/subscriptions/subscription-routes";
import type { itemView, subscriptionView } from "@karibu/cloud/money/subscriptions/subscription-view";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Subscription = z.output<typeof subscriptionView>;
export type SubscriptionItem = z.output<typeof itemView>;
export type SubscriptionLine = z.output<typeof logView>;

const path = "/api/v1/subscriptions";
export const subscriptionPath = (id: string) => `${path}/${encodeURIComponent(id)}`;

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
export const addSubscription = (order: object, key: string): Promise<Subscription> => post(path, order, { key });
export const switchStandingOrder = (id: string, standingOrder: boolean): Promise<Subscription> =>
  patch(subscriptionPath(id), { standingOrder });
export const switchAutoRenew = (id: string, autoRenew: boolean): Promise<Subscription> =>
  patch(subscriptionPath(id), { autoRenew });
/** `verb`: suspend, unsuspend, cancel, promise, pause, resume, items. */
export const actOnSubscription = (id: string, verb: string, body: object, key?: string): Promise<unknown> =>
  post(`${subscriptionPath(id)}/${verb}`, body, key === undefined ? {} : { key });
export const renewSubscription = (id: string, order: object, key: string): Promise<Subscription> =>
  post(`${subscriptionPath(id)}/renew`, order, { key });
export const changeSubscriptionPlan = (
  id: string,
  order: object,
  key: string,
): Promise<Subscription & { readonly chargedCents: number }> =>
  post(`${subscriptionPath(id)}/change-plan`, order, { key });
export const readPlanChange = (
  id: string,
  planId: string,
): Promise<{ readonly cents: number; readonly currency: string }> =>
  get(`${subscriptionPath(id)}/plan-change?planId=${encodeURIComponent(planId)}`);
export const listSubscriptionLog = (query: ListQuery, id: string): Promise<Page<SubscriptionLine>> =>
  getList("/api/v1/subscription-log", { limit: 20, ...query }, { subscriptionId: id });
export const readItems = (id: string): Promise<{ readonly items: readonly SubscriptionItem[] }> =>
  get(`${subscriptionPath(id)}/items`);
export const waiveItem = (id: string, itemId: string, why: string, key: string): Promise<unknown> =>
  post(`${subscriptionPath(id)}/items/${encodeURIComponent(itemId)}/waive`, { why }, { key });
export const returnDeposit = (id: string, itemId: string, why: string, key: string): Promise<unknown> =>
  post(`${subscriptionPath(id)}/items/${encodeURIComponent(itemId)}/return`, { why }, { key });
