import type { doubleUseView } from "@karibu/cloud/catalogue/leases/double-use";
import type { bulkView } from "@karibu/cloud/catalogue/vouchers/bulk-vouchers";
import type { ownedView, voucherOrder } from "@karibu/cloud/catalogue/vouchers/owner-routes";
import type { traceStepView, traceView } from "@karibu/cloud/catalogue/vouchers/trace";
import type {
  batchOrder,
  batchView,
  listedBatchView,
  voucherView,
} from "@karibu/cloud/catalogue/vouchers/voucher-routes";
import type { batchMoneyView } from "@karibu/cloud/money/paper-sales/paper-sale-routes";
import type { z } from "zod";
import { getText, type Page, post, put } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { everyRow, getAll, getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Batch = z.output<typeof batchView>;
export type ListedBatch = z.output<typeof listedBatchView>;
export type VoucherOrder = z.input<typeof voucherOrder>;
export type BatchOrder = z.input<typeof batchOrder>;
export type Voucher = z.output<typeof voucherView>;
export type Trace = z.output<typeof traceView>;
export type TraceStep = z.output<typeof traceStepView>;
export type OwnedVoucher = z.output<typeof ownedView>;
export type DoubleUse = z.output<typeof doubleUseView>;

export const listBatches = (query: ListQuery, filters: { readonly siteId?: string }): Promise<Page<ListedBatch>> =>
  getList("/api/v1/vouchers/batches", query, filters);

/** For the choice of one of them: also the oldest. */
export const listAllBatches = (): Promise<readonly ListedBatch[]> => everyRow((query) => listBatches(query, {}));

/** Those that can be handed out, for a form to choose from: what is ready and on. */
export const batchesToChoose = async (): Promise<readonly ListedBatch[]> =>
  (await everyRow((query) => getList("/api/v1/vouchers/batches", query, { active: true }))).filter(
    ({ state }) => state === "ready",
  );

interface VoucherFilters {
  /** Null: of all batches. */
  readonly batchId: string | null;
  readonly state?: string | null;
  readonly siteId?: string;
}

export const listVouchers = (query: ListQuery, filters: VoucherFilters): Promise<Page<Voucher>> =>
  getList("/api/v1/vouchers", query, { ...filters });
/** The path of a CSV with all vouchers that the filters let through, each with its state. */
export const vouchersExport = (filters: VoucherFilters) => withQuery("/api/v1/vouchers/export", { ...filters });

export const batchPath = (batchId: string) => hubPath("/api/v1/vouchers/batches/{batchId}", { batchId });
export const makeBatch = (order: BatchOrder, key: string): Promise<Batch> =>
  post("/api/v1/vouchers/batches", order, { key });
export const switchBatch = (batchId: string, on: boolean): Promise<Batch> =>
  post(hubPath(`/api/v1/vouchers/batches/{batchId}/${on ? "enable" : "disable"}`, { batchId }));
/** A CSV of all codes, for printing. */
export const batchCodes = (batchId: string): Promise<string> =>
  getText(hubPath("/api/v1/vouchers/batches/{batchId}/codes", { batchId }));

export type BatchMoney = z.output<typeof batchMoneyView>;
export const batchMoneyPath = (batchId: string) => hubPath("/api/v1/vouchers/batches/{batchId}/money", { batchId });
export const changeBooking = (batchId: string, booking: BatchMoney["booking"]): Promise<BatchMoney> =>
  post(hubPath("/api/v1/vouchers/batches/{batchId}/booking", { batchId }), { booking });
/** Cash of its vouchers came to the office's till. */
export const collectCash = (batchId: string, amountCents: number, key: string): Promise<BatchMoney> =>
  post(hubPath("/api/v1/vouchers/batches/{batchId}/collect", { batchId }), { amountCents }, { key });

/** It was sold for cash before anybody used it: its price comes into the till. */
export const declareSold = (voucherId: string, key: string): Promise<{ readonly amountCents: number }> =>
  post(hubPath("/api/v1/vouchers/{voucherId}/declare-sold", { voucherId }), undefined, { key });

/** Its codes went to paper. */
export const notePrinted = (batchId: string): Promise<Batch> =>
  post(hubPath("/api/v1/vouchers/batches/{batchId}/printed", { batchId }));

/** One voucher for one customer. */
export const makeVoucher = (order: VoucherOrder, key: string): Promise<OwnedVoucher> =>
  post("/api/v1/vouchers", order, { key });
/** The voucher with this code; no row when the code is not ours. */
export const findVoucher = (code: string): Promise<Page<Voucher>> =>
  getList("/api/v1/vouchers", { cursor: null }, { code });
export const switchVoucher = (voucherId: string, on: boolean): Promise<Voucher> =>
  post(hubPath(`/api/v1/vouchers/{voucherId}/${on ? "enable" : "disable"}`, { voucherId }));
export const tracePath = (voucherId: string) => hubPath("/api/v1/vouchers/{voucherId}/trace", { voucherId });
export const sendVoucher = (voucherId: string, phone: string, key: string): Promise<unknown> =>
  post(hubPath("/api/v1/vouchers/{voucherId}/send", { voucherId }), { phone }, { key });
export const ownerPath = (voucherId: string) => hubPath("/api/v1/vouchers/{voucherId}/owner", { voucherId });
/** By name and phone; a customer who has that number already is that one. */
export const transferVoucher = (
  voucherId: string,
  to: Body<"POST", "/api/v1/vouchers/{voucherId}/transfer">,
  key: string,
): Promise<OwnedVoucher> => post(hubPath("/api/v1/vouchers/{voucherId}/transfer", { voucherId }), to, { key });
export const giveVoucher = (
  batchId: string,
  to: Body<"POST", "/api/v1/vouchers/batches/{batchId}/give">,
  key: string,
): Promise<OwnedVoucher> => post(hubPath("/api/v1/vouchers/batches/{batchId}/give", { batchId }), to, { key });
export const customersVouchers = (customerId: string): Promise<Page<Voucher>> =>
  getAll(hubPath("/api/v1/customers/{customerId}/vouchers", { customerId }));
export const listDoubleUse = (query: ListQuery): Promise<Page<DoubleUse>> =>
  getList("/api/v1/reports/double-use", query);

const bulkPath = "/api/v1/vouchers/bulk";
/** How far a change of many vouchers is; `problems` says which were not changed, and why (at most 100). */
export type BulkChange = z.output<typeof bulkView>;
/** So many vouchers are changed by one request. */
export const bulkMax = 5000;
export const bulkChangePath = (jobId: string) => hubPath("/api/v1/vouchers/bulk/{jobId}", { jobId });
export const changeVouchers = (
  action: BulkChange["action"],
  voucherIds: readonly string[],
): Promise<{ readonly jobId: string }> => post(bulkPath, { action, voucherIds });

export interface BatchSites {
  readonly homeSiteId: string | null;
  readonly siteIds: readonly string[];
}

export const batchSitesPath = (batchId: string) => hubPath("/api/v1/vouchers/batches/{batchId}/sites", { batchId });
export const setBatchSites = (batchId: string, siteIds: readonly string[], etag: string | null): Promise<BatchSites> =>
  put(batchSitesPath(batchId), { siteIds }, { etag });
