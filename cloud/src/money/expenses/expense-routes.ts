/** What the business spends. Each expense is one entry; a mistake is voided by a second one. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { reportDay } from "../../ground/http/report-day.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { commonHeads, type FileLanguage } from "../../ground/lists/export-words.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { userNameOf } from "../../identity/users/user-names.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { channelsOf } from "../channels/channel-rows.ts";
import { currencyField, currencyOf } from "../channels/money-currency.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";
import { accountTitle } from "../ledger/book-words.ts";
import { businessDay } from "../ledger/business-day.ts";
import { transferEntry } from "../ledger/entries.ts";
import { ownerOf, readOwners } from "../ledger/names-in-books.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { balancesOf } from "../ledger/posted-sum.ts";
import { lockReceipt } from "../receipts/receipt-rows.ts";
import { openAgain } from "../reconciliation/open-again.ts";
import { forgetPaidByHand, lockForHand, recordPaidByHand } from "../reconciliation/record-paid-by-hand.ts";
import { paidFrom } from "./paid-from.ts";

export const expenseView = z.object({
  id: z.string(),
  category: z.string(),
  payee: z.string().nullable(),
  note: z.string().nullable(),
  paidFrom: z.string(),
  /** The receipt of the payment; null: the till paid it. */
  reference: z.string().nullable(),
  amountCents: z.int(),
  currency: z.string(),
  spentOn: z.string(),
  voided: z.boolean(),
  /** What the till, or the channel, lacked for it, as the books knew it. Zero: it held enough. */
  shortCents: z.int(),
  /** When a person looked at what was missing. */
  lookedAtMs: z.int().nullable(),
  createdAtMs: z.int(),
});

type Row = Omit<Selectable<Schema["expenses"]>, "spentOn"> & { readonly spentOn: string };

const view = (row: Row): z.input<typeof expenseView> => ({
  id: row.expenseId,
  category: row.category,
  payee: row.payee,
  note: row.note,
  paidFrom: row.paidFrom,
  reference: row.reference,
  amountCents: row.amountCents,
  currency: row.currency,
  spentOn: row.spentOn,
  voided: row.voidedEntryId !== null,
  shortCents: row.shortCents,
  lookedAtMs: row.lookedAtMs,
  createdAtMs: row.createdAtMs,
});

const rowsOf = (tx: Tx, providerId: string) =>
  tx
    .selectFrom("expenses")
    .selectAll()
    .select(sql<string>`spent_on::text`.as("spentOn"))
    .where("providerId", "=", providerId);

const list = listOf({
  sort: {
    made: { by: sql.ref("expenseId"), kind: "string" },
    spent: { by: sql`expenses.spent_on::text`, kind: "string" },
    amount: { by: sql.ref("amountCents"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("expenseId")],
  search: [sql.ref("category"), sql.ref("payee"), sql.ref("note"), sql.ref("reference")],
  sums: {
    currency: sql.ref("currency"),
    amountCents: sql`case when voided_entry_id is null then amount_cents else 0 end`,
  },
});

const listQuery = list.query.extend({
  category: z.string().max(60).optional(),
  voided: z.stringbool().optional(),
  /** Those that were larger than what the till held, and that nobody has looked at. */
  aboveTill: z.stringbool().optional(),
  fromDay: z.iso.date().optional(),
  untilDay: z.iso.date().optional(),
});

function listExpenses(tx: Tx, providerId: string, query: z.output<typeof listQuery>) {
  const { category, voided, aboveTill = false, fromDay, untilDay } = query;
  const rows = rowsOf(tx, providerId)
    .$if(category !== undefined, (is) => is.where("category", "=", category ?? ""))
    .$if(voided !== undefined, (is) => is.where("voidedEntryId", voided ? "is not" : "is", null))
    .$if(aboveTill, (is) =>
      is.where("shortCents", ">", 0).where("lookedAtMs", "is", null).where("voidedEntryId", "is", null),
    )
    .$if(fromDay !== undefined, (is) => is.where(sql<boolean>`expenses.spent_on::text >= ${fromDay}`))
    .$if(untilDay !== undefined, (is) => is.where(sql<boolean>`expenses.spent_on::text < ${untilDay}`));
  return list.page(rows, query, view);
}

/** An accountant reads names: of the channel that it was paid from, and of who recorded it. */
async function withNames(
  tx: Tx,
  providerId: string,
  items: readonly z.input<typeof expenseView>[],
  language: FileLanguage,
) {
  if (items.length === 0) return [];
  const owners = await readOwners(tx, providerId);
  const recorders = await tx
    .selectFrom("expenses")
    .select(["expenseId", userNameOf("expenses", "createdBy").as("name")])
    .where("providerId", "=", providerId)
    .where(
      "expenseId",
      "in",
      items.map(({ id }) => id),
    )
    .execute();
  const names = new Map(recorders.map((row) => [row.expenseId, row.name]));
  return items.map((item) => ({
    ...item,
    paidFromName: ownerOf(item.paidFrom, owners) ?? accountTitle(item.paidFrom, null, language),
    recordedBy: names.get(item.id) ?? null,
  }));
}

export function expenseRoutes(world: World, kinds: ChannelKinds, ledger: Ledger) {
  return [
    route({
      method: "GET",
      path: "/api/v1/expenses",
      summary: "Expenses, newest first",
      permission: "ledger.read",
      query: listQuery,
      response: pageOf(expenseView),
      handle: ({ query, providerId, transact }) => transact((tx) => listExpenses(tx, providerId, query)),
    }),
    exportRoute({
      path: "/api/v1/expenses/export",
      summary: "All expenses as CSV or workbook, with the same filters as the list",
      permission: "ledger.read",
      query: listQuery,
      columns: [
        ...(["spentOn", "category", "payee", "note", "paidFromName", "reference", "amountCents", "currency"] as const),
        ...(["voided", "recordedBy", "createdAtMs"] as const),
      ],
      words: {
        heads: {
          ...commonHeads,
          spentOn: ["Spent on", "Tarehe"],
          category: ["Kind", "Aina"],
          payee: ["Paid to", "Amelipwa"],
          paidFromName: ["Paid from", "Imelipwa kutoka"],
          reference: ["Receipt", "Risiti"],
          voided: ["Void", "Imefutwa"],
          recordedBy: ["Recorded by", "Aliyeandika"],
          createdAtMs: ["Recorded", "Iliandikwa"],
        },
      },
      offsetMinutes: offsetOfProvider,
      page: async (tx, query, { providerId, language }) => {
        const page = await listExpenses(tx, providerId, query);
        return { ...page, items: await withNames(tx, providerId, page.items, language) };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/expenses/paid-from",
      summary: "Where an expense can be paid from: the till, and every channel that holds money",
      permission: "ledger.read",
      response: z.object({
        items: z.array(
          z.object({
            /** Null: the office's till. */
            channelId: z.string().nullable(),
            account: z.string(),
            name: z.string(),
            balances: z.array(z.object({ currency: z.string(), balanceCents: z.int() })),
          }),
        ),
      }),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => ({ items: await readPurses(kinds, tx, providerId) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/expenses",
      summary: "Record an expense",
      permission: "ledger.manage",
      needsKey: true,
      body: z.strictObject({
        category: z.string().trim().min(1).max(60),
        payee: z.string().trim().max(100).optional(),
        note: z.string().trim().max(500).optional(),
        amountCents: z.int().min(1).max(100_000_000_00),
        currency: currencyField,
        spentOn: reportDay,
        /** `cash`, or a payment channel that it was paid from. */
        channelId: z.string().min(1).max(128).optional(),
        /** The receipt of the channel's payment, by which its statement knows it. */
        reference: z
          .string()
          .trim()
          .regex(
            /^[\w.-]{6,60}$/,
            ownRule("expense-reference", "6 to 60 letters and digits, as in the channel's message."),
          )
          .optional(),
      }),
      status: 201,
      response: expenseView,
      handle: ({ body, providerId, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const same = await rowsOf(tx, providerId).where("idempotencyKey", "=", key).executeTakeFirst();
          if (same !== undefined) return view(same);
          const currency = await currencyOf(kinds, tx, providerId, body.currency);
          const { account: from, rail } = await paidFrom(kinds, tx, providerId, body.channelId, currency);
          if ((rail === null) !== (body.reference === undefined)) throw wrongField("reference", "expense-reference");
          // M-Pesa writes its receipts in capitals.
          const reference = (rail === "mpesa" ? body.reference?.toUpperCase() : body.reference) ?? null;
          if (rail !== null && reference !== null) await lockForHand(tx, { providerId, rail, receipt: reference });
          if (body.spentOn > (await businessDay(tx, providerId, world.clock.wall().atMs)))
            throw wrongField("spentOn", "not-yet");
          const expenseId = newId(world);
          const { amountCents } = body;
          // Cash that the books do not know of (of vouchers) may have paid it: it is taken, and a person looks.
          const shortCents =
            amountCents - Math.min(amountCents, Math.max(0, await heldAt(tx, providerId, from, currency)));
          const entry = transferEntry(`expense:${expenseId}`, "expense", {
            from,
            to: "expenses",
            amountCents,
            currency,
          });
          if (reference !== null && rail !== null && body.channelId !== undefined) {
            const { channelId } = body;
            const { entryKey } = entry;
            await recordPaidByHand(tx, { providerId, channelId, rail, receipt: reference, entryKey, amountCents });
          }
          const entryId = await ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
          await tx
            .insertInto("expenses")
            .values({
              providerId,
              expenseId,
              idempotencyKey: key,
              category: body.category,
              payee: body.payee ?? null,
              note: body.note ?? null,
              paidFrom: from,
              reference,
              amountCents,
              currency,
              spentOn: body.spentOn,
              shortCents,
              entryId,
              createdBy: actor.userId,
              createdAtMs: world.clock.wall().atMs,
            })
            .execute();
          auditTarget(expenseId);
          return view(await rowsOf(tx, providerId).where("expenseId", "=", expenseId).executeTakeFirstOrThrow());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/expenses/{id}/resolve",
      summary: "A person has looked at an expense that was larger than what the till held",
      permission: "ledger.manage",
      params: z.object({ id: z.string().min(1).max(128) }),
      body: z.strictObject({ note: z.string().trim().min(1).max(500) }),
      response: expenseView,
      handle: ({ params, body, providerId, transact }) =>
        transact(async (tx) => {
          const row = await rowsOf(tx, providerId).where("expenseId", "=", params.id).forUpdate().executeTakeFirst();
          if (row === undefined || row.shortCents === 0) throw notFound("expense above the till");
          const looked = { lookedAtMs: world.clock.wall().atMs, lookedNote: body.note };
          await tx
            .updateTable("expenses")
            .set(looked)
            .where("providerId", "=", providerId)
            .where("expenseId", "=", params.id)
            .execute();
          return view({ ...row, ...looked });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/expenses/{id}/void",
      summary: "An expense was a mistake: turn its entry round",
      permission: "ledger.manage",
      needsKey: true,
      params: z.object({ id: z.string().min(1).max(128) }),
      body: null,
      response: expenseView,
      handle: ({ params, providerId, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await rowsOf(tx, providerId).where("expenseId", "=", params.id).forUpdate().executeTakeFirst();
          if (row === undefined) throw notFound("expense");
          if (row.voidedEntryId !== null) throw refusal("voided");
          const { amountCents, currency, reference, paidFrom: from } = row;
          const [, channelId] = from.split(":");
          const { rail } = await paidFrom(kinds, tx, providerId, channelId);
          // A statement that names it may come in this moment.
          if (reference !== null && rail !== null) await lockReceipt(tx, { providerId, rail, receipt: reference });
          const move = { from: "expenses" as const, to: from as LedgerAccount, amountCents, currency };
          const entry = transferEntry(`void:expense:${params.id}`, "void", move);
          const entryId = await ledger.post(tx, { providerId, purchaseId: null, party: null }, entry);
          await tx
            .updateTable("expenses")
            .set({ voidedEntryId: entryId })
            .where("providerId", "=", providerId)
            .where("expenseId", "=", params.id)
            .execute();
          await forgetPaidByHand(tx, providerId, `expense:${params.id}`);
          if (reference !== null && rail !== null && channelId !== undefined)
            await openAgain(tx, { providerId, channelId }, reference, world.clock.wall().atMs);
          return view({ ...row, voidedEntryId: entryId });
        }),
    }),
  ];
}

/** Channels of immediate payments are left out: they hold nothing. The till and the customers do. */
async function readPurses(kinds: ChannelKinds, tx: Tx, providerId: string) {
  const channels = await channelsOf(tx, providerId);
  const purses = [
    { channelId: null, account: "cash", name: "Cash" },
    ...channels
      .filter(({ kind }) => !kinds.immediate.includes(kind))
      .map((row) => ({ channelId: row.channelId, account: `clearing:${row.channelId}`, name: row.name })),
  ];
  const accounts = purses.map(({ account }) => account);
  const balances = Map.groupBy(await balancesOf(tx, providerId, accounts), ({ account }) => account);
  return purses.map((purse) => ({
    ...purse,
    balances: (balances.get(purse.account) ?? []).map(({ currency, balanceCents }) => ({ currency, balanceCents })),
  }));
}

/** What the books have there, minor units; may be below zero. */
async function heldAt(tx: Tx, providerId: string, account: LedgerAccount, currency: string): Promise<number> {
  const balances = await balancesOf(tx, providerId, [account]);
  return balances.find((balance) => balance.currency === currency)?.balanceCents ?? 0;
}
