/** For the page of who is not online. */
import type { ReadTickets } from "../../back-office/person/read-person.ts";

export const ticketsOfPerson: ReadTickets = (tx, customerIds, limit) =>
  tx
    .selectFrom("tickets")
    .select(["ticket_id as ticketId", "number", "subject", "state", "changed_at_ms as changedAtMs"])
    .where("customer_id", "in", [...customerIds])
    .orderBy("ticket_id", "desc")
    .limit(limit)
    .execute();
