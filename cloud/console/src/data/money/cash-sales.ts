/** What was sold for cash at the sites, also while the hub was offline. */
import type { cashSaleDetail, cashSaleView } from "@karibu/cloud/money/cash-sales/cash-sale-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type CashSale = z.output<typeof cashSaleView>;
export type CashSaleDetail = z.output<typeof cashSaleDetail>;

export const cashSalePath = (id: string) => hubPath("/api/v1/cash-sales/{id}", { id });
export const listCashSales = (query: ListQuery, filters: Span & { readonly siteId: string }): Promise<Page<CashSale>> =>
  getList("/api/v1/cash-sales", query, { ...filters });
/** The path of a CSV, or a workbook, with the sales that the filters let through. */
export const cashSalesExport = (filters: Span & { readonly siteId: string }) =>
  withQuery("/api/v1/cash-sales/export", { ...filters });
/** Its code counts, or is worth nothing; what runs of it ends at the site. */
export const switchCashSale = (id: string, isOn: boolean): Promise<CashSaleDetail> =>
  post(hubPath(`/api/v1/cash-sales/{id}/${isOn ? "enable" : "disable"}`, { id }));
/** Without a phone: to the number that the seller typed. */
export const sendCashSaleCode = (
  id: string,
  to: Body<"POST", "/api/v1/cash-sales/{id}/send">,
  key: string,
): Promise<{ queued: boolean }> => post(hubPath("/api/v1/cash-sales/{id}/send", { id }), to, { key });
