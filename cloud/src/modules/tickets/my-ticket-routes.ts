/**
 * Customers ask their provider, and read what was answered. Who attacks: a customer who names another's ticket (`customer-tickets.ts` looks it up by
 * customer and id together: the same 404), or who floods the office (five open tickets, twenty messages and ten pictures a day, counted there); a
 * file in a picture's dress (made anew in a worker, no SVG; served as a download, `nosniff`); and files that are no picture or slow ones, again and
 * again: they count in no ticket, so a customer has twenty tries an hour, or staff of every provider would wait behind them.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { providerParams } from "../../customer-page/log-in/log-in-routes.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { type MakePicture, pictureLimits } from "../../tenancy/pictures/make-picture.ts";
import {
  addPictureAsCustomer,
  answerAsCustomer,
  type CustomersTicketWithWords,
  closeAsCustomer,
  openTicketAsCustomer,
  pictureOfCustomer,
  refusePicture,
  ticketOfCustomer,
  ticketsOfCustomer,
} from "./customer-tickets.ts";
import { ticketKinds, ticketStates } from "./ticket.ts";

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
  pictures: z.array(z.object({ pictureId: z.string(), width: z.int(), height: z.int() })),
  isWritable: z.boolean(),
});
const params = providerParams.extend({ ticketId: z.string().min(1).max(64) });
const path = "/api/v1/my/{provider}/tickets";
const text = z.string().trim().min(1).max(2000);

const viewOf = ({ entries, pictures, ...ticket }: CustomersTicketWithWords): z.input<typeof wholeTicket> => ({
  ...ticket,
  pictures: [...pictures],
  entries: entries.map(({ text: said, ...entry }) => ({ ...entry, said })),
});

interface TicketRouteParts {
  readonly world: World;
  readonly emit: Emit;
  readonly database: Database;
  readonly makePhoto: MakePicture;
}

export function myTicketRoutes(parts: TicketRouteParts) {
  const common = { permission: "customer", response: wholeTicket } as const;
  const pictureTries = createRateLimit(parts.world.clock, { tries: 20, perSeconds: 3600 });
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
      needsKey: true,
      params: providerParams,
      body: z.strictObject({ subject: z.string().trim().min(1).max(120), kind: z.enum(ticketKinds), text }),
      status: 201,
      handle: ({ body, customer: { providerId, customerId }, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
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
      needsKey: true,
      params,
      body: z.strictObject({ text }),
      handle: ({ params: { ticketId }, body, customer: { providerId, customerId }, transactOnce }) =>
        transactOnce(async (tx) =>
          viewOf(await answerAsCustomer(parts, tx, { providerId, customerId, ticketId, ...body })),
        ),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/{ticketId}/pictures`,
      summary: "Add a picture (PNG, JPEG or WebP); the hub makes it anew and keeps nothing else",
      needsKey: true,
      params,
      bodyBytesMax: Math.ceil((pictureLimits.fileBytesMax * 4) / 3) + 4096,
      body: z.strictObject({ /** The file, in base64. */ file: z.base64().min(1) }),
      handle: async ({ params: { ticketId }, body, customer: { providerId, customerId }, transactOnce }) => {
        pictureTries.take(`${providerId}/${customerId}`);
        // First what is cheap: who has no place left spends no processor.
        await parts.database.asProvider(providerId, (tx) => refusePicture(parts, tx, { customerId, ticketId }));
        const made = await parts.makePhoto(Buffer.from(body.file, "base64"), providerId);
        return transactOnce(async (tx) =>
          viewOf(await addPictureAsCustomer(parts, tx, { providerId, customerId, ticketId, made })),
        );
      },
    }),
    rawRoute({
      method: "GET",
      path: `${path}/{ticketId}/pictures/{ticketPictureId}/file`,
      summary: "One picture, as a download; never one that staff keep for themselves",
      permission: "customer",
      params: params.extend({ ticketPictureId: z.string().min(1).max(64) }),
      produces: "image/*",
      respond: async ({ params: asked, customer: { customerId }, transact }, _request, response) => {
        const { ticketId, ticketPictureId: pictureId } = asked;
        const { mediaType, bytes } = await transact((tx) => pictureOfCustomer(tx, { customerId, ticketId, pictureId }));
        response.setHeader("Cache-Control", "private, max-age=3600");
        response.setHeader("Content-Disposition", `attachment; filename="picture.${mediaType.slice(6)}"`);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.type(mediaType).end(Buffer.from(bytes));
      },
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
