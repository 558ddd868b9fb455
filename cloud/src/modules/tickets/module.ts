/** What customers and staff ask to be put right, how soon that is answered, and everything that was said. */
import type { HubModule } from "../hub-module.ts";
import { closeSolvedTickets } from "./close-solved.ts";
import { ticketFinder } from "./find-tickets.ts";
import { myTicketRoutes } from "./my-ticket-routes.ts";
import { personalData } from "./personal-data.ts";
import { ticketPictureRoutes } from "./ticket-picture-routes.ts";
import { ticketRoutes } from "./ticket-routes.ts";
import { ticketRulesRoutes } from "./ticket-rules-routes.ts";
import { ticketsOfPerson } from "./tickets-of-person.ts";
import { ticketsWaiting } from "./waiting.ts";

export const tickets = {
  permissions: ["tickets.read", "tickets.answer", "tickets.manage"],
  personalData,
  builtOnCustomers: ["tickets"],
  countedByRestore: { tickets: "created_at_ms" },
  recurring: ["close-solved-tickets"],
  waiting: ticketsWaiting,
  ticketsOfPerson,
  open: (parts) => ({
    routes: [
      ...ticketRoutes(parts),
      ...ticketPictureRoutes(parts, parts.database, parts.makePhoto),
      ...ticketRulesRoutes(parts),
      ...myTicketRoutes(parts),
    ],
    finders: [ticketFinder],
    maintenance: [closeSolvedTickets(parts)],
  }),
} satisfies HubModule;
