/** Tickets as staff read them: rows with names, and one with everything that was said. */

import { z } from "zod";
import { accountNames } from "../../catalogue/accounts/accounts.ts";
import { siteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { nameOf } from "../../ground/db/names-by-id.ts";
import { userNames } from "../../identity/users/user-names.ts";
import { customerNames } from "./customer-names.ts";
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
  const providerId = rows[0]?.provider_id ?? "";
  const idsOf = (column: "customer_id" | "site_id" | "assigned_to") => rows.map((row) => row[column]);
  const customers = await customerNames(tx, providerId, idsOf("customer_id"));
  const sites = await siteNames(tx, providerId, idsOf("site_id"));
  const users = await userNames(tx, providerId, idsOf("assigned_to"));
  return rows.map((row) => ({
    ticketId: row.ticket_id,
    number: row.number,
    subject: row.subject,
    kind: row.kind,
    priority: row.priority,
    state: row.state,
    customerId: row.customer_id,
    customerName: nameOf(customers, row.customer_id),
    siteId: row.site_id,
    siteName: nameOf(sites, row.site_id),
    accountId: row.account_id,
    openedBy: row.opened_by,
    openedByName: row.opened_by_name,
    assignedTo: row.assigned_to,
    assignedToName: nameOf(users, row.assigned_to),
    late: lateness(
      {
        state: row.state,
        answerDueMs: row.answer_due_ms,
        answeredAtMs: row.answered_at_ms,
        solveDueMs: row.solve_due_ms,
      },
      nowMs,
    ),
    answerDueMs: row.answer_due_ms,
    answeredAtMs: row.answered_at_ms,
    solveDueMs: row.solve_due_ms,
    solvedAtMs: row.solved_at_ms,
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
  }));
}

export async function wholeTicket(tx: Tx, row: TicketRow, nowMs: number): Promise<z.input<typeof wholeTicketView>> {
  const [view] = await ticketViews(tx, [row], nowMs);
  const entries = await tx
    .selectFrom("ticket_entries")
    .selectAll()
    .where("ticket_id", "=", row.ticket_id)
    .orderBy("entry_id")
    .execute();
  const shown = await namesOfChanges(tx, row.provider_id, entries);
  const pictures = await tx
    .selectFrom("ticket_pictures")
    .select(["picture_id", "media_type", "width", "height", "who", "is_internal", "at_ms"])
    .where("ticket_id", "=", row.ticket_id)
    .orderBy("picture_id")
    .execute();
  const customer =
    row.customer_id === null
      ? undefined
      : await tx
          .selectFrom("customers")
          .select(["phone_masked", "email"])
          .where("customer_id", "=", row.customer_id)
          .where("deleted_at_ms", "is", null)
          .executeTakeFirst();
  return {
    ...(view as z.input<typeof ticketView>),
    entries: entries.map((entry) => ({
      entryId: entry.entry_id,
      kind: entry.kind,
      who: entry.who,
      userId: entry.user_id,
      text: shown(entry),
      what: entry.what,
      ways: entry.ways ?? [],
      atMs: entry.at_ms,
    })),
    pictures: pictures.map((picture) => ({
      ticketPictureId: picture.picture_id,
      mediaType: picture.media_type,
      width: picture.width,
      height: picture.height,
      who: picture.who,
      isInternal: picture.is_internal,
      atMs: picture.at_ms,
    })),
    reachable: [
      ...(customer?.phone_masked != null ? (["sms"] as const) : []),
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
