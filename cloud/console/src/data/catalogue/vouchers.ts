import type { doubleUseView } from "@karibu/cloud/catalogue/leases/double-use";
import type { traceStepView, traceView } from "@karibu/cloud/catalogue/vouchers/trace";
import type { batchOrder, batchView, voucherView } from "@karibu/cloud/catalogue/vouchers/voucher-routes";
import type { z } from "zod";
import { get, getText, type Page, post, put } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Batch = z.output<typeof batchView>;
export type BatchOrder = z.input<typeof batchOrder>;
export type Voucher = z.output<typeof voucherView>;
export type Trace = z.output<typeof traceView>;
export type TraceStep = z.output<typeof traceStepView>;
export type DoubleUse = z.output<typeof doubleUseView>;

export const listBatches = (cursor: string | null, sort: string | null): Promise<Page<Batch>> =>
  get(listPath("/api/v1/vouchers/batches", { limit: 50, cursor, sort }));

interface VoucherFilters {
  /** Null: of all batches. */
  readonly batchId: string | null;
  readonly state?: string | null;
}

export const listVouchers = (
  { batchId, state = null }: VoucherFilters,
  cursor: string | null,
): Promise<Page<Voucher>> => get(listPath("/api/v1/vouchers", { batchId, state, limit: 50, cursor }));
/** All that these filters let through, as CSV: each code with what became of it. */
export const vouchersExport = ({ batchId, state = null }: VoucherFilters): string =>
  listPath("/api/v1/vouchers/export", { batchId, state });

export const batchPath = (batchId: string) => `/api/v1/vouchers/batches/${encodeURIComponent(batchId)}`;
export const makeBatch = (order: BatchOrder, key: string): Promise<Batch> =>
  post("/api/v1/vouchers/batches", order, { key });
export const switchBatch = (batchId: string, on: boolean): Promise<Batch> =>
  post(`${batchPath(batchId)}/${on ? "enable" : "disable"}`);
/** CSV of all codes, for printing. */
export const batchCodes = (batchId: string): Promise<string> => getText(`${batchPath(batchId)}/codes`);

/** The voucher that a code stands for; none when it is not one of ours. */
export const findVoucher = (code: string): Promise<Page<Voucher>> => get(listPath("/api/v1/vouchers", { code }));
const voucherPath = (voucherId: string) => `/api/v1/vouchers/${encodeURIComponent(voucherId)}`;
export const switchVoucher = (voucherId: string, on: boolean): Promise<Voucher> =>
  post(`${voucherPath(voucherId)}/${on ? "enable" : "disable"}`);
export const tracePath = (voucherId: string): string => `${voucherPath(voucherId)}/trace`;
export const sendVoucher = (voucherId: string, phone: string, key: string): Promise<unknown> =>
  post(`${voucherPath(voucherId)}/send`, { phone }, { key });
export const listDoubleUse = (cursor: string | null): Promise<Page<DoubleUse>> =>
  get(listPath("/api/v1/reports/double-use", { limit: 50, cursor }));

export interface BatchSites {
  readonly homeSiteId: string | null;
  readonly siteIds: readonly string[];
}

export const batchSitesPath = (batchId: string) => `${batchPath(batchId)}/sites`;
export const setBatchSites = (batchId: string, siteIds: readonly string[], etag: string | null): Promise<BatchSites> =>
  put(batchSitesPath(batchId), { siteIds }, { etag });
