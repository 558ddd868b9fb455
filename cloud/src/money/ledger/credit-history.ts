/** The API of one customer's credit, line by line: what came in, what it paid for, and what was left. */
import { sql } from "kysely";
import { z } from "zod";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../channels/money-currency.ts";
import { receiptIn } from "./receipt-in-key.ts";
import { statementLines } from "./statement-lines.ts";

const history = listOf({
  sort: { made: { by: sql.ref("entryId"), kind: "string" } },
  default: "-made",
  tie: [{ by: sql.ref("line"), kind: "number" }],
  search: [sql.ref("entryKey")],
});

export function creditHistoryRoutes(kinds: ChannelKinds) {
  return [
    route({
      method: "GET",
      path: "/api/v1/credits/history",
      summary: "What came into a customer's credit and what left it, newest first, with what was left after it",
      permission: "payments.read",
      query: history.query.extend({ phone: phoneField, currency: currencyField }),
      response: pageOf(
        z.object({
          entryId: z.string(),
          /** The kind of the entry in the ledger. */
          kind: z.string(),
          paymentId: z.string().nullable(),
          /** Of money that came by a channel; null: none, or none yet. */
          receipt: z.string().nullable(),
          atMs: z.int(),
          /** Above zero: it came in. */
          amountCents: z.int(),
          balanceCents: z.int(),
          currency: z.string(),
        }),
      ),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const party = partyOf(readPhone(query.phone, await countryOfProvider(tx, providerId)));
          const currency = query.currency ?? (await currencyOf(kinds, tx, providerId, undefined));
          const lines = statementLines(tx, { providerId, account: "credit", currency, party });
          return history.page(tx.selectFrom(lines.as("lines")).selectAll(), query, (row) => ({
            entryId: row.entryId,
            kind: row.kind,
            paymentId: row.purchaseId,
            receipt: receiptIn(row.entryKey),
            atMs: row.atMs,
            // What a customer has is a liability: it stands below zero in the books.
            amountCents: 0 - row.amountCents,
            balanceCents: 0 - Number(row.balanceCents),
            currency,
          }));
        }),
    }),
  ];
}
