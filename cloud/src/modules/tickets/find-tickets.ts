import type { Finder, Hit } from "../../ground/lists/search.ts";
import { hit, hitsMax } from "../../ground/lists/search.ts";

/** Tickets by their number, with or without `#`, and those of who has this phone number, the newest first. */
export const ticketFinder: Finder = {
  permission: "tickets.read",
  async find(tx, { text, party }) {
    const number = /^#?(\d{1,9})$/.exec(text)?.[1];
    const rows = tx.selectFrom("tickets").select(["ticketId", "number", "subject", "state", "siteId", "changedAtMs"]);
    const named = number === undefined ? [] : await rows.where("number", "=", Number(number)).limit(1).execute();
    const theirs =
      party === null
        ? []
        : await rows
            .where("customerId", "in", (of) =>
              of.selectFrom("customers").select("customerId").where("phoneHash", "=", party),
            )
            .orderBy("ticketId", "desc")
            .limit(hitsMax)
            .execute();
    return [...named, ...theirs].slice(0, hitsMax).map(
      (row, at): Hit =>
        hit({
          kind: "ticket",
          id: row.ticketId,
          title: `#${row.number} ${row.subject}`,
          isExact: at < named.length,
          state: row.state,
          siteId: row.siteId,
          atMs: row.changedAtMs,
        }),
    );
  },
};
