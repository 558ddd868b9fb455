/** `/api/v1/documents`: what was issued with a number. None is ever edited; see `correction-doors.ts` for what takes one back. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { findSubmission } from "../fiscal/submissions.ts";
import { readFree } from "./credit-note.ts";
import type { DocumentRow } from "./document.ts";
import { documentKinds } from "./document-facts.ts";
import { documentFileWords } from "./document-file-words.ts";
import type { DocumentParts } from "./document-parts.ts";
import { readDrawn } from "./document-pdf.ts";
import { documentListView, documentRows, documentView, type ListedRow, viewListed } from "./document-views.ts";
import { readDocument } from "./issue-document.ts";
import { receiptOf } from "./payment-receipt.ts";
import { drawDocument } from "./pdf/draw-document.ts";

export const documentParams = z.object({ documentId: z.string().min(1).max(128) });
export const languageField = z.enum(["en", "sw"]);

const list = listOf({
  sort: {
    issued: { by: sql.ref("documents.documentId"), kind: "string" },
    total: { by: sql.ref("documents.totalCents"), kind: "number" },
    number: { by: sql.ref("documents.numberText"), kind: "string" },
  },
  default: "-issued",
  tie: [sql.ref("documents.documentId")],
  search: [sql.ref("documents.numberText"), sql.ref("documents.customerName")],
  sums: {
    currency: sql.ref("documents.currency"),
    amountCents: sql`case when documents.kind in ('tax-invoice', 'credit-note', 'sales-summary') then documents.total_cents else 0 end`,
  },
});

const listQuery = list.query.extend({
  kind: z.enum(documentKinds).optional(),
  customerId: z.string().min(1).max(128).optional(),
  fiscalState: z.enum(["waiting", "accepted", "refused"]).optional(),
  /** Issued in this time. */
  ...spanFields,
});

export function documentRoutes(parts: DocumentParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/documents",
      summary: "Tax invoices, credit notes, receipts and summaries of sales, newest first",
      permission: "ledger.read",
      query: listQuery,
      response: pageOf(documentListView),
      handle: ({ query, transact }) => transact((tx) => listDocuments(tx, query)),
    }),
    exportRoute({
      path: "/api/v1/documents/export",
      summary: "The same as CSV or workbook",
      permission: "ledger.read",
      query: listQuery,
      columns: [
        ...(["number", "kind", "issuedOn", "customerName", "currency"] as const),
        ...(["netCents", "exciseCents", "vatCents", "totalCents", "fiscalState"] as const),
      ],
      words: documentFileWords,
      offsetMinutes: offsetOfProvider,
      page: (tx, query) => listDocuments(tx, query),
    }),
    route({
      method: "GET",
      path: "/api/v1/documents/{documentId}",
      summary: "One document",
      permission: "ledger.read",
      params: documentParams,
      response: documentView,
      volatile: ["fiscal", "fiscalState"],
      handle: ({ params: { documentId }, transact }) => transact((tx) => viewDocument(tx, documentId)),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/documents/{documentId}/pdf",
      summary: "A document as a PDF, in English or Swahili",
      permission: "ledger.read",
      params: documentParams,
      query: z.object({ language: languageField.optional() }),
      produces: "application/pdf",
      respond: async ({ params: { documentId }, query: { language }, transact }, _request, response) => {
        const drawn = await transact((tx) => readDrawn(tx, documentId, { language }));
        const file = await drawDocument(drawn);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Disposition", `attachment; filename="${drawn.document.numberText}.pdf"`);
        response.type("application/pdf").end(file);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/documents/receipts",
      summary: "The receipt of a payment, on wish; asked for again, it is the same one",
      permission: "payments.verify",
      body: z.strictObject({ paymentId: z.string().min(1).max(128) }),
      status: 201,
      response: documentView,
      handle: ({ body: { paymentId }, providerId, actor, transact, auditTarget }) =>
        transact(async (tx) => {
          const receipt = await receiptOf(parts, tx, providerId, { paymentId, by: actor.name });
          auditTarget(receipt.documentId);
          return viewDocument(tx, receipt.documentId);
        }),
    }),
  ];
}

function listDocuments(tx: Tx, query: z.output<typeof listQuery>) {
  const { kind, customerId, fiscalState } = query;
  const rows = documentRows(tx)
    .$if(kind !== undefined, (is) => is.where("documents.kind", "=", kind ?? "receipt"))
    .$if(customerId !== undefined, (is) => is.where("documents.customerId", "=", customerId ?? ""))
    .$if(fiscalState !== undefined, (is) => is.where("told.state", "=", fiscalState ?? "waiting"))
    .where(within(sql.ref("documents.issuedAtMs"), query));
  return list.page(rows, query, viewListed);
}

/** Throws a Problem 404. */
export async function viewDocument(tx: Tx, documentId: string): Promise<z.input<typeof documentView>> {
  const document = await readDocument(tx, documentId);
  const told = await findSubmission(tx, documentId);
  const notes = await tx
    .selectFrom("documents")
    .select(["documentId", "numberText", "totalCents"])
    .where("refersTo", "=", documentId)
    .orderBy("documentId")
    .execute();
  const whole = document.refersTo === null ? null : await readDocument(tx, document.refersTo);
  const listed: ListedRow = { ...document, fiscalState: told?.state ?? null };
  return {
    ...viewListed(listed),
    ...ownView(document),
    refersTo: whole === null ? null : { documentId: whole.documentId, number: whole.numberText },
    creditNotes: notes.map((note) => ({
      documentId: note.documentId,
      number: note.numberText,
      totalCents: note.totalCents,
    })),
    leftCents: document.kind === "tax-invoice" ? await readFree(tx, document) : 0,
    fiscal:
      told === null
        ? null
        : {
            authority: told.authority,
            tries: told.tries,
            reason: told.reason,
            controlUnit: told.controlUnit,
            fiscalNumber: told.fiscalNumber,
            signature: told.signature,
            qr: told.qrText,
            typedBy: told.typedBy,
            toldNumber: told.toldNumber,
          },
  };
}

const ownView = (document: DocumentRow) => ({
  reason: document.reason,
  customerPin: document.customerPin,
  suppliedOn: document.suppliedOn,
  issuedBy: document.issuedBy,
  seller: document.seller,
  lines: document.lines.map((line) => ({
    kind: line.kind,
    name: line.text,
    planId: line.planId,
    period: line.period ?? null,
    quantity: line.quantity,
    treatment: line.treatment,
    vatBp: line.vatBp,
    exciseBp: line.exciseBp,
    netCents: line.netCents,
    exciseCents: line.exciseCents,
    vatCents: line.vatCents,
    totalCents: line.totalCents,
  })),
});
