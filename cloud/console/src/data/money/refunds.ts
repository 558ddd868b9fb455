import type { refundOptionsView, refundView } from "@karibu/cloud/money/refunds/refund-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type Refund = z.output<typeof refundView>;

/** Which refund methods a payment or a voucher has. `problem` says why a method is not possible. */
export interface RefundOptions {
  readonly leftCents: number;
  readonly currency: string;
  /** Of a voucher, whether anybody bought it; only what is `booked` can be refunded. */
  readonly sale: z.output<typeof refundOptionsView>["sale"];
  /** Where it may have been used without the hub's knowing. */
  readonly silentSites: Refund["silentSites"];
  readonly methods: readonly {
    readonly method: Refund["method"];
    /** In English; null: it is possible. */
    readonly problem: string | null;
    readonly problemCode: string | null;
    /** Of `more-than-left`: the most that can go this way. */
    readonly problemCents: number | null;
  }[];
}

const path = "/api/v1/refunds";
export const listRefunds = (
  query: ListQuery,
  filters: Span & { readonly state: string; readonly method: string; readonly siteId: string },
): Promise<Page<Refund>> => getList(path, query, { ...filters });
/** The path of a CSV, or a workbook, with the refunds that the filters let through. */
export const refundsExport = (
  filters: Span & { readonly state: string; readonly method: string; readonly siteId: string },
) => withQuery("/api/v1/refunds/export", { ...filters });
export const readRefundOptions = ({
  paymentId,
  voucherId,
}: {
  readonly paymentId?: string | null;
  readonly voucherId?: string | null;
}): Promise<RefundOptions> => get(withQuery("/api/v1/refunds/options", { paymentId, voucherId }));
const own = (id: string) => hubPath("/api/v1/own-sales/{id}/refund", { id });
/** Of one's own sale: for who may ask, and not decide. */
export const readOwnRefundOptions = (saleId: string): Promise<RefundOptions> => get(own(saleId));
export const askOwnRefund = (
  saleId: string,
  refund: Body<"POST", "/api/v1/own-sales/{id}/refund">,
  key: string,
): Promise<Refund> => post(own(saleId), refund, { key });
export const withdrawOwnRefund = (id: string): Promise<Refund> =>
  post(hubPath("/api/v1/own-refunds/{id}/withdraw", { id }), {});
export const requestRefund = (refund: Body<"POST", "/api/v1/refunds">, key: string): Promise<Refund> =>
  post(path, refund, { key });
export const approveRefund = (id: string, key: string): Promise<Refund> =>
  post(hubPath("/api/v1/refunds/{id}/approve", { id }), {}, { key });
export const refuseRefund = (id: string, key: string): Promise<Refund> =>
  post(hubPath("/api/v1/refunds/{id}/refuse", { id }), {}, { key });
export const retryRefund = (
  id: string,
  how: Body<"POST", "/api/v1/refunds/{id}/retry">,
  key: string,
): Promise<Refund> => post(hubPath("/api/v1/refunds/{id}/retry", { id }), how, { key });
/** A person ends it. `outcome` is `paid`, `not-paid` or `given-up`. */
export const resolveRefund = (
  id: string,
  resolution: Body<"POST", "/api/v1/refunds/{id}/resolve">,
  key: string,
): Promise<Refund> => post(hubPath("/api/v1/refunds/{id}/resolve", { id }), resolution, { key });
