/** The API of reconciliation: what differs until it is explained, days that are closed, and what came in for them afterwards. */
import { sql } from "kysely";
import { z } from "zod";
import { notFound } from "../../ground/http/problem.ts";
import { reportDay } from "../../ground/http/report-day.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { lookUpChannel } from "../channels/channel-rows.ts";
import { ofChannel } from "../channels/of-channel.ts";
import { closingBalance, refreshAccount } from "./account-balance.ts";
import { bookDifference, bookedAs } from "./book-difference.ts";
import { closeDay, isLate } from "./close-day.ts";
import { differenceKinds } from "./difference-kinds.ts";
import { resolveDifference } from "./differences.ts";
import type { StatementParts } from "./import-statement.ts";
import { takeOutNeverCame } from "./never-came.ts";

const id = z.string().min(1).max(128);

export const differenceView = z.object({
  channelId: z.string(),
  receipt: z.string(),
  what: z.enum(differenceKinds),
  statementCents: z.int(),
  bookedCents: z.int(),
  /** What its channel moves. */
  currency: z.string(),
  /** The newest statement that shows it. */
  statementId: z.string(),
  foundAtMs: z.int(),
  resolvedAtMs: z.int().nullable(),
  /** Null: a later statement agrees, or nobody has resolved it. */
  resolvedBy: z.string().nullable(),
  note: z.string().nullable(),
});

export const closedDayView = z.object({
  channelId: z.string(),
  day: z.string(),
  bookedCents: z.int(),
  statementCents: z.int(),
  /** What its channel moves. */
  currency: z.string(),
  closedBy: z.string(),
  closedAtMs: z.int(),
  /** What the channel held at its statement's end, and its account in the books then. Null: the statement had no balance to compare. */
  closingCents: z.int().nullable(),
  accountCents: z.int().nullable(),
  /** The end of that statement. */
  comparedUntilMs: z.int().nullable(),
  /** What came in for it after it was closed. */
  lateCount: z.int(),
  lateCents: z.int(),
});

export const lateLineView = z.object({
  receipt: z.string(),
  channelId: z.string(),
  day: z.string(),
  amountCents: z.int(),
  currency: z.string(),
  paidAtMs: z.int(),
  bookedAtMs: z.int(),
  closedAtMs: z.int(),
});

const differences = listOf({
  sort: { found: { by: sql.ref("foundAtMs"), kind: "number" } },
  default: "-found",
  tie: [sql.ref("channelId"), sql.ref("receipt")],
  search: [sql.ref("receipt"), sql.ref("note")],
});
const closedDays = listOf({
  sort: { day: { by: sql`day.day::text`, kind: "string" } },
  default: "-day",
  tie: [sql.ref("day.channelId")],
  search: [sql`day.day::text`],
});
const lateLines = listOf({
  sort: { booked: { by: sql.ref("receipt.bookedAtMs"), kind: "number" } },
  default: "-booked",
  tie: [sql.ref("receipt.receipt"), sql.ref("receipt.rail")],
  search: [sql.ref("receipt.receipt")],
});

export function reconciliationRoutes(parts: StatementParts) {
  const { clock } = parts.world;
  /** Throws a Problem 404. */
  const placeOf = async (providerId: string, channelId: string) => {
    const channel = await lookUpChannel(parts.database, providerId, channelId);
    if (channel === undefined) throw notFound("channel", "channelId");
    return parts.channels.placeOf(channel);
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/reconciliation/differences",
      summary: "What statements and books say differently, by receipt; `state=open`: what nobody has explained yet",
      permission: "ledger.read",
      query: differences.query.extend({
        state: z.enum(["open", "resolved"]).optional(),
        channelId: id.optional(),
        what: differenceView.shape.what.optional(),
        /** When a statement showed it. */
        ...spanFields,
      }),
      response: pageOf(differenceView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { state, channelId, what } = query;
          const rows = tx
            .selectFrom("statement_differences")
            .selectAll()
            .select(ofChannel("statement_differences", "kind").as("kind"))
            .where("providerId", "=", providerId)
            .$if(state !== undefined, (is) => is.where("resolvedAtMs", state === "open" ? "is" : "is not", null))
            .$if(channelId !== undefined, (is) => is.where("channelId", "=", channelId ?? ""))
            .$if(what !== undefined, (is) => is.where("what", "=", what ?? "not-in-books"))
            .where(within(sql.ref("foundAtMs"), query));
          return differences.page(rows, query, (row) => ({
            channelId: row.channelId,
            receipt: row.receipt,
            what: row.what,
            statementId: row.statementId,
            statementCents: row.statementCents,
            bookedCents: row.bookedCents,
            currency: parts.channels.placeOf(row).currency,
            foundAtMs: row.foundAtMs,
            resolvedAtMs: row.resolvedAtMs,
            resolvedBy: row.resolvedBy,
            note: row.note,
          }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/reconciliation/differences/{channelId}/{receipt}/resolve",
      summary: "A person has explained a difference: it leaves the list",
      permission: "ledger.manage",
      params: z.object({ channelId: id, receipt: id }),
      body: z.strictObject({ note: z.string().trim().min(1).max(500) }),
      response: z.object({ receipt: z.string() }),
      handle: async ({ params, body, providerId, actor, transact }) => {
        const { channelId, receipt } = params;
        const said = { userId: actor.userId, note: body.note, nowMs: clock.wall().atMs };
        const place = await placeOf(providerId, channelId);
        return transact(async (tx) => {
          // What is explained is what differs now.
          if (receipt === closingBalance) await refreshAccount(tx, place, said.nowMs);
          await resolveDifference(tx, place, receipt, said);
          return { receipt };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/reconciliation/differences/{channelId}/{receipt}/book",
      summary:
        "Book what a statement shows and the books lack: a withdrawal as on its way to the bank, or, once, what the channel held before its first statement",
      permission: "ledger.manage",
      needsKey: true,
      params: z.object({ channelId: id, receipt: id }),
      body: z.strictObject({
        /** `bank`: a withdrawal. `opening`: the closing balance, where no opening balance is booked. */
        as: z.enum(bookedAs),
        note: z.string().trim().min(1).max(500),
      }),
      response: z.object({ receipt: z.string(), bookedCents: z.int() }),
      handle: async ({ params, body, providerId, actor, transact }) => {
        const { channelId, receipt } = params;
        const place = await placeOf(providerId, channelId);
        const said = { ...body, receipt, userId: actor.userId, nowMs: clock.wall().atMs };
        return transact(async (tx) => ({ receipt, ...(await bookDifference(parts.ledger, tx, place, said)) }));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/reconciliation/differences/{channelId}/{receipt}/never-came",
      summary:
        "Money that nothing has proved never came: whole statements of its time lack it. It leaves the books, and what it opened ends",
      permission: "ledger.manage",
      needsKey: true,
      params: z.object({ channelId: id, receipt: id }),
      body: z.strictObject({ note: z.string().trim().min(1).max(500) }),
      response: z.object({ receipt: z.string() }),
      handle: async ({ params, body, providerId, actor, transact }) => {
        const { channelId, receipt } = params;
        const place = await placeOf(providerId, channelId);
        const said = { receipt, note: body.note, userId: actor.userId, nowMs: clock.wall().atMs };
        return transact(async (tx) => {
          await takeOutNeverCame(parts, tx, place, said);
          await refreshAccount(tx, place, said.nowMs);
          return { receipt };
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/reconciliation/closed-days",
      summary: "Close a day of a channel: every inflow of the statement is booked, and nothing else is",
      permission: "ledger.manage",
      body: z.strictObject({ channelId: id, day: reportDay }),
      response: z.object({ day: z.string(), bookedCents: z.int(), statementCents: z.int(), currency: z.string() }),
      handle: async ({ body, providerId, actor, transact }) => {
        const place = await placeOf(providerId, body.channelId);
        // By itself: where the day is refused, the list of differences says the same.
        await transact((tx) => refreshAccount(tx, place, clock.wall().atMs));
        return transact(async (tx) => {
          const by = { userId: actor.userId, clock };
          const { bookedCents, statementCents } = await closeDay(tx, { ...place, ...body }, by);
          return { day: body.day, bookedCents, statementCents, currency: place.currency };
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reconciliation/closed-days",
      summary: "Days that were closed, the last one first, and what came in for them afterwards",
      permission: "ledger.read",
      query: closedDays.query.extend({ channelId: id.optional() }),
      response: pageOf(closedDayView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { channelId } = query;
          const rows = tx
            .selectFrom("closed_days as day")
            .innerJoin("providers as provider", "provider.providerId", "day.providerId")
            .selectAll("day")
            .select(sql<string>`day.day::text`.as("dayText"))
            .select(ofChannel("day", "kind").as("kind"))
            .select(sql<number>`(select count(*) from receipts receipt where ${isLate})`.as("lateCount"))
            .select(
              sql<number>`(select coalesce(sum(receipt.amount_cents), 0) from receipts receipt where ${isLate})::bigint`.as(
                "lateCents",
              ),
            )
            .where("day.providerId", "=", providerId)
            .$if(channelId !== undefined, (is) => is.where("day.channelId", "=", channelId ?? ""));
          return closedDays.page(rows, query, (row) => ({
            channelId: row.channelId,
            day: row.dayText,
            closedBy: row.closedBy,
            closedAtMs: row.closedAtMs,
            bookedCents: row.bookedCents,
            statementCents: row.statementCents,
            currency: parts.channels.placeOf(row).currency,
            closingCents: row.closingCents,
            accountCents: row.accountCents,
            comparedUntilMs: row.comparedUntilMs,
            lateCount: Number(row.lateCount),
            lateCents: Number(row.lateCents),
          }));
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/reconciliation/late-lines",
      summary: "Money of days that were closed when it was booked",
      permission: "ledger.read",
      query: lateLines.query.extend({ channelId: id.optional(), day: reportDay.optional() }),
      response: pageOf(lateLineView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { channelId, day: asked } = query;
          const rows = tx
            .selectFrom("closed_days as day")
            .innerJoin("providers as provider", "provider.providerId", "day.providerId")
            .innerJoin("receipts as receipt", (join) => join.on(isLate))
            .select(["receipt.receipt", "receipt.channelId", "receipt.amountCents", "receipt.currency"])
            .select(["receipt.paidAtMs", "receipt.bookedAtMs", "day.closedAtMs"])
            .select(sql<string>`day.day::text`.as("dayText"))
            .where("day.providerId", "=", providerId)
            .$if(channelId !== undefined, (is) => is.where("day.channelId", "=", channelId ?? ""))
            .$if(asked !== undefined, (is) => is.where(sql<boolean>`day.day = ${asked ?? ""}::date`));
          return lateLines.page(rows, query, (row) => ({
            receipt: row.receipt,
            channelId: row.channelId,
            day: row.dayText,
            amountCents: row.amountCents,
            currency: row.currency,
            paidAtMs: row.paidAtMs as number,
            bookedAtMs: row.bookedAtMs,
            closedAtMs: row.closedAtMs,
          }));
        }),
    }),
  ];
}
