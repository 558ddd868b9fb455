/** What was solved is closed after some days, where the customer says nothing. */
import type { Database } from "../../ground/db/database.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { closeAfterMs } from "./ticket-policy.ts";
import { readTicket, setState, type TicketParts, told } from "./tickets.ts";

const everyMs = 3_600_000;
const atOnce = 200;

export const closeSolvedTickets = (parts: TicketParts & { readonly database: Database }): MaintenanceJob => ({
  name: "close-solved-tickets",
  everyMs,
  async run() {
    const beforeMs = parts.world.clock.wall().atMs - closeAfterMs;
    const solved = await parts.database.asPlatform("close-solved-tickets", (tx) =>
      tx
        .selectFrom("tickets")
        .select(["providerId", "ticketId"])
        .where("state", "=", "solved")
        .where("solvedAtMs", "<", beforeMs)
        .limit(atOnce)
        .execute(),
    );
    const closed = await eachInTurn(parts.world, "close-solved-tickets", solved, (ticket) =>
      parts.database.asProvider(ticket.providerId, async (tx) => {
        const row = await readTicket(tx, ticket.ticketId);
        // The customer may have disagreed at this moment.
        if (row.state !== "solved") return 0;
        await told(parts, tx, await setState(parts, tx, row, "closed", { name: "Karibu", userId: null }), "closed");
        return 1;
      }),
    );
    return `${closed} tickets were closed`;
  },
});
