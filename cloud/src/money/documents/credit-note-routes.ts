/**
 * The door that takes an issued document back, in whole or in part. Who attacks: staff who give money away behind a paper, a request that is
 * sent twice, two people at once who take the same line back. The document is locked, credit notes never take more than it has, the request's
 * key is the key in the books, and it wants `ledger.manage` with a fresh second factor and a reason. Cash leaves by two persons where refunds do.
 */
import { cents } from "@karibu/protocol/quantities";
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { balanced } from "../ledger/entries.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import { issueCreditNote, readFree } from "./credit-note.ts";
import type { DocumentRow } from "./document.ts";
import type { ChargeLine, DocumentLine } from "./document-facts.ts";
import type { DocumentParts } from "./document-parts.ts";
import { documentParams, viewDocument } from "./document-routes.ts";
import { documentView } from "./document-views.ts";
import { readDocument } from "./issue-document.ts";

/** `credit`: into the customer's credit. `cash`: out of the till. `none`: it was given back elsewhere, or never taken. */
const giving = z.enum(["credit", "cash", "none"]);

export function creditNoteRoutes(parts: DocumentParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/documents/{documentId}/credit-notes",
      summary: "Take an invoice back, in whole or in part, by a credit note that refers to it",
      permission: "ledger.manage",
      notForSupport: "way-of-money",
      freshFactor: true,
      needsKey: true,
      params: documentParams,
      body: z.strictObject({
        /** Left out: all that is left of it. */
        amountCents: z.int().min(1).max(amountCentsMax).optional(),
        give: giving,
        reason: z.string().trim().min(1).max(300),
      }),
      status: 201,
      response: documentView,
      handle: ({ params: { documentId }, body, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const document = await readDocument(tx, documentId, true);
          const entryKey = `document-back:${documentId}:${key}`;
          const same = await findGiven(tx, entryKey);
          if (same !== null) return viewDocument(tx, same);
          if (document.kind !== "tax-invoice") throw refusal("not-creditable");
          const leftCents = await readFree(tx, document);
          const amountCents = body.amountCents ?? leftCents;
          if (leftCents === 0) throw refusal("nothing-left");
          if (amountCents > leftCents) throw refusal("more-than-left", { field: "amountCents" });
          await refuseUnpayable(tx, document, body.give);
          const wanted = { amountCents, reason: body.reason, by: actor.name };
          const note = await issueCreditNote(parts, tx, document, wanted);
          await give(parts, tx, { document, note, entryKey, amountCents, how: body.give });
          auditTarget(note.documentId);
          return viewDocument(tx, note.documentId);
        }),
    }),
  ];
}

/** The charge row says which credit note came of this request, and keeps it out of the queue. */
async function findGiven(tx: Tx, entryKey: string): Promise<string | null> {
  const row = await tx
    .selectFrom("document_charges")
    .select("documentId")
    .where("chargeId", "=", entryKey)
    .executeTakeFirst();
  return row?.documentId ?? null;
}

async function give(
  { world, ledger }: DocumentParts,
  tx: Tx,
  given: {
    readonly document: DocumentRow;
    readonly note: DocumentRow;
    readonly entryKey: string;
    readonly amountCents: number;
    readonly how: z.output<typeof giving>;
  },
): Promise<void> {
  const { document, note, entryKey, amountCents, how } = given;
  const { providerId, party, currency } = document;
  const entryId =
    how === "none"
      ? null
      : await ledger.post(
          tx,
          { providerId, purchaseId: null, party },
          balanced({
            entryKey,
            kind: "void",
            postings: [
              { account: "revenue", currency, amountCents: cents(amountCents) },
              {
                account: how,
                currency,
                amountCents: cents(0 - amountCents),
                ...(how === "credit" && party !== null ? { party } : {}),
              },
            ],
          }),
        );
  await tx
    .insertInto("document_charges")
    .values({
      providerId,
      chargeId: entryKey,
      cause: document.cause ?? `document:${document.documentId}`,
      customerId: document.customerId,
      party,
      customerName: document.customerName ?? "",
      currency,
      totalCents: 0 - amountCents,
      // Reports tax what was taken back as what it was taken from.
      lines: json(note.lines.map(chargeLineOf)),
      entryId,
      atMs: world.clock.wall().atMs,
      state: "documented",
      documentId: note.documentId,
    })
    .execute();
}

const chargeLineOf = ({ kind, text, planId, quantity, totalCents }: DocumentLine): ChargeLine => ({
  kind,
  text,
  planId,
  quantity,
  totalCents,
});

async function refuseUnpayable(tx: Tx, { party, providerId }: DocumentRow, how: z.output<typeof giving>) {
  if (how === "credit" && party === null) throw refusal("customer-without-phone");
  if (how !== "cash") return;
  const { twoPersonRefunds } = await readMoneySettings(tx, providerId);
  if (twoPersonRefunds) throw refusal("cash-by-two");
}
