/**
 * A customer's documents: invoices, credit notes, receipts, each as a PDF. Who attacks: a customer who names another's document. It is looked up in
 * the list of their own, so it is the same 404 as one that does not exist. The file is a download; should a browser open it, it runs nothing.
 */
import { z } from "zod";
import { notFound } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { documentKinds } from "../../money/documents/document-facts.ts";
import { readDrawn } from "../../money/documents/document-pdf.ts";
import { documentsOfCustomer } from "../../money/documents/document-views.ts";
import { drawDocument } from "../../money/documents/pdf/draw-document.ts";
import { providerParams } from "../log-in/log-in-routes.ts";

const path = "/api/v1/my/{provider}/documents";

export function documentRoutes() {
  return [
    route({
      method: "GET",
      path,
      summary: "Invoices, credit notes and receipts of this customer, the newest first",
      permission: "customer",
      params: providerParams,
      response: z.object({
        items: z.array(
          z.object({
            documentId: z.string(),
            kind: z.enum(documentKinds),
            number: z.string(),
            totalCents: z.int(),
            currency: z.string(),
            issuedOn: z.string(),
          }),
        ),
      }),
      handle: ({ customer, transact }) =>
        transact(async (tx) => ({ items: await documentsOfCustomer(tx, customer.customerId) })),
    }),
    rawRoute({
      method: "GET",
      path: `${path}/{documentId}/pdf`,
      summary: "One of them as a PDF, in English or Swahili",
      permission: "customer",
      params: providerParams.extend({ documentId: z.string().min(1).max(64) }),
      query: z.object({ language: z.enum(["en", "sw"]).optional() }),
      produces: "application/pdf",
      respond: async ({ params: { documentId }, query: { language }, customer, transact }, _request, response) => {
        const drawn = await transact(async (tx) => {
          const own = await documentsOfCustomer(tx, customer.customerId);
          if (!own.some((one) => one.documentId === documentId)) throw notFound("document");
          return readDrawn(tx, documentId, { language });
        });
        const file = await drawDocument(drawn);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
        response.setHeader("Content-Disposition", `attachment; filename="${drawn.document.numberText}.pdf"`);
        response.type("application/pdf").end(file);
      },
    }),
  ];
}
