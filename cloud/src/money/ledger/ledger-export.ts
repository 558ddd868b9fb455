/** The books of a period for accountants: every posting with its date and the names of its account, and profit or loss. */
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import type { FileLanguage } from "../../ground/lists/export-words.ts";
import { listOf } from "../../ground/lists/list.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { growthOf, natureOf } from "./accounts.ts";
import { accountTitle, postingWords } from "./book-words.ts";
import { type AccountOwners, causeText, ownerOf, readCauses, readOwners } from "./names-in-books.ts";

const period = {
  fromMs: instantMsTyped.optional(),
  untilMs: instantMsTyped.optional(),
};
const postings = listOf({
  sort: { made: { by: sql.ref("posting.entryId"), kind: "string" } },
  default: "made",
  tie: [{ by: sql.ref("posting.line"), kind: "number" }],
  search: [sql.ref("entry.entryKey")],
});
const postingsQuery = postings.query.extend(period);

const expenseAccounts = ["refunds", "commission", "venue-shares", "fees", "expenses", "write-offs"] as const;
const profitView = z.object({
  currency: z.string(),
  /** Sold, and proved to be paid: what was paid, after discounts. */
  revenueCents: z.int(),
  /** What promotions took off the usual prices; it is not in the revenue. */
  discountsCents: z.int(),
  /** Sold, and not proved yet: no revenue, and not in the profit. */
  pendingCents: z.int(),
  refundsCents: z.int(),
  commissionCents: z.int(),
  /** What owners of venues earned. */
  venueSharesCents: z.int(),
  feesCents: z.int(),
  /** Spent in the period, whenever it was recorded. */
  expensesCents: z.int(),
  /** Debts that were written off. */
  writeOffsCents: z.int(),
  /** Revenue less refunds and everything that was spent. */
  profitCents: z.int(),
});

export function ledgerExportRoutes(ofModules: readonly AccountOwners[]) {
  return [
    exportRoute({
      path: "/api/v1/ledger/export",
      summary: "Every posting of a period as CSV, oldest first, with the names of accounts",
      permission: "ledger.read",
      query: postingsQuery,
      columns: [
        ...(["madeAtMs", "cause", "kind", "accountName", "nature"] as const),
        ...(["currency", "debitCents", "creditCents", "paymentReference", "growthCents"] as const),
      ],
      words: postingWords,
      offsetMinutes: offsetOfProvider,
      page: (tx, query, { providerId, language }) => listPostings(tx, { providerId, language, ofModules }, query),
    }),
    route({
      method: "GET",
      path: "/api/v1/ledger/profit",
      summary: "What was earned and spent in a period, and what is left, for each currency",
      permission: "ledger.read",
      query: z.object(period),
      response: z.object({ items: z.array(profitView) }),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => ({ items: await readProfit(tx, providerId, query) })),
    }),
  ];
}

async function listPostings(
  tx: Tx,
  {
    providerId,
    language,
    ofModules,
  }: { readonly providerId: string; readonly language: FileLanguage; readonly ofModules: readonly AccountOwners[] },
  query: z.output<typeof postingsQuery>,
) {
  const { fromMs, untilMs } = query;
  const rows = tx
    .selectFrom("ledger_postings as posting")
    .innerJoin("ledger_entries as entry", (join) =>
      join.onRef("entry.providerId", "=", "posting.providerId").onRef("entry.entryId", "=", "posting.entryId"),
    )
    .leftJoin("purchases", (join) =>
      join
        .onRef("purchases.providerId", "=", "entry.providerId")
        .onRef("purchases.purchaseId", "=", "entry.purchaseId"),
    )
    .select(["posting.entryId", "posting.line", "posting.account", "posting.currency", "posting.amountCents"])
    .select(["entry.entryKey", "entry.kind", "entry.atMs", "purchases.reference"])
    .where("posting.providerId", "=", providerId)
    .$if(fromMs !== undefined, (is) => is.where("entry.atMs", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (is) => is.where("entry.atMs", "<", untilMs ?? 0));
  const page = await postings.page(rows, query, (row) => row);
  const owners = await readOwners(tx, providerId, { ofModules });
  const keys = page.items.map((row) => row.entryKey);
  const causes = new Map([...owners, ...(await readCauses(tx, providerId, keys, language))]);
  const items = page.items.map((row) => ({
    madeAtMs: row.atMs,
    cause: causeText(row.entryKey, row.reference, causes),
    kind: row.kind,
    accountName: accountTitle(row.account, ownerOf(row.account, owners), language),
    nature: natureOf(row.account),
    currency: row.currency,
    debitCents: Math.max(0, row.amountCents),
    creditCents: Math.max(0, -row.amountCents),
    paymentReference: row.reference,
    growthCents: growthOf(row.account, row.amountCents),
  }));
  return { items, nextCursor: page.nextCursor };
}

async function readProfit(
  tx: Tx,
  providerId: string,
  { fromMs, untilMs }: { readonly fromMs?: number | undefined; readonly untilMs?: number | undefined },
): Promise<z.input<typeof profitView>[]> {
  const offsetMs = (await offsetOfProvider(tx, providerId)) * 60_000;
  const within = (atMs: RawBuilder<unknown>) =>
    sql`${atMs} >= ${fromMs ?? 0}::bigint and ${atMs} < ${untilMs ?? Number.MAX_SAFE_INTEGER}::bigint`;
  // An expense is one of the day on which it was spent, as in their list: it may be recorded later. One that is void is none.
  const { rows } = await sql<{ account: string; currency: string; cents: number }>`
    select account, currency, sum(cents)::bigint as cents from (
      select p.account, p.currency, p.amount_cents as cents
      from ledger_postings p join ledger_entries e on e.provider_id = p.provider_id and e.entry_id = p.entry_id
      where p.provider_id = ${providerId} and p.account in ('revenue', 'discounts', 'pending', 'refunds', 'commission',
          'venue-shares', 'fees', 'write-offs') and ${within(sql`e.at_ms`)}
      union all
      select 'expenses', currency, amount_cents from expenses
      where provider_id = ${providerId} and voided_entry_id is null
        and ${within(sql`((spent_on - date '1970-01-01')::bigint * 86400000 - ${offsetMs}::bigint)`)}
    ) posted group by account, currency order by currency`.execute(tx);
  return [...Map.groupBy(rows, (row) => row.currency)].map(([currency, accounts]) => {
    // In the books debit is positive: income stands as a negative sum.
    const sumOf = (account: string) => Number(accounts.find((row) => row.account === account)?.cents ?? 0);
    const discountsCents = sumOf("discounts");
    const revenueCents = 0 - sumOf("revenue") - discountsCents;
    const spent = expenseAccounts.reduce((sum, account) => sum + sumOf(account), 0);
    return {
      currency,
      revenueCents,
      discountsCents,
      pendingCents: 0 - sumOf("pending"),
      refundsCents: sumOf("refunds"),
      commissionCents: sumOf("commission"),
      venueSharesCents: sumOf("venue-shares"),
      feesCents: sumOf("fees"),
      expensesCents: sumOf("expenses"),
      writeOffsCents: sumOf("write-offs"),
      profitCents: revenueCents - spent,
    };
  });
}
