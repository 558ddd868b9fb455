/** The room of tickets. */
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MakePicture } from "../../tenancy/pictures/make-picture.ts";
import type { AnswerParts } from "./answer-ticket.ts";
import { ticketFinder } from "./find-tickets.ts";
import { ticketPictureRoutes } from "./ticket-picture-routes.ts";
import { closeAfterMs } from "./ticket-policy.ts";
import { ticketRoutes } from "./ticket-routes.ts";
import { ticketRulesRoutes } from "./ticket-rules-routes.ts";
import { readTicket, setState, told } from "./tickets.ts";

const everyMs = 3_600_000;
const atOnce = 200;

export function createTickets(
  parts: AnswerParts & { readonly database: Database; readonly makePicture: MakePicture },
): District {
  return {
    routes: [
      ...ticketRoutes(parts),
      ...ticketPictureRoutes(parts, parts.database, parts.makePicture),
      ...ticketRulesRoutes(parts),
    ],
    finders: [ticketFinder],
    maintenance: [
      {
        name: "close-solved-tickets",
        everyMs,
        async run() {
          const beforeMs = parts.world.clock.wall().atMs - closeAfterMs;
          const solved = await parts.database.asPlatform("close-solved-tickets", (tx) =>
            tx
              .selectFrom("tickets")
              .select(["provider_id", "ticket_id"])
              .where("state", "=", "solved")
              .where("solved_at_ms", "<", beforeMs)
              .limit(atOnce)
              .execute(),
          );
          const closed = await eachInTurn(parts.world, "close-solved-tickets", solved, (ticket) =>
            parts.database.asProvider(ticket.provider_id, async (tx) => {
              const row = await readTicket(tx, ticket.ticket_id);
              // The customer may have disagreed at this moment.
              if (row.state !== "solved") return 0;
              await told(
                parts,
                tx,
                await setState(parts, tx, row, "closed", { name: "Karibu", userId: null }),
                "closed",
              );
              return 1;
            }),
          );
          return `${closed} tickets were closed`;
        },
      },
    ],
  };
}
