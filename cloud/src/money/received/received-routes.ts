/**
 * The API of the one list of every shilling received. It only reads: the database writes the rows with the books (`schema.sql`), so nobody
 * who can ask here can add, hide or change a sum. Who attacks it: staff of one provider who want another's rows (row-level security, by the
 * log-in's provider), and staff who want customers' numbers (phones come masked; a search by number wants the whole number) or what they may not
 * read elsewhere: names of customers, and whom invoices are for (left out for them, in the file too).
 */
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { inLanguage } from "../../ground/lists/export-words.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import type { AccountOwners } from "../ledger/names-in-books.ts";
import { readBooks, receivedBooks } from "./received-books.ts";
import { listReceived, narrowing, receivedQuery, receivedSum, receivedView, sumReceived } from "./received-list.ts";
import { cashWord, receivedWords } from "./received-words.ts";

export function receivedRoutes(accountOwners: readonly AccountOwners[]) {
  return [
    route({
      method: "GET",
      path: "/api/v1/money-received",
      summary: "Every sum that came in from customers or went back to them, once each, newest first",
      permission: "payments.read",
      query: receivedQuery,
      response: pageOf(receivedView),
      handle: ({ query, providerId, partyOf, actor, transact }) =>
        transact((tx) =>
          listReceived(tx, { providerId, partyOf, accountOwners, may: (permission) => actor.may(permission) }, query),
        ),
    }),
    exportRoute({
      path: "/api/v1/money-received/export",
      summary: "Every sum that came in or went back, as CSV or workbook, with the same filters as the list",
      permission: "payments.read",
      query: receivedQuery,
      columns: [
        ...([
          "bookedAtMs",
          "soldAtMs",
          "movement",
          "amountCents",
          "currency",
          "channelName",
          "takenBy",
          "phone",
        ] as const),
        ...(["payerName", "kind", "state", "siteName", "receipt", "paymentReference"] as const),
      ],
      words: receivedWords,
      offsetMinutes: offsetOfProvider,
      async page(tx, query, call) {
        const page = await listReceived(
          tx,
          { ...call, accountOwners, may: (permission) => call.actor.may(permission) },
          query,
        );
        const cash = inLanguage(cashWord, call.language);
        const items = page.items.map((row) => (row.channelId === "cash" ? { ...row, channelName: cash } : row));
        return { ...page, items };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/money-received/sums",
      summary: "What the list adds up to, for each currency, with the same filters",
      permission: "payments.read",
      query: z.object(narrowing),
      response: z.object({ items: z.array(receivedSum) }),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => ({ items: await sumReceived(tx, { providerId, partyOf }, query) })),
    }),
    route({
      method: "GET",
      path: "/api/v1/money-received/books",
      summary: "How the list of a time agrees with the books: where the money lies, and what it is called",
      permission: "ledger.read",
      query: z.object({ fromMs: narrowing.fromMs, untilMs: narrowing.untilMs }),
      response: z.object({ items: z.array(receivedBooks) }),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => ({ items: await readBooks(tx, providerId, query) })),
    }),
  ];
}
