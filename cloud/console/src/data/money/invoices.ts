import type { invoiceView } from "@karibu/cloud/money/invoices/invoice-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type Invoice = z.output<typeof invoiceView>;

const path = "/api/v1/invoices";
const at = (id: string) => `${path}/${encodeURIComponent(id)}`;
export const listInvoices = (query: ListQuery, filters: Span & { readonly state: string }): Promise<Page<Invoice>> =>
  getList(path, query, { ...filters });
/** The path of a CSV, or a workbook, with the invoices that the filters let through. */
export const invoicesExport = (filters: Span & { readonly state: string }): string =>
  withQuery(`${path}/export`, { ...filters });
export const addInvoice = (invoice: object, key: string): Promise<Invoice> => post(path, invoice, { key });
export const payInvoice = (id: string, how: "cash" | "credit", key: string): Promise<Invoice> =>
  post(`${at(id)}/pay`, { with: how }, { key });
/** @param to the phone; left out: the one that was entered with it */
export const promptInvoice = (id: string, to: { readonly phone?: string }, key: string): Promise<Invoice> =>
  post(`${at(id)}/prompt`, to, { key });
export const voidInvoice = (id: string, key: string): Promise<Invoice> => post(`${at(id)}/void`, {}, { key });
export const creditInvoice = (id: string, reason: string, key: string): Promise<Invoice> =>
  post(`${at(id)}/credit-note`, { reason }, { key });
