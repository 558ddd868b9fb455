/** Credit notes: an issued document is never edited, it is taken back in whole or in part by one that refers to it. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { PaidPart } from "../fiscal/fiscal-contract.ts";
import { findSubmission } from "../fiscal/submissions.ts";
import { sumOf } from "../tax/tax-arithmetic.ts";
import type { DocumentRow } from "./document.ts";
import type { ChargeLine, DocumentLine } from "./document-facts.ts";
import { type IssueParts, issueDocument, readDocument } from "./issue-document.ts";
import { aboutOf, leftOf, takeBack, takenBefore } from "./take-back.ts";

/** What credit notes have left of it. The document is locked by the caller where that must hold. */
export async function readLeft(tx: Tx, document: DocumentRow): Promise<number> {
  return leftOf(document.lines, await readTaken(tx, document.documentId));
}

/** The same, less what went back already and whose credit note is still to be issued: so much may be given back anew. */
export async function readFree(tx: Tx, document: DocumentRow): Promise<number> {
  const { documentId, cause, customerId, currency } = document;
  const waiting = await tx
    .selectFrom("document_charges")
    .select("totalCents")
    .where("state", "=", "waiting")
    .where("totalCents", "<", 0)
    .where("currency", "=", currency)
    .where((is) =>
      is.or([
        // Of what was charged on it, whoever its customer is by now.
        sql<boolean>`cause in (select cause from document_charges where document_id = ${documentId} and total_cents > 0)`,
        cause === null ? is("customerId", "=", customerId) : is("cause", "=", cause),
      ]),
    )
    .execute();
  const backCents = waiting.reduce((sum, row) => sum - row.totalCents, 0);
  return Math.max(0, (await readLeft(tx, document)) - backCents);
}

/**
 * Before the money of a charge goes back by another door than a credit note of its document: both are locked, so each waits for the other, and who issues
 * the document meanwhile waits too: it could be taken back before this has happened.
 * Throws Problem "more-than-left" where credit notes took it back.
 */
export async function refuseTakenBack(tx: Tx, chargeId: string, amountCents: number): Promise<void> {
  const charge = await tx
    .selectFrom("document_charges")
    .select(["documentId", "lines"])
    .where("chargeId", "=", chargeId)
    .forUpdate()
    .executeTakeFirst();
  if (charge === undefined || charge.documentId === null) return;
  const document = await readDocument(tx, charge.documentId, true);
  // Of a month's invoice: what is left of others is not its money.
  const ownCents = leftOf(document.lines, await readTaken(tx, document.documentId), aboutOf(charge.lines));
  if (Math.min(ownCents, await readFree(tx, document)) < amountCents) throw refusal("more-than-left");
}

/**
 * What was charged for plans here and has not gone back, by a credit note of a document or by a cheaper plan: so much may go back anew, minor units.
 * Charges and documents are locked, so whoever takes one back at the same moment waits.
 */
export async function readChargedForPlans(tx: Tx, cause: string, currency: string): Promise<number> {
  const charges = await tx
    .selectFrom("document_charges")
    .select(["documentId", "totalCents", "lines"])
    .where("cause", "=", cause)
    .where("currency", "=", currency)
    .orderBy("chargeId")
    .forUpdate()
    .execute();
  const ofPlans = charges.map((row) => ({
    documentId: row.documentId,
    isCharge: row.totalCents > 0,
    lines: row.lines.filter(({ kind }) => kind === "plan" || kind === "plan-change"),
  }));
  let leftCents = 0;
  for (const { documentId, lines } of ofPlans)
    if (documentId === null) leftCents += lines.reduce((sum, { totalCents }) => sum + totalCents, 0);
  const documented = Map.groupBy(
    ofPlans.filter(({ documentId, isCharge }) => documentId !== null && isCharge),
    ({ documentId }) => documentId as string,
  );
  for (const [documentId, rows] of [...documented].sort(([one], [other]) => (one < other ? 1 : -1))) {
    const document = await readDocument(tx, documentId, true);
    const isAbout = aboutOf(rows.flatMap(({ lines }) => lines));
    leftCents += leftOf(document.lines, await readTaken(tx, documentId), isAbout);
  }
  return Math.max(0, leftCents);
}

/** The caller has locked the document, and made sure that so much is left. */
export async function issueCreditNote(
  parts: IssueParts,
  tx: Tx,
  document: DocumentRow,
  {
    amountCents,
    reason,
    by,
    about,
    dueAtMs,
  }: {
    readonly amountCents: number;
    readonly reason: string | null;
    readonly by: string;
    /** What of it is taken back; left out: nobody said, and it is taken in the order of its lines. */
    readonly about?: readonly ChargeLine[];
    /** As in `Draft`. */
    readonly dueAtMs?: number;
  },
): Promise<DocumentRow> {
  const taken = await readTaken(tx, document.documentId);
  const lines = takeBack(document.lines, taken, amountCents, about === undefined ? undefined : aboutOf(about));
  return issueDocument(parts, tx, document.providerId, {
    kind: "credit-note",
    cause: document.cause,
    refersTo: document,
    reason,
    buyer: {
      customerId: document.customerId,
      party: document.party,
      name: document.customerName,
      taxPin: document.customerPin,
    },
    currency: document.currency,
    lines,
    suppliedOn: document.suppliedOn,
    paid: await paidBack(tx, document, lines),
    by,
    ...(dueAtMs === undefined ? {} : { dueAtMs }),
  });
}

/** In the way in which its document was paid, where that was one. */
async function paidBack(tx: Tx, document: DocumentRow, lines: readonly DocumentLine[]): Promise<PaidPart[]> {
  const paid = (await findSubmission(tx, document.documentId))?.data.paid ?? [];
  const [only] = paid;
  return [{ way: only === undefined || paid.length > 1 ? "other" : only.way, cents: sumOf(lines).totalCents }];
}

async function readTaken(tx: Tx, documentId: string): Promise<ReadonlyMap<number, number>> {
  const notes = await tx
    .selectFrom("documents")
    .select("lines")
    .where("refersTo", "=", documentId)
    .orderBy("documentId")
    .execute();
  return takenBefore(notes.map(({ lines }) => lines));
}
