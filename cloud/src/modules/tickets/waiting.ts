/** Tickets that are late. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";
import { isLate } from "./ticket-routes.ts";

export const ticketsWaiting = {
  "tickets-late": {
    permission: "tickets.read",
    rows: ({ providerId, nowMs }) => sql`from tickets where provider_id = ${providerId} and ${isLate(nowMs)}`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
