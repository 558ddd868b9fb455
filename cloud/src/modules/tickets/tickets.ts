/** Tickets in the database: each change under a lock, with an entry that tells who did it, in one transaction. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { readAccount } from "../../catalogue/accounts/accounts.ts";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import type { AnswerWay, TicketEntryRow, TicketKind, TicketPriority, TicketRow, TicketState } from "./ticket.ts";
import {
  answerDueMs,
  isLive,
  solveDueMs,
  type TicketRules,
  timeAfter,
  usualHours,
  usualTargets,
} from "./ticket-policy.ts";
import { workingMsBetween } from "./working-hours.ts";

export interface TicketParts {
  readonly world: World;
  readonly emit: Emit;
}

/** Who does something: a person of the provider, the customer, or Karibu itself. */
export interface Who {
  readonly name: string;
  readonly userId: string | null;
}

export interface NewTicket {
  readonly subject: string;
  readonly kind: TicketKind;
  readonly priority: TicketPriority;
  readonly text: string;
  readonly customerId: string | null;
  readonly siteId: string | null;
  readonly accountId: string | null;
  readonly assignedTo: string | null;
  readonly openedBy: "customer" | "staff" | "karibu";
  /** What made it: a second one about the same is not made. */
  readonly about?: string;
}

export async function readTicketRules(tx: Tx, providerId: string): Promise<TicketRules> {
  const row = await tx.selectFrom("ticket_rules").selectAll().executeTakeFirst();
  const utcOffsetMinutes = await offsetOfProvider(tx, providerId);
  if (row === undefined) return { hours: { ...usualHours, utcOffsetMinutes }, targets: usualTargets };
  const { workDays: days, fromMinute, untilMinute, targets } = row;
  return { hours: { days, fromMinute, untilMinute, utcOffsetMinutes }, targets };
}

/** Null: there is one about the same already. Throws Problems that name the field. */
export async function insertTicket(
  parts: TicketParts,
  tx: Tx,
  providerId: string,
  wanted: NewTicket,
  who: Who,
): Promise<TicketRow | null> {
  const nowMs = parts.world.clock.wall().atMs;
  await refuseUnknown(tx, wanted);
  const rules = await readTicketRules(tx, providerId);
  const target = rules.targets[wanted.priority];
  const { rows } = await sql<{ last: number }>`insert into ticket_numbers (provider_id, last) values (${providerId}, 1)
    on conflict (provider_id) do update set last = ticket_numbers.last + 1 returning last`.execute(tx);
  const row = await tx
    .insertInto("tickets")
    .values({
      providerId,
      ticketId: newId(parts.world),
      number: Number(rows[0]?.last),
      subject: wanted.subject,
      kind: wanted.kind,
      priority: wanted.priority,
      state: "open",
      customerId: wanted.customerId,
      siteId: wanted.siteId,
      accountId: wanted.accountId,
      openedBy: wanted.openedBy,
      openedByName: who.name,
      assignedTo: wanted.assignedTo,
      about: wanted.about ?? null,
      answerDueMs: answerDueMs(rules.hours, target, nowMs),
      runningSinceMs: nowMs,
      solveDueMs: solveDueMs(rules.hours, target, { spentMs: 0, runningSinceMs: nowMs }),
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .onConflict((conflict) => conflict.columns(["providerId", "about"]).where("about", "is not", null).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  await insertEntry(
    parts,
    tx,
    row,
    { kind: wanted.openedBy === "karibu" ? "note" : "message", text: wanted.text },
    who,
  );
  await told(parts, tx, row, "opened");
  return row;
}

/** Locked until the transaction ends. Throws a Problem 404. */
export async function readTicket(tx: Tx, ticketId: string): Promise<TicketRow> {
  const row = await tx
    .selectFrom("tickets")
    .selectAll()
    .where("ticketId", "=", ticketId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("ticket");
  return row;
}

/** The state, with the clock that goes with it, and an entry that tells it. */
export async function setState(
  parts: TicketParts,
  tx: Tx,
  before: TicketRow,
  state: TicketState,
  who: Who,
): Promise<TicketRow> {
  if (before.state === state) return before;
  const nowMs = parts.world.clock.wall().atMs;
  const rules = await readTicketRules(tx, before.providerId);
  const time = timeAfter(rules.hours, { spentMs: before.spentMs, runningSinceMs: before.runningSinceMs }, state, nowMs);
  const row = await set(parts, tx, before, {
    state,
    spentMs: time.spentMs,
    runningSinceMs: time.runningSinceMs,
    solveDueMs: solveDueMs(rules.hours, rules.targets[before.priority], time),
    solvedAtMs: isLive(state) ? null : (before.solvedAtMs ?? nowMs),
    closedAtMs: state === "closed" ? nowMs : null,
  });
  await insertEntry(parts, tx, row, { kind: "change", what: "state", text: state }, who);
  return row;
}

export interface TicketChange {
  readonly subject?: string | undefined;
  readonly kind?: TicketKind | undefined;
  readonly priority?: TicketPriority | undefined;
  readonly customerId?: string | null | undefined;
  readonly siteId?: string | null | undefined;
  readonly accountId?: string | null | undefined;
  readonly assignedTo?: string | null | undefined;
}

/** How the log calls what was changed. */
const inLog = {
  subject: "subject",
  kind: "kind",
  priority: "priority",
  customerId: "customer",
  siteId: "site",
  accountId: "account",
  assignedTo: "assigned-to",
} as const;

/** Fields that are left out stay. Each that is another one now stands in the ticket's own log. */
export async function changeTicket(
  parts: TicketParts,
  tx: Tx,
  before: TicketRow,
  change: TicketChange,
  who: Who,
): Promise<TicketRow> {
  const columns = {
    subject: change.subject,
    kind: change.kind,
    priority: change.priority,
    customerId: change.customerId,
    siteId: change.siteId,
    accountId: change.accountId,
    assignedTo: change.assignedTo,
  };
  const changed = (Object.entries(columns) as [keyof typeof columns, string | null | undefined][]).filter(
    ([name, value]) => value !== undefined && value !== before[name],
  );
  if (changed.length === 0) return before;
  const is = (name: string) => changed.some(([one]) => one === name);
  const customerId = change.customerId === undefined ? before.customerId : change.customerId;
  const accountId = change.accountId === undefined ? before.accountId : change.accountId;
  await refuseUnknown(tx, {
    customerId: is("customerId") ? customerId : null,
    siteId: is("siteId") ? (change.siteId ?? null) : null,
    assignedTo: is("assignedTo") ? (change.assignedTo ?? null) : null,
    accountId: null,
  });
  if (is("customerId")) await refuseOtherReader(tx, before);
  if (is("accountId") || is("customerId")) await refuseOtherAccount(tx, accountId, customerId);
  const { hours, targets } = await readTicketRules(tx, before.providerId);
  const target = targets[change.priority ?? before.priority];
  const time = { spentMs: before.spentMs, runningSinceMs: before.runningSinceMs };
  const row = await set(parts, tx, before, {
    ...(Object.fromEntries(changed) as Partial<TicketRow>),
    ...(is("priority")
      ? {
          answerDueMs: answerDueMs(hours, target, before.createdAtMs),
          solveDueMs: solveDueMs(hours, target, time),
        }
      : {}),
  });
  for (const [name, value] of changed)
    await insertEntry(
      parts,
      tx,
      row,
      { kind: "change", what: inLog[name], text: await nameOf(tx, name, value ?? null) },
      who,
    );
  return row;
}

/** What staff said to the customer: the first time stops the clock of the first answer. */
export async function noteAnswered(parts: TicketParts, tx: Tx, before: TicketRow): Promise<TicketRow> {
  if (before.answeredAtMs !== null) return before;
  const nowMs = parts.world.clock.wall().atMs;
  const { hours } = await readTicketRules(tx, before.providerId);
  return set(parts, tx, before, {
    answeredAtMs: nowMs,
    answerWorkMs: workingMsBetween(hours, before.createdAtMs, nowMs),
  });
}

export interface NewEntry {
  readonly kind: TicketEntryRow["kind"];
  readonly text: string;
  readonly what?: string;
  readonly ways?: readonly AnswerWay[];
}

/** @returns its id */
export async function insertEntry(
  { world }: Pick<TicketParts, "world">,
  tx: Tx,
  row: Pick<TicketRow, "providerId" | "ticketId">,
  entry: NewEntry,
  who: Who,
): Promise<string> {
  const entryId = newId(world);
  await tx
    .insertInto("ticket_entries")
    .values({
      providerId: row.providerId,
      entryId,
      ticketId: row.ticketId,
      kind: entry.kind,
      who: who.name,
      userId: who.userId,
      text: entry.text,
      what: entry.what ?? null,
      ways: entry.ways === undefined ? null : json([...entry.ways]),
      atMs: world.clock.wall().atMs,
    })
    .execute();
  return entryId;
}

/** Consoles read again. */
export async function told({ emit }: TicketParts, tx: Tx, row: TicketRow, action: string): Promise<void> {
  await emit(tx, row.providerId, {
    topic: "ticket",
    id: row.ticketId,
    action,
  });
}

export async function touch(parts: TicketParts, tx: Tx, row: TicketRow): Promise<TicketRow> {
  return set(parts, tx, row, {});
}

async function set(parts: TicketParts, tx: Tx, before: TicketRow, change: Partial<TicketRow>): Promise<TicketRow> {
  return tx
    .updateTable("tickets")
    .set({ ...change, changedAtMs: parts.world.clock.wall().atMs })
    .where("ticketId", "=", before.ticketId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function refuseUnknown(
  tx: Tx,
  of: Pick<NewTicket, "customerId" | "siteId" | "accountId" | "assignedTo">,
): Promise<void> {
  if (of.customerId !== null) await readCustomer(tx, of.customerId);
  if (of.siteId !== null) await readSite(tx, of.siteId, "siteId");
  if (of.assignedTo !== null && (await userName(tx, of.assignedTo)) === null) throw notFound("person", "assignedTo");
  if (of.accountId !== null) await refuseOtherAccount(tx, of.accountId, of.customerId);
}

/** A service of somebody else's would show one customer's line in another's ticket. */
async function refuseOtherAccount(tx: Tx, accountId: string | null, customerId: string | null): Promise<void> {
  if (accountId === null) return;
  const account = await readAccount(tx, accountId, "accountId");
  if (account.customerId === customerId) return;
  throw refusal("other-customer", { field: "accountId" });
}

/** What one customer wrote, showed, and was answered, another would read on their own page. */
async function refuseOtherReader(tx: Tx, before: TicketRow): Promise<void> {
  if (before.customerId === null) return;
  const said = await tx
    .selectFrom("ticket_entries")
    .select("entryId")
    .where("ticketId", "=", before.ticketId)
    .where((is) => is.or([is("kind", "=", "answer"), is.and([is("kind", "=", "message"), is("userId", "is", null)])]))
    .executeTakeFirst();
  // A customer's picture stands in no entry: a ticket that staff opened for them may hold nothing else of theirs.
  const shown = await tx
    .selectFrom("ticket_pictures")
    .select("pictureId")
    .where("ticketId", "=", before.ticketId)
    .where("isInternal", "=", false)
    .executeTakeFirst();
  if (said === undefined && shown === undefined) return;
  throw refusal("other-customer", {
    field: "customerId",
  });
}

async function userName(tx: Tx, userId: string): Promise<string | null> {
  const row = await tx.selectFrom("users").select("name").where("userId", "=", userId).executeTakeFirst();
  return row?.name ?? null;
}

/**
 * What people read in the log: a name where there is one. Of a customer and their account the id (`ticket-view.ts` shows the name): the ticket may be
 * another customer's afterwards, and an erasure of the first would not find it.
 */
async function nameOf(tx: Tx, column: keyof typeof inLog, value: string | null): Promise<string> {
  if (value === null) return "";
  if (column === "assignedTo") return (await userName(tx, value)) ?? value;
  if (column === "siteId") return (await readSite(tx, value)).name;
  return value;
}
