/**
 * What a tax authority is told of a document, and its reply where a person types it. Who attacks: staff who print a number that no authority gave.
 * A typed reply wants `ledger.manage` and a fresh second factor, names who typed it, and never replaces one that is there.
 */
import { z } from "zod";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { efrisMessage } from "../fiscal/efris-message.ts";
import { etimsSale } from "../fiscal/etims-message.ts";
import { findSubmission, submitAgain, typeReply } from "../fiscal/submissions.ts";
import type { DocumentParts } from "./document-parts.ts";
import { documentParams, viewDocument } from "./document-routes.ts";
import { documentView } from "./document-views.ts";

const replyText = z.string().trim().min(1).max(300);

export function fiscalRoutes(parts: DocumentParts) {
  return [
    route({
      method: "GET",
      path: "/api/v1/documents/{documentId}/fiscal-data",
      summary: "A document as its tax authority takes it, for a person or a program that hands it in",
      permission: "ledger.read",
      params: documentParams,
      response: z.object({
        authority: z.enum(["etims", "efris"]),
        /** The authority's own fields. */
        message: z.record(z.string(), z.unknown()),
      }),
      handle: ({ params: { documentId }, transact }) =>
        transact(async (tx) => {
          const told = await findSubmission(tx, documentId);
          if (told === null) throw notFound("submission");
          const { authority, data } = told;
          return { authority, message: authority === "etims" ? etimsSale(data) : { ...efrisMessage(data) } };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/documents/{documentId}/fiscal-reply",
      summary: "Type what the tax authority's own portal answered, where no adapter brings it",
      permission: "ledger.manage",
      freshFactor: true,
      params: documentParams,
      body: z.strictObject({
        controlUnit: replyText.nullable().default(null),
        fiscalNumber: replyText,
        signature: replyText.nullable().default(null),
        qr: replyText,
      }),
      response: documentView,
      handle: ({ params: { documentId }, body, actor, transact }) =>
        transact(async (tx) => {
          const { qr: qrText, ...reply } = body;
          await typeReply(parts.world, tx, documentId, { reply: { ...reply, qrText }, who: actor.name });
          return viewDocument(tx, documentId);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/documents/{documentId}/submit",
      summary: "Submit a document to the tax authority again, as it is",
      permission: "ledger.manage",
      params: documentParams,
      body: z.strictObject({
        /**
         * Of one that was refused because the authority has its number: a person looked into the authority's portal, and that is another document. It is told
         * under a new number.
         */
        notInPortal: z.boolean().default(false),
      }),
      response: documentView,
      handle: ({ params: { documentId }, body, transact }) =>
        transact(async (tx) => {
          await submitAgain(parts, tx, documentId, body);
          return viewDocument(tx, documentId);
        }),
    }),
  ];
}
