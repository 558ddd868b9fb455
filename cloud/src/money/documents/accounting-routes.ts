/** `/api/v1/accounting/export`: a period of the books, or of the documents, as QuickBooks and Xero read it in. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { rawRoute } from "../../ground/http/route.ts";
import { csvLine } from "../../ground/lists/csv.ts";
import { wordFor } from "../../ground/lists/export-words.ts";
import { writerTo } from "../../ground/lists/stream.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { accountTitle, entryWords } from "../ledger/book-words.ts";
import { type AccountOwners, causeText, ownerOf, readCauses, readOwners } from "../ledger/names-in-books.ts";
import {
  type AccountingLayout,
  accountingHeads,
  accountingLayouts,
  invoiceCells,
  type JournalPosting,
  journalCells,
} from "./accounting-files.ts";

const rowsAtOnce = 500;
const moment = z.coerce.number().int().min(0).max(253_402_300_799_999);

/** Where a file goes on. */
type Place = readonly [atMs: number, id: string];

interface Asked {
  readonly providerId: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly currency: string;
  readonly ofModules: readonly AccountOwners[];
}

interface Part {
  readonly rows: readonly (readonly string[])[];
  readonly next: Place | null;
}

export function accountingRoutes(accountOwners: readonly AccountOwners[]) {
  return [
    rawRoute({
      method: "GET",
      path: "/api/v1/accounting/export",
      summary: "A period as CSV for QuickBooks or Xero: the books as journals, or the documents as invoices",
      permission: "ledger.read",
      query: z.object({
        layout: z.enum(accountingLayouts),
        fromMs: moment,
        untilMs: moment,
        /** One file has one currency. Left out: the provider's. */
        currency: z
          .string()
          .regex(/^[A-Z]{3}$/)
          .optional(),
      }),
      produces: "text/csv",
      compressed: true,
      respond: async ({ query, providerId, transact }, _request, response) => {
        const currency = query.currency ?? (await transact((tx) => currencyOfProvider(tx, providerId)));
        const { fromMs, untilMs } = query;
        const asked: Asked = { providerId, fromMs, untilMs, currency, ofModules: accountOwners };
        response.setHeader("Content-Type", "text/csv; charset=utf-8");
        response.setHeader("Content-Disposition", `attachment; filename="${query.layout}.csv"`);
        response.setHeader("Cache-Control", "no-store");
        const write = writerTo(response);
        let isOpen = await write(csvLine(accountingHeads[query.layout]));
        for (let after: Place | null = [fromMs, ""]; isOpen && after !== null; ) {
          const { rows, next }: Part = await transact(readerOf(query.layout, asked, after));
          isOpen = rows.length === 0 || (await write(rows.map((row) => csvLine(row)).join("")));
          after = next;
        }
        response.end();
      },
    }),
  ];
}

function readerOf(layout: AccountingLayout, asked: Asked, after: Place): (tx: Tx) => Promise<Part> {
  if (layout === "quickbooks-journal" || layout === "xero-journal")
    return (tx) => readJournal(tx, layout, asked, after);
  return (tx) => readInvoices(tx, layout, asked, after);
}

async function readJournal(
  tx: Tx,
  layout: "quickbooks-journal" | "xero-journal",
  { providerId, untilMs, currency, ofModules }: Asked,
  [atMs, id]: Place,
): Promise<Part> {
  const entries = await tx
    .selectFrom("ledger_entries")
    .leftJoin("purchases", (join) =>
      join
        .onRef("purchases.providerId", "=", "ledger_entries.providerId")
        .onRef("purchases.purchaseId", "=", "ledger_entries.purchaseId"),
    )
    .select(["entryId", "entryKey", "kind", "atMs", "purchases.reference"])
    .where("ledger_entries.providerId", "=", providerId)
    .where(sql<boolean>`(at_ms, entry_id) > (${atMs}::bigint, ${id})`)
    .where("atMs", "<", untilMs)
    .orderBy("atMs")
    .orderBy("entryId")
    .limit(rowsAtOnce)
    .execute();
  if (entries.length === 0) return { rows: [], next: null };
  const postings = await tx
    .selectFrom("ledger_postings")
    .select(["entryId", "account", "amountCents"])
    .where("providerId", "=", providerId)
    .where("currency", "=", currency)
    .where(
      "entryId",
      "in",
      entries.map((entry) => entry.entryId),
    )
    .orderBy("entryId")
    .orderBy("line")
    .execute();
  const ofEntry = Map.groupBy(postings, (posting) => posting.entryId);
  const owners = await readOwners(tx, providerId, { ofModules });
  const causes = await readCauses(
    tx,
    providerId,
    entries.map((entry) => entry.entryKey),
    "en",
  );
  const offsetMs = (await offsetOfProvider(tx, providerId)) * 60_000;
  const rows = entries.flatMap((entry) =>
    (ofEntry.get(entry.entryId) ?? []).map(({ account, amountCents }) =>
      journalCells(layout, {
        entryId: entry.entryId,
        day: new Date(entry.atMs + offsetMs).toISOString().slice(0, 10),
        kind: wordFor(entryWords, entry.kind, "en"),
        about: causeText(entry.entryKey, entry.reference, causes) ?? "",
        account,
        accountName: accountTitle(account, ownerOf(account, owners), "en"),
        currency,
        amountCents,
      } satisfies JournalPosting),
    ),
  );
  const last = entries.at(-1);
  const isEnd = last === undefined || entries.length < rowsAtOnce;
  return { rows, next: isEnd ? null : [last.atMs, last.entryId] };
}

async function readInvoices(
  tx: Tx,
  layout: "quickbooks-invoices" | "xero-invoices",
  { untilMs, currency }: Asked,
  [atMs, id]: Place,
): Promise<Part> {
  const documents = await tx
    .selectFrom("documents")
    .selectAll()
    .where("kind", "in", ["tax-invoice", "credit-note", "sales-summary"])
    .where("currency", "=", currency)
    .where(sql<boolean>`(issued_at_ms, document_id) > (${atMs}::bigint, ${id})`)
    .where("issuedAtMs", "<", untilMs)
    .orderBy("issuedAtMs")
    .orderBy("documentId")
    .limit(rowsAtOnce)
    .execute();
  const last = documents.at(-1);
  const isEnd = last === undefined || documents.length < rowsAtOnce;
  return {
    rows: documents.flatMap((document) => invoiceCells(layout, document)),
    next: isEnd ? null : [last.issuedAtMs, last.documentId],
  };
}
