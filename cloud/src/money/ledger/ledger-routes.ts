/** The API of the ledger: entries with their lines, and what each account holds. Read only: entries are made by their causes. */
import { sql } from "kysely";
import { z } from "zod";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { fileLanguages } from "../../ground/lists/export-words.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { accountNatures, growthOf, natureOf } from "./accounts.ts";
import { type AccountOwners, ownerOf, readOwners } from "./names-in-books.ts";

export const namesLanguage = z.enum(fileLanguages).default("en").describe("Of the names of owners.");

export const entryView = z.object({
  id: z.string(),
  /** The cause, written once: `receipt:mpesa:QK12ABCDEF`. */
  key: z.string(),
  kind: z.string(),
  paymentId: z.string().nullable(),
  atMs: z.int(),
  /** Debit positive, credit negative; they sum to zero per currency. */
  lines: z.array(
    z.object({
      account: z.string(),
      /** Whose account it is: a channel, one of the staff, a seller. Null: nobody's, or the owner is gone. */
      name: z.string().nullable(),
      currency: z.string(),
      amountCents: z.int(),
      nature: z.enum(accountNatures),
      /** By how much the account grew, below zero: shrank. Assets and expenses grow by debit, income and liabilities by credit. */
      growthCents: z.int(),
    }),
  ),
});

const accountView = z.object({
  account: z.string(),
  currency: z.string(),
  /** Debit positive, credit negative. */
  balanceCents: z.int(),
  nature: z.enum(accountNatures),
  /** The same as readers count it: above zero when the account has grown. */
  growthCents: z.int(),
});

const entries = listOf({
  sort: {
    made: { by: sql.ref("entryId"), kind: "string" },
    at: { by: sql.ref("atMs"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("entryId")],
  search: [sql.ref("entryKey")],
});
const entriesQuery = entries.query.extend({
  kind: z.string().max(60).optional(),
  paymentId: z.string().max(128).optional(),
  fromMs: instantMsTyped.optional(),
  untilMs: instantMsTyped.optional(),
  language: namesLanguage,
});

const accounts = listOf({
  sort: {
    account: { by: sql.ref("account"), kind: "string" },
    balance: { by: sql.ref("balanceCents"), kind: "number" },
  },
  default: "account",
  tie: [sql.ref("account"), sql.ref("currency")],
  search: [sql.ref("account")],
});

export function ledgerRoutes(accountOwners: readonly AccountOwners[]) {
  return [
    route({
      method: "GET",
      path: "/api/v1/ledger/entries",
      summary: "Ledger entries, newest first",
      permission: "ledger.read",
      query: entriesQuery,
      response: pageOf(entryView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => listEntries(tx, { providerId, ofModules: accountOwners }, query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/ledger/accounts",
      summary: "Ledger accounts and their balances",
      permission: "ledger.read",
      query: accounts.query.extend({ currency: z.string().max(3).optional() }),
      response: pageOf(accountView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { currency } = query;
          const sums = tx
            .selectFrom("ledger_postings")
            .select(["account", "currency", sql<number>`sum(amount_cents)::bigint`.as("balanceCents")])
            .where("providerId", "=", providerId)
            .$if(currency !== undefined, (is) => is.where("currency", "=", currency ?? ""))
            .groupBy(["account", "currency"]);
          return accounts.page(tx.selectFrom(sums.as("sums")).selectAll(), query, (row) => ({
            account: row.account,
            currency: row.currency,
            balanceCents: row.balanceCents,
            nature: natureOf(row.account),
            growthCents: growthOf(row.account, Number(row.balanceCents)),
          }));
        }),
    }),
  ];
}

async function listEntries(
  tx: Tx,
  { providerId, ofModules }: { readonly providerId: string; readonly ofModules: readonly AccountOwners[] },
  query: z.output<typeof entriesQuery>,
) {
  const { kind, paymentId, fromMs, untilMs } = query;
  const rows = tx
    .selectFrom("ledger_entries")
    .selectAll()
    .where("providerId", "=", providerId)
    .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? ""))
    .$if(paymentId !== undefined, (is) => is.where("purchaseId", "=", paymentId ?? ""))
    .$if(fromMs !== undefined, (is) => is.where("atMs", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (is) => is.where("atMs", "<", untilMs ?? 0));
  const page = await entries.page(rows, query, (row) => row);
  const lines = await tx
    .selectFrom("ledger_postings")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("entryId", "in", [...page.items.map((row) => row.entryId), ""])
    .orderBy("line")
    .execute();
  const owners = await readOwners(tx, providerId, { ofModules, screen: query.language });
  const byEntry = Map.groupBy(lines, (line) => line.entryId);
  const items = page.items.map((row) => ({
    id: row.entryId,
    key: row.entryKey,
    kind: row.kind,
    paymentId: row.purchaseId,
    atMs: row.atMs,
    lines: (byEntry.get(row.entryId) ?? []).map((line) => ({
      account: line.account,
      name: ownerOf(line.account, owners),
      currency: line.currency,
      amountCents: line.amountCents,
      nature: natureOf(line.account),
      growthCents: growthOf(line.account, line.amountCents),
    })),
  }));
  return { ...page, items };
}
