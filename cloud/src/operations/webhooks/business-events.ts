/** Which events of the business a webhook can be told, and which live event each one comes from. Pure. */
import type { Permission } from "../../ground/http/permissions.ts";

export const businessEvents = [
  "payment.received",
  "payment.reversed",
  "grant.made",
  "voucher.used",
  "customer.made",
  "site.online",
  "site.offline",
] as const;
export type BusinessEvent = (typeof businessEvents)[number];

/** Who lets an address hear of something must be allowed to see it. */
export const permissionOfEvent: Readonly<Record<BusinessEvent, Permission>> = {
  "payment.received": "payments.read",
  "payment.reversed": "payments.read",
  "grant.made": "grants.read",
  "voucher.used": "vouchers.read",
  "customer.made": "customers.read",
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
  /** What happens once in a thing's life is told once, however often its row changes; a site comes and goes. */
  readonly key: string;
}

const byAction: Readonly<Record<string, BusinessEvent>> = {
  "payment/paid": "payment.received",
  // The channel says that it is paid; its receipt comes later, or never.
  "payment/paid_unreceipted": "payment.received",
  "payment/reversed": "payment.reversed",
  "grant/opened": "grant.made",
  "customer/made": "customer.made",
  "site/connected": "site.online",
  "site/disconnected": "site.offline",
};

/** Null: nothing that webhooks are told. */
export function factOf({ seq, topic, id, action }: LiveRow): BusinessFact | null {
  const event = byAction[`${topic}/${action}`];
  if (event === undefined || id === "") return null;
  return { event, id, key: topic === "site" ? `${event}:${id}:${seq}` : `${event}:${id}` };
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
