/** Addresses of the provider's own systems, what they hear, and what was posted to them. */
import type { BusinessEvent } from "@karibu/cloud/modules/webhooks/business-events";
import type { deliveryView, webhookView } from "@karibu/cloud/modules/webhooks/webhook-routes";
import type { z } from "zod";
import type { Names } from "../../data/names.ts";
import { type Page, patch, post, remove } from "../../hub/api.ts";
import { hubPath, type Query } from "../../hub/hub-path.ts";
import { everyRow, getList, type ListQuery } from "../../hub/list.ts";

export type Webhook = z.output<typeof webhookView>;
export type Delivery = z.output<typeof deliveryView>;

/** Each with the permission that who chooses it needs; the hub asks for it too. */
export const eventsOf: Readonly<Record<BusinessEvent, string>> = {
  "payment.received": "payments.read",
  "payment.failed": "payments.read",
  "payment.reversed": "payments.read",
  "grant.made": "grants.read",
  "voucher.used": "vouchers.read",
  "session.started": "sessions.read",
  "session.ended": "sessions.read",
  "customer.made": "customers.read",
  "subscription.suspended": "subscriptions.read",
  "subscription.reconnected": "subscriptions.read",
  "ticket.opened": "tickets.read",
  "ticket.answered": "tickets.read",
  "ticket.closed": "tickets.read",
  "message.delivered": "messages.read",
  "message.failed": "messages.read",
  "credentials.sent": "messages.read",
  "alarm.raised": "sites.read",
  "alarm.acknowledged": "sites.read",
  "site.online": "sites.read",
  "site.offline": "sites.read",
};
export const eventNames = Object.keys(eventsOf) as readonly BusinessEvent[];

const path = "/api/v1/webhooks";
export const webhookPath = (webhookId: string) => hubPath("/api/v1/webhooks/{webhookId}", { webhookId });

export const listWebhooks = (query: ListQuery): Promise<Page<Webhook>> => getList(path, query);
export const readWebhookNames = async (): Promise<Names> => {
  const items = await everyRow(listWebhooks);
  return new Map(items.map(({ webhookId, name }) => [webhookId, name]));
};
export const addWebhook = (webhook: {
  name: string;
  url: string;
  events: readonly BusinessEvent[];
}): Promise<Webhook & { secret: string }> => post(path, webhook);
export const changeWebhook = (
  webhookId: string,
  change: { name?: string; active?: boolean; events?: readonly BusinessEvent[] },
  etag: string | null,
): Promise<Webhook> => patch(webhookPath(webhookId), change, { etag });
export const removeWebhook = (webhookId: string): Promise<unknown> => remove(webhookPath(webhookId));
export const testWebhook = (webhookId: string): Promise<unknown> =>
  post(hubPath("/api/v1/webhooks/{webhookId}/test", { webhookId }));
export const listDeliveries = (
  query: ListQuery,
  filters: Query<"/api/v1/webhook-deliveries"> = {},
): Promise<Page<Delivery>> => getList("/api/v1/webhook-deliveries", query, filters);
