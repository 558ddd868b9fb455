/** Documents in the API. */
import { z } from "zod";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { DocumentRow } from "./document.ts";
import { documentKinds, lineKinds } from "./document-facts.ts";

export const documentListView = z.object({
  documentId: z.string(),
  kind: z.enum(documentKinds),
  number: z.string(),
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  currency: z.string(),
  netCents: z.int(),
  exciseCents: z.int(),
  vatCents: z.int(),
  /** Below zero on a credit note. */
  totalCents: z.int(),
  issuedOn: z.string(),
  issuedAtMs: z.int(),
  /** What the tax authority said; null: none is told of it. */
  fiscalState: z.enum(["waiting", "accepted", "refused"]).nullable(),
});

export const documentView = documentListView.extend({
  reason: z.string().nullable(),
  customerPin: z.string().nullable(),
  suppliedOn: z.string(),
  issuedBy: z.string(),
  seller: z.object({
    name: z.string(),
    taxPin: z.string().nullable(),
    address: z.string().nullable(),
    phone: z.string().nullable(),
    vatRegistered: z.boolean(),
  }),
  lines: z.array(
    z.object({
      kind: z.enum(lineKinds),
      name: z.string(),
      planId: z.string().nullable(),
      period: z.object({ fromDay: z.string(), untilDay: z.string() }).nullable(),
      quantity: z.int(),
      treatment: z.enum(["standard", "no-excise", "zero-rated", "exempt", "outside"]),
      vatBp: z.int(),
      exciseBp: z.int(),
      netCents: z.int(),
      exciseCents: z.int(),
      vatCents: z.int(),
      totalCents: z.int(),
    }),
  ),
  refersTo: z.object({ documentId: z.string(), number: z.string() }).nullable(),
  creditNotes: z.array(z.object({ documentId: z.string(), number: z.string(), totalCents: z.int() })),
  /** What credit notes by hand can still take back. */
  leftCents: z.int(),
  fiscal: z
    .object({
      authority: z.enum(["etims", "efris"]),
      tries: z.int(),
      /** Of the refusal, or why it still waits. */
      reason: z.string().nullable(),
      controlUnit: z.string().nullable(),
      fiscalNumber: z.string().nullable(),
      signature: z.string().nullable(),
      qr: z.string().nullable(),
      typedBy: z.string().nullable(),
      /** Under which a device told it, for as long as it is its own; null: none. */
      toldNumber: z.int().nullable(),
    })
    .nullable(),
});

export type ListedRow = DocumentRow & { readonly fiscalState: "waiting" | "accepted" | "refused" | null };

export const documentRows = (tx: Tx) =>
  tx
    .selectFrom("documents")
    .leftJoin("fiscal_submissions as told", (join) =>
      join.onRef("told.providerId", "=", "documents.providerId").onRef("told.documentId", "=", "documents.documentId"),
    )
    .selectAll("documents")
    .select("told.state as fiscalState");

export const viewListed = (row: ListedRow): z.input<typeof documentListView> => ({
  documentId: row.documentId,
  kind: row.kind,
  number: row.numberText,
  customerId: row.customerId,
  customerName: row.customerName,
  currency: row.currency,
  netCents: row.netCents,
  exciseCents: row.exciseCents,
  vatCents: row.vatCents,
  totalCents: row.totalCents,
  issuedOn: row.issuedOn,
  issuedAtMs: row.issuedAtMs,
  fiscalState: row.fiscalState,
});

/**
 * A customer's documents, newest first, at most 200: for the customer's own page too. Those of their phone number that name no customer count as
 * theirs; those of another customer do not: numbers are given to somebody else in time, and a document has a name and a PIN on it.
 */
export async function documentsOfCustomer(tx: Tx, customerId: string): Promise<z.output<typeof documentListView>[]> {
  const customer = await tx
    .selectFrom("customers")
    .select("phoneHash")
    .where("customerId", "=", customerId)
    .executeTakeFirst();
  const party = customer?.phoneHash ?? null;
  const rows = await documentRows(tx)
    .where((is) =>
      party === null
        ? is("documents.customerId", "=", customerId)
        : is.or([
            is("documents.customerId", "=", customerId),
            is.and([is("documents.customerId", "is", null), is("documents.party", "=", party)]),
          ]),
    )
    .where("kind", "!=", "sales-summary")
    .orderBy("documents.documentId", "desc")
    .limit(200)
    .execute();
  return rows.map(viewListed);
}

/** How many were issued to a customer, or to numbers that are theirs. */
export async function countDocuments(
  tx: Tx,
  of: { readonly customerId: string } | { readonly parties: readonly Party[] },
): Promise<number> {
  const all = tx.selectFrom("documents").select((row) => row.fn.countAll<number>().as("count"));
  const theirs =
    "customerId" in of
      ? all.where("customerId", "=", of.customerId)
      : all.where("party", "in", ["" as Party, ...of.parties]);
  return Number((await theirs.executeTakeFirstOrThrow()).count);
}
