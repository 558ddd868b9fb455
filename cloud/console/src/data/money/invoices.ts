import type { invoiceView } from "@karibu/cloud/money/invoices/invoice-rows";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type Invoice = z.output<typeof invoiceView>;

const path = "/api/v1/invoices";
export const listInvoices = (query: ListQuery, filters: Span & { readonly state: string }): Promise<Page<Invoice>> =>
  getList(path, query, { ...filters });
/** The path of a CSV, or a workbook, with the invoices that the filters let through. */
export const invoicesExport = (filters: Span & { readonly state: string }) =>
  withQuery("/api/v1/invoices/export", { ...filters });
export const addInvoice = (invoice: Body<"POST", "/api/v1/invoices">, key: string): Promise<Invoice> =>
  post(path, invoice, { key });
export const payInvoice = (id: string, how: "cash" | "credit", key: string): Promise<Invoice> =>
  post(hubPath("/api/v1/invoices/{id}/pay", { id }), { with: how }, { key });
/** @param to the phone; left out: the one that was entered with it */
export const promptInvoice = (id: string, to: { readonly phone?: string }, key: string): Promise<Invoice> =>
  post(hubPath("/api/v1/invoices/{id}/prompt", { id }), to, { key });
export const voidInvoice = (id: string, key: string): Promise<Invoice> =>
  post(hubPath("/api/v1/invoices/{id}/void", { id }), {}, { key });
export const creditInvoice = (id: string, reason: string, key: string): Promise<Invoice> =>
  post(hubPath("/api/v1/invoices/{id}/credit-note", { id }), { reason }, { key });
