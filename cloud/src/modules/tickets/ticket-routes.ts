/**
 * `/api/v1/tickets`: what customers and staff ask to be put right. Who attacks this door: staff of another provider (row-level security),
 * staff who would hide what they did (entries are only ever added; each change stands in the ticket with who made it), and text of a
 * customer that would run in an office's browser or change a letter's head (stored as text, shown as text nodes; a subject has no control
 * characters).
 */
import { sql } from "kysely";
import { z } from "zod";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { type AnswerParts, answerTicket } from "./answer-ticket.ts";
import { ticketAnswersOf } from "./customer-tickets.ts";
import { answerWays, type TicketRow, ticketKinds, ticketPriorities, ticketStates } from "./ticket.ts";
import { mayBecome } from "./ticket-policy.ts";
import { ticketView, ticketViews, wholeTicket, wholeTicketView } from "./ticket-view.ts";
import { changeTicket, insertEntry, insertTicket, readTicket, setState, told, touch } from "./tickets.ts";

const id = z.string().min(1).max(128);
const subject = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}]*$/u);
const text = z.string().trim().min(1).max(4000);
const params = z.object({ ticketId: id });

const list = listOf({
  sort: {
    changed: { by: sql.ref("tickets.changedAtMs"), kind: "number" },
    made: { by: sql.ref("tickets.ticketId"), kind: "string" },
  },
  default: "-changed",
  tie: [sql.ref("tickets.ticketId")],
  search: [
    sql.ref("tickets.subject"),
    sql`tickets.number::text`,
    sql`(select c.name from customers c where c.provider_id = tickets.provider_id and c.customer_id = tickets.customer_id)`,
  ],
});

const historyView = z.object({
  entryId: z.string(),
  ticketId: z.string(),
  number: z.int(),
  subject: z.string(),
  from: z.enum(["staff", "customer"]),
  who: z.string(),
  text: z.string(),
  ways: z.array(z.enum(answerWays)),
  atMs: z.int(),
});

export function ticketRoutes(parts: AnswerParts) {
  const now = () => parts.world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/tickets",
      summary: "Tickets, those that changed last first",
      permission: "tickets.read",
      query: list.query.extend({
        state: z.enum(ticketStates).optional(),
        /** Not solved and not closed. */
        live: z.stringbool().optional(),
        late: z.stringbool().optional(),
        kind: z.enum(ticketKinds).optional(),
        priority: z.enum(ticketPriorities).optional(),
        customerId: id.optional(),
        siteId: id.optional(),
        assignedTo: id.optional(),
        unassigned: z.stringbool().optional(),
        ...spanFields,
      }),
      response: pageOf(ticketView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { state, live, late, kind, priority, customerId, siteId, assignedTo, unassigned } = query;
          const rows = tx
            .selectFrom("tickets")
            .selectAll()
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "open"))
            .$if(live !== undefined, (is) => is.where("state", live ? "in" : "not in", ["open", "reopened", "waiting"]))
            .$if(late !== undefined, (is) => is.where(sql<boolean>`(${isLate(now())}) = ${late === true}`))
            .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? "other"))
            .$if(priority !== undefined, (is) => is.where("priority", "=", priority ?? "normal"))
            .$if(customerId !== undefined, (is) => is.where("customerId", "=", customerId ?? ""))
            .$if(siteId !== undefined, (is) => is.where("siteId", "=", siteId ?? ""))
            .$if(assignedTo !== undefined, (is) => is.where("assignedTo", "=", assignedTo ?? ""))
            .$if(unassigned !== undefined, (is) => is.where("assignedTo", unassigned ? "is" : "is not", null))
            .where(within(sql.ref("tickets.createdAtMs"), query));
          const page = await list.page(rows, query, (row) => row as TicketRow);
          return { ...page, items: await ticketViews(tx, page.items, now()) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tickets",
      summary: "Open a ticket, for a customer or for the provider's own people",
      permission: "tickets.answer",
      needsKey: true,
      body: z.strictObject({
        subject,
        kind: z.enum(ticketKinds),
        priority: z.enum(ticketPriorities).default("normal"),
        text,
        customerId: id.nullable().default(null),
        siteId: id.nullable().default(null),
        accountId: id.nullable().default(null),
        assignedTo: id.nullable().default(null),
      }),
      status: 201,
      response: wholeTicketView,
      handle: ({ body, providerId, actor, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const who = { name: actor.name, userId: actor.userId };
          const row = await insertTicket(parts, tx, providerId, { ...body, openedBy: "staff" }, who);
          auditTarget((row as TicketRow).ticketId);
          return wholeTicket(tx, row as TicketRow, now());
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/tickets/{ticketId}",
      summary: "One ticket with everything that was said and changed",
      permission: "tickets.read",
      params,
      volatile: ["late"],
      response: wholeTicketView,
      handle: ({ params: { ticketId }, transact }) =>
        transact(async (tx) => wholeTicket(tx, await readTicket(tx, ticketId), now())),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/tickets/{ticketId}",
      summary: "Change what a ticket is about, how urgent it is, or who has it; each change stands in its log",
      permission: "tickets.answer",
      params,
      body: z
        .strictObject({
          subject,
          kind: z.enum(ticketKinds),
          priority: z.enum(ticketPriorities),
          customerId: id.nullable(),
          siteId: id.nullable(),
          accountId: id.nullable(),
          assignedTo: id.nullable(),
        })
        .partial(),
      response: wholeTicketView,
      handle: ({ params: { ticketId }, body, actor, transact }) =>
        transact(async (tx) => {
          const who = { name: actor.name, userId: actor.userId };
          const row = await changeTicket(parts, tx, await readTicket(tx, ticketId), body, who);
          await told(parts, tx, row, "changed");
          return wholeTicket(tx, row, now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tickets/{ticketId}/answers",
      summary: "Answer the customer: on their own page, and by text message or e-mail",
      permission: "tickets.answer",
      notForSupport: "words-to-customers",
      needsKey: true,
      params,
      body: z.strictObject({
        text: z.string().trim().min(1).max(2000),
        ways: z.array(z.enum(answerWays)).max(2).default([]),
        state: z.enum(["waiting", "solved"]).nullable().default(null),
      }),
      response: wholeTicketView,
      handle: ({ params: { ticketId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          if (body.ways.includes("sms") && body.text.length > 600) throw wrongField("text", "too-long", 600);
          const who = { name: actor.name, userId: actor.userId };
          return wholeTicket(tx, await answerTicket(parts, tx, await readTicket(tx, ticketId), body, who), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tickets/{ticketId}/notes",
      summary: "A note that only the provider's people read",
      permission: "tickets.answer",
      needsKey: true,
      params,
      body: z.strictObject({ text }),
      response: wholeTicketView,
      handle: ({ params: { ticketId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await touch(parts, tx, await readTicket(tx, ticketId));
          await insertEntry(
            parts,
            tx,
            row,
            { kind: "note", text: body.text },
            { name: actor.name, userId: actor.userId },
          );
          await told(parts, tx, row, "noted");
          return wholeTicket(tx, row, now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/tickets/{ticketId}/state",
      summary: "Wait for the customer, solved, closed, or open again",
      permission: "tickets.answer",
      params,
      body: z.strictObject({ state: z.enum(ticketStates) }),
      response: wholeTicketView,
      handle: ({ params: { ticketId }, body, actor, transact }) =>
        transact(async (tx) => {
          const before = await readTicket(tx, ticketId);
          if (before.state !== body.state && !mayBecome(before.state, body.state))
            throw refusal("ticket-state", {
              field: "state",
            });
          const who = { name: actor.name, userId: actor.userId };
          const row = await setState(parts, tx, before, body.state, who);
          await told(parts, tx, row, body.state);
          return wholeTicket(tx, row, now());
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/ticket-history",
      summary: "What was said to a customer in tickets, and by them, newest first; at most 100",
      permission: "tickets.read",
      params: z.object({ customerId: id }),
      response: z.object({ items: z.array(historyView) }),
      handle: ({ params: { customerId }, transact }) =>
        transact(async (tx) => {
          await readCustomer(tx, customerId);
          return { items: await ticketAnswersOf(tx, customerId) };
        }),
    }),
  ];
}

/** As `lateness` judges it. */
export const isLate = (nowMs: number) => sql<boolean>`tickets.state in ('open', 'reopened', 'waiting') and (
  (tickets.answered_at_ms is null and tickets.answer_due_ms < ${nowMs}::bigint)
  or (tickets.solve_due_ms is not null and tickets.solve_due_ms < ${nowMs}::bigint))`;
