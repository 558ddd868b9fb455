/** The API of statements: one is read in, held against the books, and kept. What differs and what is closed: `reconciliation-routes.ts`. */
import { sql } from "kysely";
import { z } from "zod";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { dateOrders } from "../../ground/lists/date-order.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { lookUpChannel } from "../channels/channel-rows.ts";
import { ofChannel } from "../channels/of-channel.ts";
import { differenceKinds } from "./difference-kinds.ts";
import { importStatement, type StatementParts } from "./import-statement.ts";
import { statementBytesMax } from "./statement-file.ts";

const id = z.string().min(1).max(128);

/** Of a file that a spreadsheet has saved, where each date may be two days. */
const dateOrder = z.enum(dateOrders).optional();

const difference = z.object({
  receipt: z.string(),
  what: z.enum(differenceKinds),
  statementCents: z.int(),
  bookedCents: z.int(),
});

export const reconciliation = z.object({
  statementId: z.string(),
  layout: z.string(),
  fromMs: z.int(),
  toMs: z.int(),
  inflows: z.int(),
  inflowCents: z.int(),
  /** What its channel moves, and so of all its amounts. */
  currency: z.string(),
  chargeCents: z.int(),
  /** Booked from this statement as fees: the charges that were not in the books yet. */
  feesBookedCents: z.int(),
  /** Inflows of days that were closed already. */
  late: z.int(),
  found: z.int(),
  /** What was booked from this statement, and the payment that each paid (null: none, see the review list); the first 500. */
  foundReceipts: z.array(z.object({ receipt: z.string(), paymentId: z.string().nullable() })),
  reversed: z.int(),
  /** Payouts of ours that came back: their refunds are in the state `returned`, and out of the books. */
  returned: z.int(),
  /** Withdrawals to the bank that were in no book yet: booked as on their way there. */
  toBankCents: z.int(),
  /** Whether the statement's own Balance column follows from its rows; `receipt`: the first row where it does not. */
  balance: z.discriminatedUnion("state", [
    z.object({ state: z.literal("absent") }),
    z.object({ state: z.literal("unreadable"), receipt: z.string() }),
    z.object({ state: z.literal("agrees"), openingCents: z.int(), closingCents: z.int() }),
    z.object({ state: z.literal("differs"), receipt: z.string(), offCents: z.int() }),
  ]),
  /** What the channel held at the statement's end, and its account in the books then; null: the statement has no balance that follows. */
  account: z.object({ heldCents: z.int(), bookedCents: z.int(), untilMs: z.int() }).nullable(),
  differences: z.array(difference),
  /** Rows that could not be taken in, and why; those after them were. They are tried again, and stay differences until then. */
  failures: z.array(z.object({ receipt: z.string(), why: z.string() })),
});

export const statementView = z.object({
  id: z.string(),
  channelId: z.string(),
  layout: z.string(),
  fromMs: z.int(),
  toMs: z.int(),
  inflows: z.int(),
  inflowCents: z.int(),
  /** What its channel moves. */
  currency: z.string(),
  importedAtMs: z.int(),
});

const statements = listOf({
  sort: {
    imported: { by: sql.ref("importedAtMs"), kind: "number" },
    from: { by: sql.ref("fromMs"), kind: "number" },
  },
  default: "-imported",
  tie: [sql.ref("statementId")],
  search: [sql.ref("layout")],
});

export function statementRoutes(parts: StatementParts) {
  return [
    route({
      method: "POST",
      path: "/api/v1/reconciliation/statements",
      summary: "Import a statement of the M-Pesa portal (CSV, XLSX or XLS, either layout) and list every difference",
      permission: "ledger.manage",
      bodyBytesMax: Math.ceil((statementBytesMax * 4) / 3) + 4096,
      body: z.union([
        z.strictObject({ channelId: id, dateOrder, csv: z.string().min(1).max(8_000_000) }),
        /** The file itself, in base64: CSV, XLSX or XLS, at most 20 MB. */
        z.strictObject({ channelId: id, dateOrder, file: z.base64().min(1) }),
      ]),
      response: reconciliation,
      handle: async ({ body, providerId, actor, auditTarget }) => {
        const channel = await lookUpChannel(parts.database, providerId, body.channelId);
        if (channel === undefined) throw notFound("channel", "channelId");
        const { differences, failures, foundReceipts, ...rest } = await importStatement(
          parts,
          channel,
          "csv" in body
            ? { bytes: Buffer.from(body.csv), field: "csv", dateOrder: body.dateOrder ?? null }
            : { bytes: Buffer.from(body.file, "base64"), field: "file", dateOrder: body.dateOrder ?? null },
          actor.userId,
        );
        auditTarget(rest.statementId);
        const { currency } = parts.channels.placeOf(channel);
        return {
          ...rest,
          currency,
          foundReceipts: [...foundReceipts],
          differences: [...differences],
          failures: [...failures],
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reconciliation/statements",
      summary: "Imported statements, newest first",
      permission: "ledger.read",
      query: statements.query.extend({ channelId: id.optional() }),
      response: pageOf(statementView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { channelId } = query;
          const rows = tx
            .selectFrom("statements")
            .selectAll()
            .select(ofChannel("statements", "kind").as("kind"))
            .where("providerId", "=", providerId)
            .$if(channelId !== undefined, (is) => is.where("channelId", "=", channelId ?? ""));
          return statements.page(rows, query, (row) => ({
            id: row.statementId,
            channelId: row.channelId,
            layout: row.layout,
            fromMs: row.fromMs,
            toMs: row.toMs,
            inflows: row.inflowRows,
            inflowCents: row.inflowCents,
            currency: parts.channels.placeOf(row).currency,
            importedAtMs: row.importedAtMs,
          }));
        }),
    }),
  ];
}
