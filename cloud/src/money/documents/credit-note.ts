/** Credit notes: an issued document is never edited, it is taken back in whole or in part by one that refers to it. */
import type { Tx } from "../../ground/db/database.ts";
import { type IssueParts, issueDocument } from "./issue-document.ts";
import type { DocumentRow } from "./tables.ts";
import { leftOf, takeBack, takenBefore } from "./take-back.ts";

/** What credit notes have left of it. The document is locked by the caller where that must hold. */
export async function readLeft(tx: Tx, document: DocumentRow): Promise<number> {
  return leftOf(document.lines, await readTaken(tx, document.document_id));
}

/** The caller has locked the document, and made sure that so much is left. */
export async function issueCreditNote(
  parts: IssueParts,
  tx: Tx,
  document: DocumentRow,
  { amountCents, reason, by }: { readonly amountCents: number; readonly reason: string | null; readonly by: string },
): Promise<DocumentRow> {
  const lines = takeBack(document.lines, await readTaken(tx, document.document_id), amountCents);
  return issueDocument(parts, tx, document.provider_id, {
    kind: "credit-note",
    cause: document.cause,
    refersTo: document,
    reason,
    buyer: {
      customerId: document.customer_id,
      party: document.party,
      name: document.customer_name,
      taxPin: document.customer_pin,
    },
    currency: document.currency,
    lines,
    suppliedOn: document.supplied_on,
    paidBy: "other",
    by,
  });
}

async function readTaken(tx: Tx, documentId: string): Promise<ReadonlyMap<number, number>> {
  const notes = await tx
    .selectFrom("documents")
    .select("lines")
    .where("refers_to", "=", documentId)
    .orderBy("document_id")
    .execute();
  return takenBefore(notes.map(({ lines }) => lines));
}
