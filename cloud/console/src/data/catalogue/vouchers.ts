import type { doubleUseView } from "@karibu/cloud/catalogue/leases/double-use";
import type { bulkView } from "@karibu/cloud/catalogue/vouchers/bulk-vouchers";
import type { ownedView, voucherOrder } from "@karibu/cloud/catalogue/vouchers/owner-routes";
import type { traceStepView, traceView } from "@karibu/cloud/catalogue/vouchers/trace";
import type { batchOrder, batchView, voucherView } from "@karibu/cloud/catalogue/vouchers/voucher-routes";
import type { batchMoneyView } from "@karibu/cloud/money/paper-sales/paper-sale-routes";
import type { z } from "zod";
import { getText, type Page, post, put } from "../../hub/api.ts";
import { getAll, getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Batch = z.output<typeof batchView>;
export type VoucherOrder = z.input<typeof voucherOrder>;
export type BatchOrder = z.input<typeof batchOrder>;
export type Voucher = z.output<typeof voucherView>;
export type Trace = z.output<typeof traceView>;
export type TraceStep = z.output<typeof traceStepView>;
export type OwnedVoucher = z.output<typeof ownedView>;
export type DoubleUse = z.output<typeof doubleUseView>;

export const listBatches = (query: ListQuery, filters: { readonly siteId?: string }): Promise<Page<Batch>> =>
  getList("/api/v1/vouchers/batches", query, filters);

interface VoucherFilters {
  /** Null: of all batches. */
  readonly batchId: string | null;
  readonly state?: string | null;
  readonly siteId?: string;
}

export const listVouchers = (query: ListQuery, filters: VoucherFilters): Promise<Page<Voucher>> =>
  getList("/api/v1/vouchers", query, { ...filters });
/** The path of a CSV with all vouchers that the filters let through, each with its state. */
export const vouchersExport = (filters: VoucherFilters): string => withQuery("/api/v1/vouchers/export", { ...filters });

export const batchPath = (batchId: string) => `/api/v1/vouchers/batches/${encodeURIComponent(batchId)}`;
export const makeBatch = (order: BatchOrder, key: string): Promise<Batch> =>
  post("/api/v1/vouchers/batches", order, { key });
export const switchBatch = (batchId: string, on: boolean): Promise<Batch> =>
  post(`${batchPath(batchId)}/${on ? "enable" : "disable"}`);
/** A CSV of all codes, for printing. */
export const batchCodes = (batchId: string): Promise<string> => getText(`${batchPath(batchId)}/codes`);

export type BatchMoney = z.output<typeof batchMoneyView>;
export const batchMoneyPath = (batchId: string): string => `${batchPath(batchId)}/money`;
export const changeBooking = (batchId: string, booking: BatchMoney["booking"]): Promise<BatchMoney> =>
  post(`${batchPath(batchId)}/booking`, { booking });
/** Cash of its vouchers came to the office's till. */
export const collectCash = (batchId: string, amountCents: number, key: string): Promise<BatchMoney> =>
  post(`${batchPath(batchId)}/collect`, { amountCents }, { key });

/** Its codes went to paper. */
export const notePrinted = (batchId: string): Promise<Batch> => post(`${batchPath(batchId)}/printed`);

/** One voucher for one customer. */
export const makeVoucher = (order: VoucherOrder, key: string): Promise<OwnedVoucher> =>
  post("/api/v1/vouchers", order, { key });
/** The voucher with this code; no row when the code is not ours. */
export const findVoucher = (code: string): Promise<Page<Voucher>> =>
  getList("/api/v1/vouchers", { cursor: null }, { code });
const voucherPath = (voucherId: string) => `/api/v1/vouchers/${encodeURIComponent(voucherId)}`;
export const switchVoucher = (voucherId: string, on: boolean): Promise<Voucher> =>
  post(`${voucherPath(voucherId)}/${on ? "enable" : "disable"}`);
export const tracePath = (voucherId: string): string => `${voucherPath(voucherId)}/trace`;
export const sendVoucher = (voucherId: string, phone: string, key: string): Promise<unknown> =>
  post(`${voucherPath(voucherId)}/send`, { phone }, { key });
export const ownerPath = (voucherId: string): string => `${voucherPath(voucherId)}/owner`;
/** By name and phone; a customer who has that number already is that one. */
export const transferVoucher = (voucherId: string, to: object, key: string): Promise<OwnedVoucher> =>
  post(`${voucherPath(voucherId)}/transfer`, to, { key });
export const giveVoucher = (batchId: string, to: object, key: string): Promise<OwnedVoucher> =>
  post(`${batchPath(batchId)}/give`, to, { key });
export const customersVouchers = (customerId: string): Promise<Page<Voucher>> =>
  getAll(`/api/v1/customers/${encodeURIComponent(customerId)}/vouchers`);
export const listDoubleUse = (query: ListQuery): Promise<Page<DoubleUse>> =>
  getList("/api/v1/reports/double-use", query);

const bulkPath = "/api/v1/vouchers/bulk";
/** How far a change of many vouchers is; `problems` says which were not changed, and why (at most 100). */
export type BulkChange = z.output<typeof bulkView>;
/** So many vouchers are changed by one request. */
export const bulkMax = 5000;
export const bulkChangePath = (jobId: string): string => `${bulkPath}/${encodeURIComponent(jobId)}`;
export const changeVouchers = (
  action: BulkChange["action"],
  voucherIds: readonly string[],
): Promise<{ readonly jobId: string }> => post(bulkPath, { action, voucherIds });

export interface BatchSites {
  readonly homeSiteId: string | null;
  readonly siteIds: readonly string[];
}

export const batchSitesPath = (batchId: string) => `${batchPath(batchId)}/sites`;
export const setBatchSites = (batchId: string, siteIds: readonly string[], etag: string | null): Promise<BatchSites> =>
  put(batchSitesPath(batchId), { siteIds }, { etag });
