import type { paymentDetail, paymentView } from "@karibu/cloud/money/purchases/payment-view";
import type { ownSalesView, ownSaleView, soldToView } from "@karibu/cloud/reports/own-sales";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Payment = z.output<typeof paymentView>;
export type PaymentDetail = z.output<typeof paymentDetail>;
/** What is only known of one's own: left out while it is not read. */
export type OwnSale = PaymentDetail &
  Partial<Pick<z.output<typeof ownSaleView>, "message" | "portalAddress" | "providerName">>;
export type OwnSales = z.output<typeof ownSalesView>;

export type SoldTo = z.output<typeof soldToView>;

/** What the user has sold to this number, on any day. */
export const readSoldTo = (phone: string): Promise<SoldTo> => get(withQuery("/api/v1/sold-to", { phone }));
/** What the user has sold today over the counter. */
export const ownSalesPath = "/api/v1/own-sales";
/** One of them, with its code; also for sellers, who read no other payments. */
export const readOwnSale = (id: string): Promise<OwnSale> => get(hubPath("/api/v1/own-sales/{id}", { id }));

export interface PaymentFilters {
  readonly state?: string | null;
  readonly siteId?: string | null;
  readonly phone?: string | null;
  /** Why it failed. */
  readonly reason?: string | null;
  /** `true`: paid, and not proved yet. */
  readonly pending?: string | null;
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
}

export const listPayments = (query: ListQuery, filters: PaymentFilters = {}): Promise<Page<Payment>> =>
  getList("/api/v1/payments", query, { ...filters });
/** The path of a CSV with all payments that the filters let through. */
export const paymentsExport = (filters: PaymentFilters) => withQuery("/api/v1/payments/export", { ...filters });

export const verifyPayment = (id: string): Promise<{ asked: boolean; retryAfterSeconds: number | null }> =>
  post(hubPath("/api/v1/payments/{id}/verify", { id }));
export const resolvePayment = (id: string, note: string, key: string): Promise<unknown> =>
  post(hubPath("/api/v1/payments/{id}/resolve", { id }), { note }, { key });
export const sell = (
  order: Body<"POST", "/api/v1/payments/purchase">,
  key: string,
): Promise<{ id: string; state: string; payment: PaymentDetail }> => post("/api/v1/payments/purchase", order, { key });

/** What was sold over a counter, or from credit: nobody can be asked about it. */
export const isImmediate = ({ channelKind }: Pick<Payment, "channelKind">): boolean =>
  channelKind === "cash" || channelKind === "credit";

export interface SaleDevices {
  readonly problem: string | null;
  /** Null: the site's router can't be asked. */
  readonly devices:
    | readonly { readonly mac: string; readonly address: string | null; readonly online: boolean }[]
    | null;
}

export const giveSaleCode = (id: string): Promise<{ code: string }> =>
  post(hubPath("/api/v1/payments/{id}/code", { id }));
/** Without a phone: to the one that bought. */
export const sendSaleCode = (
  id: string,
  to: Body<"POST", "/api/v1/payments/{id}/send">,
  key: string,
): Promise<{ queued: boolean }> => post(hubPath("/api/v1/payments/{id}/send", { id }), to, { key });
export const readSaleDevices = (id: string): Promise<SaleDevices> =>
  get(hubPath("/api/v1/payments/{id}/devices", { id }));
export const putDeviceOnline = (
  id: string,
  order: { readonly mac: string; readonly moves: boolean },
): Promise<{ outcome: "online" | "bound" }> => post(hubPath("/api/v1/payments/{id}/devices", { id }), order);
