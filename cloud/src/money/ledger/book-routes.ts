/** The API of the books beyond entries and balances: trial balance, an account's statement, customers' credit. */

import { normalisePhone } from "@karibu/protocol/phone-number";
import { sql } from "kysely";
import { z } from "zod";
import { bounded } from "../../ground/amounts/bounds.ts";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { currencyField, currencyOf } from "../channels/money-currency.ts";
import { accountNatures, growthOf, natureOf } from "./accounts.ts";
import { takeOntoFloat } from "./cash-by-hand.ts";
import { creditOf, debtOf, takenOverDebtOf } from "./credit.ts";
import { type CreditOwner, heldCredit } from "./credit-holds.ts";
import { transferEntry } from "./entries.ts";
import { namesLanguage } from "./ledger-routes.ts";
import { type AccountOwners, ownerOf, readOwners } from "./names-in-books.ts";
import type { Ledger } from "./post-entry.ts";
import { wasPosted } from "./repeated-post.ts";
import { statementLines } from "./statement-lines.ts";

const amountCents = z.int().min(1).max(100_000_000_00);
const creditView = z.object({
  balanceCents: z.int(),
  /** What of it open purchases hold, until they have ended. */
  heldCents: z.int(),
  /** What of it nothing has proved yet: it can be spent, and not paid out. */
  toldCents: z.int(),
  /** Their debt: a correction settles it, or writes it off. */
  owesCents: z.int(),
  /** What of it came from another system: the next money that comes to their credit settles it. */
  owesFromBeforeCents: z.int(),
  currency: z.string(),
});

/** Told by the room of receipts: how much of a customer's credit is not proved, minor units. */
export type ToldCreditOf = (tx: Tx, owner: CreditOwner) => Promise<number>;

async function viewCredit(toldCreditOf: ToldCreditOf, tx: Tx, owner: CreditOwner): Promise<z.input<typeof creditView>> {
  const { providerId, party, currency } = owner;
  const balanceCents = await creditOf(tx, providerId, party, currency);
  return {
    balanceCents,
    heldCents: await heldCredit(tx, owner, null),
    toldCents: Math.min(Math.max(0, balanceCents), await toldCreditOf(tx, owner)),
    owesCents: await debtOf(tx, owner),
    owesFromBeforeCents: await takenOverDebtOf(tx, owner),
    currency,
  };
}

const postings = listOf({
  sort: { made: { by: sql.ref("entryId"), kind: "string" } },
  default: "-made",
  tie: [{ by: sql.ref("line"), kind: "number" }],
  search: [sql.ref("entryKey")],
});

export function bookRoutes(
  kinds: ChannelKinds,
  ledger: Ledger,
  {
    toldCreditOf,
    accountOwners,
  }: { readonly toldCreditOf: ToldCreditOf; readonly accountOwners: readonly AccountOwners[] },
) {
  return [
    route({
      method: "GET",
      path: "/api/v1/ledger/trial-balance",
      summary: "All accounts with their debits and credits up to a moment; both columns have one sum",
      permission: "ledger.read",
      query: z.object({ untilMs: instantMsTyped.optional(), language: namesLanguage }),
      response: z.object({
        rows: z.array(
          z.object({
            account: z.string(),
            /** Whose account it is: a channel, one of the staff, a seller. Null: nobody's, or the owner is gone. */
            name: z.string().nullable(),
            nature: z.enum(accountNatures),
            currency: z.string(),
            debitCents: z.int(),
            creditCents: z.int(),
          }),
        ),
        balanced: z.boolean(),
      }),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { rows } = await sql<{ account: string; currency: string; balance: number }>`
            select p.account, p.currency, ${bounded(sql`sum(p.amount_cents)`)} as balance
            from ledger_postings p join ledger_entries e on e.provider_id = p.provider_id and e.entry_id = p.entry_id
            where p.provider_id = ${providerId} and e.at_ms <= ${query.untilMs ?? Number.MAX_SAFE_INTEGER}
            group by p.account, p.currency order by p.account, p.currency`.execute(tx);
          const sums = new Map<string, number>();
          for (const row of rows) sums.set(row.currency, (sums.get(row.currency) ?? 0) + Number(row.balance));
          const owners = await readOwners(tx, providerId, { ofModules: accountOwners, screen: query.language });
          return {
            rows: rows.map((row) => ({
              account: row.account,
              name: ownerOf(row.account, owners),
              nature: natureOf(row.account),
              currency: row.currency,
              debitCents: Math.max(0, Number(row.balance)),
              creditCents: Math.max(0, -Number(row.balance)),
            })),
            balanced: [...sums.values()].every((sum) => sum === 0),
          };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/ledger/statement",
      summary: "Every posting of an account, newest first, with the balance after it",
      permission: "ledger.read",
      query: postings.query.extend({
        account: z.string().min(1).max(200),
        currency: currencyField,
        party: z.string().max(128).optional(),
      }),
      response: pageOf(
        z.object({
          entryId: z.string(),
          key: z.string(),
          kind: z.string(),
          paymentId: z.string().nullable(),
          atMs: z.int(),
          /** Debit positive, credit negative, as the balance after it. */
          amountCents: z.int(),
          balanceCents: z.int(),
          /** Both as readers count them: above zero when the account grew, or has grown. */
          growthCents: z.int(),
          grownCents: z.int(),
        }),
      ),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { account, party } = query;
          // What stands in the books can be read, whatever the provider takes by now.
          const unit = query.currency ?? (await currencyOf(kinds, tx, providerId, undefined));
          const lines = statementLines(tx, {
            providerId,
            account,
            currency: unit,
            party: (party ?? null) as Party | null,
          });
          return postings.page(tx.selectFrom(lines.as("lines")).selectAll(), query, (row) => ({
            entryId: row.entryId,
            key: row.entryKey,
            kind: row.kind,
            paymentId: row.purchaseId,
            atMs: row.atMs,
            amountCents: row.amountCents,
            balanceCents: row.balanceCents,
            growthCents: growthOf(account, row.amountCents),
            grownCents: growthOf(account, Number(row.balanceCents)),
          }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/credits",
      summary: "Top up a customer's credit with cash",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      needsKey: true,
      body: z.strictObject({ phone: phoneField, amountCents, currency: currencyField }),
      status: 201,
      response: creditView,
      handle: ({ body, providerId, actor: { userId }, partyOf, key, transactOnce }) =>
        transactOnce(async (tx) => {
          const party = partyOf(readPhone(body.phone, await countryOfProvider(tx, providerId)));
          const currency = await currencyOf(kinds, tx, providerId, body.currency);
          const entry = transferEntry(`top-up:${key}`, "top-up", {
            from: "credit",
            to: "cash",
            fromParty: party,
            amountCents: body.amountCents,
            currency,
          });
          if (!(await wasPosted(tx, providerId, entry))) {
            await takeOntoFloat(
              ledger,
              tx,
              { providerId, userId, currency },
              { ...entry, amountCents: body.amountCents },
            );
            await ledger.post(tx, { providerId, purchaseId: null, party }, entry);
          }
          return viewCredit(toldCreditOf, tx, { providerId, party, currency });
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/credits",
      summary: "What a customer has with the provider",
      permission: "payments.read",
      query: z.object({ phone: phoneField, currency: currencyField }),
      response: creditView,
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const phone = normalisePhone(query.phone, await countryOfProvider(tx, providerId));
          if (phone === null) throw notFound("customer");
          const currency = query.currency ?? (await currencyOf(kinds, tx, providerId, undefined));
          return viewCredit(toldCreditOf, tx, { providerId, party: partyOf(phone), currency });
        }),
    }),
  ];
}
