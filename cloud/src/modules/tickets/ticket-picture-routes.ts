/**
 * Pictures in tickets. Who attacks this door: a file in a picture's dress (made anew in a worker, `make-picture.ts`; SVG is refused), many of
 * them (twenty a ticket, few at a time), and a browser that would open one as a page (served as a download, `nosniff`).
 */
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { notFound } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { type MakePicture, pictureLimits } from "../../tenancy/pictures/make-picture.ts";
import { insertPicture, refuseFull } from "./ticket-pictures.ts";
import { ticketPictureView } from "./ticket-view.ts";
import { readTicket, type TicketParts, told, touch } from "./tickets.ts";

const id = z.string().min(1).max(128);

export function ticketPictureRoutes(parts: TicketParts, database: Database, make: MakePicture) {
  return [
    route({
      method: "POST",
      path: "/api/v1/tickets/{ticketId}/pictures",
      summary: "Add a picture (PNG, JPEG or WebP) to a ticket; the hub makes it anew and keeps nothing else",
      permission: "tickets.answer",
      needsKey: true,
      params: z.object({ ticketId: id }),
      bodyBytesMax: Math.ceil((pictureLimits.fileBytesMax * 4) / 3) + 4096,
      body: z.strictObject({
        /** The file, in base64. */
        file: z.base64().min(1),
        /** The customer does not see it. */
        isInternal: z.boolean().default(false),
      }),
      status: 201,
      response: ticketPictureView,
      handle: async ({ params: { ticketId }, body, providerId, actor, transactOnce, auditTarget }) => {
        // First what is cheap: who has no place left spends no processor.
        await database.asProvider(providerId, async (tx) => {
          await readTicket(tx, ticketId);
          await refuseFull(tx, ticketId);
        });
        const made = await make(Buffer.from(body.file, "base64"), providerId);
        return transactOnce(async (tx) => {
          const row = await touch(parts, tx, await readTicket(tx, ticketId));
          const { isInternal } = body;
          const kept = await insertPicture(parts, tx, row, { made, isInternal, who: actor.name });
          auditTarget(kept.ticketPictureId);
          await told(parts, tx, row, "picture");
          return kept;
        });
      },
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/tickets/{ticketId}/pictures/{ticketPictureId}/file",
      summary: "The picture itself, as a download",
      permission: "tickets.read",
      params: z.object({ ticketId: id, ticketPictureId: id }),
      produces: "image/*",
      respond: async ({ params: { ticketId, ticketPictureId }, transact }, _request, response) => {
        const row = await transact((tx) =>
          tx
            .selectFrom("ticket_pictures")
            .select(["mediaType", "bytes"])
            .where("ticketId", "=", ticketId)
            .where("pictureId", "=", ticketPictureId)
            .executeTakeFirst(),
        );
        if (row === undefined) throw notFound("picture");
        response.setHeader("Content-Disposition", `attachment; filename="picture.${row.mediaType.slice(6)}"`);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.type(row.mediaType).end(Buffer.from(row.bytes));
      },
    }),
  ];
}
