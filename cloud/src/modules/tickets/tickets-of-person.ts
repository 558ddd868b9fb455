/** For the page of who is not online. */
import type { ReadTickets } from "../../back-office/person/read-person.ts";

export const ticketsOfPerson: ReadTickets = (tx, customerIds, limit) =>
  tx
    .selectFrom("tickets")
    .select(["ticketId", "number", "subject", "state", "changedAtMs"])
    .where("customerId", "in", [...customerIds])
    .orderBy("ticketId", "desc")
    .limit(limit)
    .execute();
