/** Which events of the business a webhook can be told: those that have a name in the live stream, and those that are noted beside it. Pure. */
import { type EventName, eventNames, nameOfEvent } from "../../ground/events/event-names.ts";
import type { Permission } from "../../ground/http/permissions.ts";

/** Too many for a live event each: noted by the database while a webhook wants them (`webhook_facts`). */
const notedEvents = ["voucher.used", "session.started", "session.ended", "alarm.raised"] as const;
export type NotedEvent = (typeof notedEvents)[number];
export type BusinessEvent = EventName | NotedEvent;
export const businessEvents: readonly [BusinessEvent, ...BusinessEvent[]] = [
  ...(eventNames as readonly [EventName, ...EventName[]]),
  ...notedEvents,
];

/** Who lets an address hear of something must be allowed to see it. */
export const permissionOfEvent: Readonly<Record<BusinessEvent, Permission>> = {
  "payment.received": "payments.read",
  "payment.failed": "payments.read",
  "payment.reversed": "payments.read",
  "grant.made": "grants.read",
  "voucher.used": "vouchers.read",
  "customer.made": "customers.read",
  "subscription.suspended": "subscriptions.read",
  "subscription.reconnected": "subscriptions.read",
  "session.started": "sessions.read",
  "session.ended": "sessions.read",
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

/** A live event as it is stored. */
export interface LiveRow {
  readonly seq: number;
  readonly topic: string;
  readonly id: string;
  readonly action: string;
}

export interface BusinessFact {
  readonly event: BusinessEvent;
  readonly id: string;
  /** What happens once in a thing's life is told once, however often its row changes; other things come and go. */
  readonly key: string;
}

const onceInALife: readonly BusinessEvent[] = [
  ...(["payment.received", "payment.failed", "payment.reversed", "grant.made", "customer.made"] as const),
  ...(["ticket.opened", "message.delivered", "message.failed", "credentials.sent"] as const),
];

/** Null: nothing that webhooks are told. */
export function factOf(row: LiveRow): BusinessFact | null {
  const event = nameOfEvent(row);
  const { seq, id } = row;
  if (event === null || id === "") return null;
  return { event, id, key: onceInALife.includes(event) ? `${event}:${id}` : `${event}:${id}:${seq}` };
}

/** `batch.serial@site`, as the database noted it. */
export function readRedemption(
  thing: string,
): { readonly batchId: string; readonly serial: number; readonly siteId: string } | null {
  const [, batchId, serial, siteId] = /^(.+)\.(\d+)@(.+)$/.exec(thing) ?? [];
  return batchId === undefined || serial === undefined || siteId === undefined
    ? null
    : { batchId, serial: Number(serial), siteId };
}
