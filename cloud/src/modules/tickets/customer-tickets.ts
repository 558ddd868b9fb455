/**
 * Tickets as their customer sees and changes them, for the customer's own page. Who attacks this door: a customer who asks for another's
 * ticket (it is looked for by customer and id together, so it is the same 404 as one that does not exist), one who floods the office (five
 * open tickets, twenty messages a day), and one who would read what staff wrote for themselves (notes, changes and internal pictures are
 * never selected here).
 */

import { readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { customerRefusal, notFound, type Problem } from "../../ground/http/problem.ts";
import type { TicketKind, TicketRow, TicketState } from "./ticket.ts";
import { insertPicture, type NewTicketPicture, refuseFull } from "./ticket-pictures.ts";
import { afterCustomer, customerLimits } from "./ticket-policy.ts";
import { insertEntry, insertTicket, readTicket, setState, type TicketParts, told, touch } from "./tickets.ts";

const dayMs = 86_400_000;
const picturesPerDay = 10;
/** What counts for a day. What a clock that was ahead dated would count until that time has come. */
const dayBefore = (nowMs: number): [fromMs: number, untilMs: number] => [
  nowMs - dayMs + 1,
  nowMs + processClockSlackMs,
];

export interface CustomersTicket {
  readonly ticketId: string;
  readonly number: number;
  readonly subject: string;
  readonly kind: TicketKind;
  readonly state: TicketState;
  readonly accountId: string | null;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}

export interface CustomersTicketWithWords extends CustomersTicket {
  readonly entries: readonly {
    readonly entryId: string;
    readonly from: "customer" | "staff";
    /** Of staff: the person's name. */
    readonly who: string;
    readonly text: string;
    readonly atMs: number;
  }[];
  readonly pictures: readonly { readonly pictureId: string; readonly width: number; readonly height: number }[];
  /** The customer may write: if not, they open a new one. */
  readonly isWritable: boolean;
}

interface OfCustomer {
  readonly providerId: string;
  readonly customerId: string;
}

/** Throws Problems 409 "ticket-limit" (five are open), 429 "too-many-messages", and 404 of a site or an account that is not theirs. */
export async function openTicketAsCustomer(
  parts: TicketParts,
  tx: Tx,
  {
    providerId,
    customerId,
    ...asked
  }: OfCustomer & {
    readonly subject: string;
    readonly kind: TicketKind;
    readonly text: string;
    readonly accountId?: string | null;
  },
): Promise<CustomersTicketWithWords> {
  const customer = await readCustomer(tx, customerId, true); // locked: the counts below must hold
  await refuseFlood(parts, tx, customerId);
  const { open } = await tx
    .selectFrom("tickets")
    .select((of) => of.fn.countAll<number>().as("open"))
    .where("customerId", "=", customerId)
    .where("openedBy", "=", "customer")
    .where("state", "in", ["open", "reopened", "waiting"])
    .executeTakeFirstOrThrow();
  if (Number(open) >= customerLimits.openMax) throw customerRefusal("ticket-limit");
  const row = await insertTicket(
    parts,
    tx,
    providerId,
    {
      subject: asked.subject,
      kind: asked.kind,
      text: asked.text,
      accountId: asked.accountId ?? null,
      customerId,
      siteId: await liveSite(tx, customer.siteId),
      assignedTo: null,
      priority: "normal" as const,
      openedBy: "customer" as const,
    },
    { name: customer.name, userId: null },
  );
  return ticketOfCustomer(parts, tx, { customerId, ticketId: (row as TicketRow).ticketId });
}

/** Newest change first, at most 100. */
export async function ticketsOfCustomer(tx: Tx, customerId: string): Promise<CustomersTicket[]> {
  const rows = await tx
    .selectFrom("tickets")
    .selectAll()
    .where("customerId", "=", customerId)
    .where("openedBy", "<>", "karibu")
    .orderBy("changedAtMs", "desc")
    .limit(100)
    .execute();
  return rows.map(viewOf);
}

/** Throws a Problem 404, also where it is another's. */
export async function ticketOfCustomer(
  { world }: Pick<TicketParts, "world">,
  tx: Tx,
  { customerId, ticketId }: { readonly customerId: string; readonly ticketId: string },
): Promise<CustomersTicketWithWords> {
  const row = await own(tx, customerId, ticketId);
  const entries = await tx
    .selectFrom("ticket_entries")
    .select(["entryId", "who", "userId", "text", "atMs"])
    .where("ticketId", "=", ticketId)
    .where("kind", "in", ["message", "answer"])
    .orderBy("entryId")
    .execute();
  const pictures = await tx
    .selectFrom("ticket_pictures")
    .select(["pictureId", "width", "height"])
    .where("ticketId", "=", ticketId)
    .where("isInternal", "=", false)
    .orderBy("pictureId")
    .execute();
  return {
    ...viewOf(row),
    entries: entries.map((entry) => ({
      entryId: entry.entryId,
      from: entry.userId === null ? "customer" : "staff",
      who: entry.who,
      text: entry.text,
      atMs: entry.atMs,
    })),
    pictures,
    isWritable: afterCustomer({ state: row.state, closedAtMs: row.closedAtMs }, world.clock.wall().atMs) !== null,
  };
}

/** A solved or closed ticket is open again. Throws Problems 404, 409 "ticket-over" (closed too long ago) and 429 "too-many-messages". */
export async function answerAsCustomer(
  parts: TicketParts,
  tx: Tx,
  asked: OfCustomer & { readonly ticketId: string; readonly text: string },
): Promise<CustomersTicketWithWords> {
  const customer = await readCustomer(tx, asked.customerId, true);
  await own(tx, asked.customerId, asked.ticketId);
  const row = await readTicket(tx, asked.ticketId);
  await refuseFlood(parts, tx, asked.customerId);
  const state = afterCustomer({ state: row.state, closedAtMs: row.closedAtMs }, parts.world.clock.wall().atMs);
  if (state === null) throw ticketOver();
  const who = { name: customer.name, userId: null };
  await insertEntry(parts, tx, row, { kind: "message", text: asked.text }, who);
  await told(
    parts,
    tx,
    state === row.state ? await touch(parts, tx, row) : await setState(parts, tx, row, state, who),
    "message",
  );
  return ticketOfCustomer(parts, tx, asked);
}

/**
 * Whether one more picture of theirs has a place: asked before the hub spends its processor on it, and again when it is kept. Throws Problems 404,
 * 409 "ticket-over" and "ticket-pictures-full", and 429 "too-many-messages" after ten pictures in a day.
 */
export async function refusePicture(
  parts: TicketParts,
  tx: Tx,
  { customerId, ticketId }: { readonly customerId: string; readonly ticketId: string },
): Promise<void> {
  const row = await own(tx, customerId, ticketId);
  const nowMs = parts.world.clock.wall().atMs;
  if (afterCustomer({ state: row.state, closedAtMs: row.closedAtMs }, nowMs) === null) throw ticketOver();
  await refuseFull(tx, ticketId);
  const { sent } = await tx
    .selectFrom("ticket_pictures as picture")
    .innerJoin("tickets as ticket", (on) =>
      on.onRef("ticket.providerId", "=", "picture.providerId").onRef("ticket.ticketId", "=", "picture.ticketId"),
    )
    .select((of) => of.fn.countAll<number>().as("sent"))
    .where("ticket.customerId", "=", customerId)
    .where("picture.isInternal", "=", false)
    .where((is) => is.between("picture.atMs", ...dayBefore(nowMs)))
    .executeTakeFirstOrThrow();
  if (Number(sent) < picturesPerDay) return;
  throw customerRefusal("too-many-messages", { rule: "too-many-pictures", retryAfterSeconds: 3600 });
}

/** A picture that was made anew. What was solved or closed is open again, as by a message. Throws as `refusePicture`. */
export async function addPictureAsCustomer(
  parts: TicketParts,
  tx: Tx,
  asked: OfCustomer & { readonly ticketId: string; readonly made: NewTicketPicture["made"] },
): Promise<CustomersTicketWithWords> {
  const customer = await readCustomer(tx, asked.customerId, true); // locked: the count of the day must hold
  await refusePicture(parts, tx, asked);
  const row = await readTicket(tx, asked.ticketId);
  const state = afterCustomer({ state: row.state, closedAtMs: row.closedAtMs }, parts.world.clock.wall().atMs);
  if (state === null) throw ticketOver();
  const who = { name: customer.name, userId: null };
  await insertPicture(parts, tx, row, { made: asked.made, isInternal: false, who: customer.name });
  await told(
    parts,
    tx,
    state === row.state ? await touch(parts, tx, row) : await setState(parts, tx, row, state, who),
    "picture",
  );
  return ticketOfCustomer(parts, tx, asked);
}

/** "It works again". Closed already: nothing happens. */
export async function closeAsCustomer(
  parts: TicketParts,
  tx: Tx,
  asked: OfCustomer & { readonly ticketId: string },
): Promise<CustomersTicketWithWords> {
  const customer = await readCustomer(tx, asked.customerId);
  await own(tx, asked.customerId, asked.ticketId);
  const row = await setState(parts, tx, await readTicket(tx, asked.ticketId), "closed", {
    name: customer.name,
    userId: null,
  });
  await told(parts, tx, row, "closed");
  return ticketOfCustomer(parts, tx, asked);
}

/** For the customer's page: never one that staff keep for themselves. Throws a Problem 404. */
export async function pictureOfCustomer(
  tx: Tx,
  { customerId, ticketId, pictureId }: { customerId: string; ticketId: string; pictureId: string },
): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array }> {
  await own(tx, customerId, ticketId);
  const row = await tx
    .selectFrom("ticket_pictures")
    .select(["mediaType", "bytes"])
    .where("ticketId", "=", ticketId)
    .where("pictureId", "=", pictureId)
    .where("isInternal", "=", false)
    .executeTakeFirst();
  if (row === undefined) throw notFound("picture");
  return row;
}

/** What was said to a customer in tickets, beside messages: newest first. */
export async function ticketAnswersOf(tx: Tx, customerId: string, limit = 100) {
  const rows = await tx
    .selectFrom("ticket_entries as entry")
    .innerJoin("tickets as ticket", (on) =>
      on.onRef("ticket.providerId", "=", "entry.providerId").onRef("ticket.ticketId", "=", "entry.ticketId"),
    )
    .select(["entry.entryId", "entry.kind", "entry.who", "entry.text", "entry.ways", "entry.atMs"])
    .select(["ticket.ticketId", "ticket.number", "ticket.subject"])
    .where("ticket.customerId", "=", customerId)
    .where("entry.kind", "in", ["message", "answer"])
    .orderBy("entry.entryId", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    entryId: row.entryId,
    ticketId: row.ticketId,
    number: row.number,
    subject: row.subject,
    from: row.kind === "answer" ? ("staff" as const) : ("customer" as const),
    who: row.who,
    text: row.text,
    ways: row.ways ?? [],
    atMs: row.atMs,
  }));
}

async function own(tx: Tx, customerId: string, ticketId: string): Promise<TicketRow> {
  const row = await tx
    .selectFrom("tickets")
    .selectAll()
    .where("ticketId", "=", ticketId)
    .where("customerId", "=", customerId)
    .where("openedBy", "<>", "karibu")
    .executeTakeFirst();
  if (row === undefined) throw notFound("ticket");
  return row;
}

async function refuseFlood({ world }: Pick<TicketParts, "world">, tx: Tx, customerId: string): Promise<void> {
  const { written } = await tx
    .selectFrom("ticket_entries as entry")
    .innerJoin("tickets as ticket", (on) =>
      on.onRef("ticket.providerId", "=", "entry.providerId").onRef("ticket.ticketId", "=", "entry.ticketId"),
    )
    .select((of) => of.fn.countAll<number>().as("written"))
    .where("ticket.customerId", "=", customerId)
    .where("entry.kind", "=", "message")
    .where("entry.userId", "is", null)
    .where((is) => is.between("entry.atMs", ...dayBefore(world.clock.wall().atMs)))
    .executeTakeFirstOrThrow();
  if (Number(written) < customerLimits.messagesPerDay) return;
  throw customerRefusal("too-many-messages", { retryAfterSeconds: 3600 });
}

/** A customer whose site was deleted has none. */
async function liveSite(tx: Tx, siteId: string | null): Promise<string | null> {
  if (siteId === null) return null;
  const row = await tx
    .selectFrom("sites")
    .select("siteId")
    .where("siteId", "=", siteId)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row?.siteId ?? null;
}

const ticketOver = (): Problem => customerRefusal("ticket-over");

const viewOf = (row: TicketRow): CustomersTicket => ({
  ticketId: row.ticketId,
  number: row.number,
  subject: row.subject,
  kind: row.kind,
  state: row.state,
  accountId: row.accountId,
  createdAtMs: row.createdAtMs,
  changedAtMs: row.changedAtMs,
});
