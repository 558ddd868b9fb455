/**
 * What live events are called for programs: in the live stream (`name`), by `karibu events listen`, and at webhooks. A live event without a name here says
 * to consoles that they should read again, and nothing to programs. Pure.
 */

/** By topic and action. */
const names = {
  "payment/paid": "payment.received",
  // The channel says that it is paid; its receipt comes later, or never.
  "payment/paid_unreceipted": "payment.received",
  "payment/failed": "payment.failed",
  "payment/reversed": "payment.reversed",
  "grant/opened": "grant.made",
  "customer/made": "customer.made",
  "customer/line-cut": "subscription.suspended",
  "customer/line-back": "subscription.reconnected",
  "ticket/opened": "ticket.opened",
  "ticket/answered": "ticket.answered",
  "ticket/closed": "ticket.closed",
  "message/delivered": "message.delivered",
  "message/failed": "message.failed",
  "message/code-sent": "credentials.sent",
  "alarm/acknowledged": "alarm.acknowledged",
  "site/connected": "site.online",
  "site/disconnected": "site.offline",
} as const;
export type EventName = (typeof names)[keyof typeof names];

export const eventNames: readonly EventName[] = [...new Set(Object.values(names))];

/** Null: it has no name. */
export const nameOfEvent = ({ topic, action }: { readonly topic: string; readonly action: string }): EventName | null =>
  (names as Readonly<Record<string, EventName>>)[`${topic}/${action}`] ?? null;
