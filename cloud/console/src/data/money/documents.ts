/** Documents that were issued, how they reach their customers, statements of account, and accountants' files. */
import type { AccountingLayout } from "@karibu/cloud/money/documents/accounting-files";
import type { documentListView, documentView } from "@karibu/cloud/money/documents/document-views";
import type { linkView } from "@karibu/cloud/money/documents/send-document-routes";
import type { statementView } from "@karibu/cloud/money/documents/statement-routes";
import type { z } from "zod";
import { saveFile } from "../../components/save-file.ts";
import { type Page, post } from "../../hub/api.ts";
import { download } from "../../hub/download.ts";
import { type AnyPath, type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span, withQuery } from "../../hub/list.ts";

export type ListedDocument = z.output<typeof documentListView>;
export type IssuedDocument = z.output<typeof documentView>;
export type CustomerStatement = z.output<typeof statementView>;
export type DocumentLanguage = "en" | "sw";

/** A test of the hub's kinds compares them. */
export const documentKinds = [
  "tax-invoice",
  "credit-note",
  "receipt",
  "sales-summary",
] as const satisfies readonly ListedDocument["kind"][];
export const fiscalStates = ["waiting", "accepted", "refused"] as const;
export const accountingLayouts = [
  "quickbooks-journal",
  "quickbooks-invoices",
  "xero-journal",
  "xero-invoices",
] as const satisfies readonly AccountingLayout[];

export type DocumentFilters = Span & {
  readonly kind?: string;
  readonly fiscalState?: string;
  readonly customerId?: string;
};

const path = "/api/v1/documents";
export const documentPath = (documentId: string) => hubPath("/api/v1/documents/{documentId}", { documentId });
export const listDocuments = (query: ListQuery, filters: DocumentFilters): Promise<Page<ListedDocument>> =>
  getList(path, query, { ...filters });
export const documentsExport = (filters: DocumentFilters) => withQuery("/api/v1/documents/export", { ...filters });

export const creditDocument = (
  documentId: string,
  note: Body<"POST", "/api/v1/documents/{documentId}/credit-notes">,
  key: string,
): Promise<IssuedDocument> =>
  post(hubPath("/api/v1/documents/{documentId}/credit-notes", { documentId }), note, { key });
export const mailDocument = (
  documentId: string,
  to: Body<"POST", "/api/v1/documents/{documentId}/mail">,
  key: string,
): Promise<{ readonly to: string }> =>
  post(hubPath("/api/v1/documents/{documentId}/mail", { documentId }), to, { key });
export const textDocument = (documentId: string, key: string): Promise<{ readonly to: string }> =>
  post(hubPath("/api/v1/documents/{documentId}/sms", { documentId }), {}, { key });
export const linkDocument = (documentId: string): Promise<z.output<typeof linkView>> =>
  post(hubPath("/api/v1/documents/{documentId}/links", { documentId }), {});
export const submitDocument = (documentId: string, how: { notInPortal?: true } = {}): Promise<IssuedDocument> =>
  post(hubPath("/api/v1/documents/{documentId}/submit", { documentId }), how);
export const typeFiscalReply = (
  documentId: string,
  reply: Body<"POST", "/api/v1/documents/{documentId}/fiscal-reply">,
): Promise<IssuedDocument> => post(hubPath("/api/v1/documents/{documentId}/fiscal-reply", { documentId }), reply);
export const receiptOfPayment = (paymentId: string): Promise<IssuedDocument> =>
  post("/api/v1/documents/receipts", { paymentId });

export const statementPath = (customerId: string) =>
  hubPath("/api/v1/customers/{customerId}/statement", { customerId });

/** Saves it through the browser. */
export const saveDocument = (documentId: string, number: string, language: DocumentLanguage): Promise<void> =>
  save(
    withQuery(hubPath("/api/v1/documents/{documentId}/pdf", { documentId }), { language }),
    `${number}.pdf`,
    "application/pdf",
  );
export const saveStatement = (customerId: string, language: DocumentLanguage): Promise<void> =>
  save(
    withQuery(hubPath("/api/v1/customers/{customerId}/statement/pdf", { customerId }), { language }),
    "statement.pdf",
    "application/pdf",
  );
export const saveAccounting = (layout: string, { fromMs, untilMs }: Span): Promise<void> =>
  save(withQuery("/api/v1/accounting/export", { layout, fromMs, untilMs }), `${layout}.csv`, "text/csv");

async function save(from: AnyPath, name: string, type: string): Promise<void> {
  const file = await download(from, { accept: type, signal: new AbortController().signal, onBytes: () => {} });
  saveFile(name, file, type);
}
