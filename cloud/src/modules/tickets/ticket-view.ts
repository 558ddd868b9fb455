/** Tickets as staff read them: rows with names, and one with everything that was said. */

import { z } from "zod";
import { accountNames } from "../../catalogue/accounts/accounts.ts";
import { customerNames } from "../../catalogue/customers/customer-names.ts";
import { siteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { nameOf } from "../../ground/db/names-by-id.ts";
import { userNames } from "../../identity/users/user-names.ts";
import {
  answerWays,
  type TicketEntryRow,
  type TicketRow,
  ticketKinds,
  ticketPriorities,
  ticketStates,
} from "./ticket.ts";
import { lateness } from "./ticket-policy.ts";

export const ticketView = z.object({
  ticketId: z.string(),
  number: z.int(),
  subject: z.string(),
  kind: z.enum(ticketKinds),
  priority: z.enum(ticketPriorities),
  state: z.enum(ticketStates),
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  siteId: z.string().nullable(),
  siteName: z.string().nullable(),
  accountId: z.string().nullable(),
  openedBy: z.enum(["customer", "staff", "karibu"]),
  openedByName: z.string(),
  assignedTo: z.string().nullable(),
  assignedToName: z.string().nullable(),
  /** What is late now: the first answer, or the solution. */
  late: z.enum(["answer", "solution"]).nullable(),
  answerDueMs: z.int(),
  answeredAtMs: z.int().nullable(),
  /** Null: the customer is waited for, or it is solved. */
  solveDueMs: z.int().nullable(),
  solvedAtMs: z.int().nullable(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});

const ticketEntryView = z.object({
  entryId: z.string(),
  kind: z.enum(["message", "answer", "note", "change"]),
  who: z.string(),
  /** The person's id; null: the customer, or Karibu itself. */
  userId: z.string().nullable(),
  /** Of a change: the new value. */
  text: z.string(),
  /** Of a change: `state`, `priority`, `assigned-to`… */
  what: z.string().nullable(),
  ways: z.array(z.enum(answerWays)),
  atMs: z.int(),
});

export const ticketPictureView = z.object({
  ticketPictureId: z.string(),
  mediaType: z.enum(["image/png", "image/jpeg"]),
  width: z.int(),
  height: z.int(),
  who: z.string(),
  isInternal: z.boolean(),
  atMs: z.int(),
});

export const wholeTicketView = ticketView.extend({
  entries: z.array(ticketEntryView),
  pictures: z.array(ticketPictureView),
  /** How the customer can be answered beside their own page. */
  reachable: z.array(z.enum(answerWays)),
});

export async function ticketViews(
  tx: Tx,
  rows: readonly TicketRow[],
  nowMs: number,
): Promise<z.input<typeof ticketView>[]> {
  const providerId = rows[0]?.providerId ?? "";
  const idsOf = (column: "customerId" | "siteId" | "assignedTo") => rows.map((row) => row[column]);
  const customers = await customerNames(tx, providerId, idsOf("customerId"));
  const sites = await siteNames(tx, providerId, idsOf("siteId"));
  const users = await userNames(tx, providerId, idsOf("assignedTo"));
  return rows.map((row) => ({
    ticketId: row.ticketId,
    number: row.number,
    subject: row.subject,
    kind: row.kind,
    priority: row.priority,
    state: row.state,
    customerId: row.customerId,
    customerName: nameOf(customers, row.customerId),
    siteId: row.siteId,
    siteName: nameOf(sites, row.siteId),
    accountId: row.accountId,
    openedBy: row.openedBy,
    openedByName: row.openedByName,
    assignedTo: row.assignedTo,
    assignedToName: nameOf(users, row.assignedTo),
    late: lateness(
      {
        state: row.state,
        answerDueMs: row.answerDueMs,
        answeredAtMs: row.answeredAtMs,
        solveDueMs: row.solveDueMs,
      },
      nowMs,
    ),
    answerDueMs: row.answerDueMs,
    answeredAtMs: row.answeredAtMs,
    solveDueMs: row.solveDueMs,
    solvedAtMs: row.solvedAtMs,
    createdAtMs: row.createdAtMs,
    changedAtMs: row.changedAtMs,
  }));
}

export async function wholeTicket(tx: Tx, row: TicketRow, nowMs: number): Promise<z.input<typeof wholeTicketView>> {
  const [view] = await ticketViews(tx, [row], nowMs);
  const entries = await tx
    .selectFrom("ticket_entries")
    .selectAll()
    .where("ticketId", "=", row.ticketId)
    .orderBy("entryId")
    .execute();
  const shown = await namesOfChanges(tx, row.providerId, entries);
  const pictures = await tx
    .selectFrom("ticket_pictures")
    .select(["pictureId", "mediaType", "width", "height", "who", "isInternal", "atMs"])
    .where("ticketId", "=", row.ticketId)
    .orderBy("pictureId")
    .execute();
  const customer =
    row.customerId === null
      ? undefined
      : await tx
          .selectFrom("customers")
          .select(["phoneMasked", "email"])
          .where("customerId", "=", row.customerId)
          .where("deletedAtMs", "is", null)
          .executeTakeFirst();
  return {
    ...(view as z.input<typeof ticketView>),
    entries: entries.map((entry) => ({
      entryId: entry.entryId,
      kind: entry.kind,
      who: entry.who,
      userId: entry.userId,
      text: shown(entry),
      what: entry.what,
      ways: entry.ways ?? [],
      atMs: entry.atMs,
    })),
    pictures: pictures.map((picture) => ({
      ticketPictureId: picture.pictureId,
      mediaType: picture.mediaType,
      width: picture.width,
      height: picture.height,
      who: picture.who,
      isInternal: picture.isInternal,
      atMs: picture.atMs,
    })),
    reachable: [
      ...(customer?.phoneMasked != null ? (["sms"] as const) : []),
      ...(customer?.email != null ? (["email"] as const) : []),
    ],
  };
}

/** Changes of the customer or the account hold an id; whoever was erased has no name any more. */
async function namesOfChanges(tx: Tx, providerId: string, entries: readonly TicketEntryRow[]) {
  const idsOf = (what: string) => entries.filter((entry) => entry.what === what).map(({ text }) => text);
  const customers = await customerNames(tx, providerId, idsOf("customer"));
  const accounts = await accountNames(tx, providerId, idsOf("account"));
  const names: Readonly<Record<string, ReadonlyMap<string, string>>> = { customer: customers, account: accounts };
  return ({ what, text }: TicketEntryRow): string => nameOf(names[what ?? ""] ?? new Map(), text) ?? text;
}
