import type { refundView } from "@karibu/cloud/money/refunds/refund-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type Refund = z.output<typeof refundView>;

/** Which refund methods a payment or a voucher has. `problem` says why a method is not possible. */
export interface RefundOptions {
  readonly leftCents: number;
  readonly currency: string;
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
const at = (id: string) => `${path}/${encodeURIComponent(id)}`;
export const listRefunds = (
  query: ListQuery,
  filters: Span & { readonly state: string; readonly method: string; readonly siteId: string },
): Promise<Page<Refund>> => getList(path, query, { ...filters });
/** The path of a CSV, or a workbook, with the refunds that the filters let through. */
export const refundsExport = (
  filters: Span & { readonly state: string; readonly method: string; readonly siteId: string },
): string => withQuery(`${path}/export`, { ...filters });
export const readRefundOptions = ({
  paymentId,
  voucherId,
}: {
  readonly paymentId?: string | null;
  readonly voucherId?: string | null;
}): Promise<RefundOptions> => get(withQuery(`${path}/options`, { paymentId, voucherId }));
const own = (id: string) => `/api/v1/own-sales/${encodeURIComponent(id)}/refund`;
/** Of one's own sale: for who may ask, and not decide. */
export const readOwnRefundOptions = (saleId: string): Promise<RefundOptions> => get(own(saleId));
export const askOwnRefund = (saleId: string, refund: object, key: string): Promise<Refund> =>
  post(own(saleId), refund, { key });
export const withdrawOwnRefund = (id: string): Promise<Refund> =>
  post(`/api/v1/own-refunds/${encodeURIComponent(id)}/withdraw`, {});
export const requestRefund = (refund: object, key: string): Promise<Refund> => post(path, refund, { key });
export const approveRefund = (id: string, key: string): Promise<Refund> => post(`${at(id)}/approve`, {}, { key });
export const refuseRefund = (id: string, key: string): Promise<Refund> => post(`${at(id)}/refuse`, {}, { key });
export const retryRefund = (id: string, how: object, key: string): Promise<Refund> =>
  post(`${at(id)}/retry`, how, { key });
/** A person ends it. `outcome` is `paid`, `not-paid` or `given-up`. */
export const resolveRefund = (id: string, resolution: object, key: string): Promise<Refund> =>
  post(`${at(id)}/resolve`, resolution, { key });
