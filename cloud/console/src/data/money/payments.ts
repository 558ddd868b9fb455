import type { paymentDetail, paymentView } from "@karibu/cloud/money/purchases/payment-view";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Payment = z.output<typeof paymentView>;
export type PaymentDetail = z.output<typeof paymentDetail>;

interface PaymentFilters {
  readonly state?: string | null;
  readonly phone?: string | null;
}

export const listPayments = (query: ListQuery, filters: PaymentFilters = {}): Promise<Page<Payment>> =>
  getList("/api/v1/payments", query, { ...filters });
/** The path of a CSV with all payments that the filters let through. */
export const paymentsExport = (filters: PaymentFilters): string => withQuery("/api/v1/payments/export", { ...filters });

const paymentPath = (id: string) => `/api/v1/payments/${encodeURIComponent(id)}`;
export const verifyPayment = (id: string): Promise<{ asked: boolean; retryAfterSeconds: number | null }> =>
  post(`${paymentPath(id)}/verify`);
export const resolvePayment = (id: string, note: string, key: string): Promise<unknown> =>
  post(`${paymentPath(id)}/resolve`, { note }, { key });
export const sell = (order: object, key: string): Promise<{ id: string; state: string; payment: PaymentDetail }> =>
  post("/api/v1/payments/purchase", order, { key });
