import type { paymentDetail, paymentView } from "@karibu/cloud/money/purchases/payment-view";
import type { z } from "zod";
import { get, type Page, post } from "./api.ts";
import { listPath } from "./list-path.ts";

export type Payment = z.output<typeof paymentView>;
export type PaymentDetail = z.output<typeof paymentDetail>;

interface PaymentFilters {
  readonly state?: string | null;
  /** Of one customer. */
  readonly phone?: string | null;
}

export const listPayments = ({
  limit,
  cursor = null,
  state = null,
  phone = null,
}: PaymentFilters & { limit: number; cursor?: string | null }): Promise<Page<Payment>> =>
  get(listPath("/api/v1/payments", { limit, cursor, state, phone }));
/** All that these filters let through, as CSV. */
export const paymentsExport = ({ state = null, phone = null }: PaymentFilters): string =>
  listPath("/api/v1/payments/export", { state, phone });

const at = (id: string) => `/api/v1/payments/${encodeURIComponent(id)}`;
export const verifyPayment = (id: string): Promise<{ asked: boolean; retryAfterSeconds: number | null }> =>
  post(`${at(id)}/verify`);
export const sell = (order: object, key: string): Promise<{ id: string; state: string; payment: PaymentDetail }> =>
  post("/api/v1/payments/purchase", order, { key });
