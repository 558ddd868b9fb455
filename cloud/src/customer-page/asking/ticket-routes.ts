/**
 * Customers ask their provider, and read what was answered. Who attacks: a customer who names another's ticket (`customer-tickets.ts` looks it up by
 * customer and id together: the same 404), or who floods the office (five open tickets, twenty messages a day, counted there).
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import {
  answerAsCustomer,
  type CustomersTicketWithWords,
  closeAsCustomer,
  openTicketAsCustomer,
  ticketOfCustomer,
  ticketsOfCustomer,
} from "../../care/tickets/customer-tickets.ts";
import { ticketKinds, ticketStates } from "../../care/tickets/tables.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { providerParams } from "../log-in/log-in-routes.ts";

const ticketView = z.object({
  ticketId: z.string(),
  number: z.int(),
  subject: z.string(),
  kind: z.enum(ticketKinds),
  state: z.enum(ticketStates),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});
const wholeTicket = ticketView.extend({
  entries: z.array(
    z.object({
      entryId: z.string(),
      from: z.enum(["customer", "staff"]),
      /** Of staff: the person's name. */
      who: z.string(),
      said: z.string(),
      atMs: z.int(),
    }),
  ),
  isWritable: z.boolean(),
});
const params = providerParams.extend({ ticketId: z.string().min(1).max(64) });
const path = "/api/v1/my/{provider}/tickets";
const text = z.string().trim().min(1).max(2000);

const viewOf = ({ entries, pictures: _, ...ticket }: CustomersTicketWithWords): z.input<typeof wholeTicket> => ({
  ...ticket,
  entries: entries.map(({ text: said, ...entry }) => ({ ...entry, said })),
});

export function ticketRoutes(parts: { readonly world: World; readonly emit: Emit }): Route[] {
  const common = { permission: "customer", response: wholeTicket } as const;
  return [
    route({
      method: "GET",
      path,
      summary: "This customer's tickets, the newest change first",
      permission: "customer",
      params: providerParams,
      response: z.object({ items: z.array(ticketView) }),
      handle: ({ customer, transact }) =>
        transact(async (tx) => ({ items: await ticketsOfCustomer(tx, customer.customerId) })),
    }),
    route({
      ...common,
      method: "POST",
      path,
      summary: "Ask the provider something",
      params: providerParams,
      body: z.strictObject({ subject: z.string().trim().min(1).max(120), kind: z.enum(ticketKinds), text }),
      status: 201,
      handle: ({ body, customer: { providerId, customerId }, transact, auditTarget }) =>
        transact(async (tx) => {
          const ticket = await openTicketAsCustomer(parts, tx, { providerId, customerId, ...body });
          auditTarget(ticket.ticketId);
          return viewOf(ticket);
        }),
    }),
    route({
      ...common,
      method: "GET",
      path: `${path}/{ticketId}`,
      summary: "One ticket with what was said",
      params,
      handle: ({ params: { ticketId }, customer: { customerId }, transact }) =>
        transact(async (tx) => viewOf(await ticketOfCustomer(parts, tx, { customerId, ticketId }))),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/{ticketId}/answer`,
      summary: "Write in a ticket; one that was solved is open again",
      params,
      body: z.strictObject({ text }),
      handle: ({ params: { ticketId }, body, customer: { providerId, customerId }, transact }) =>
        transact(async (tx) =>
          viewOf(await answerAsCustomer(parts, tx, { providerId, customerId, ticketId, ...body })),
        ),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/{ticketId}/close`,
      summary: "It works again",
      params,
      body: z.strictObject({}),
      handle: ({ params: { ticketId }, customer: { providerId, customerId }, transact }) =>
        transact(async (tx) => viewOf(await closeAsCustomer(parts, tx, { providerId, customerId, ticketId }))),
    }),
  ];
}
