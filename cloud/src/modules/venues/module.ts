/** Owners of the places where sites stand: what share each has of what is sold there, what it comes to, and what they were paid. */
import { sql } from "kysely";
import type { HubModule } from "../hub-module.ts";
import { bookSharesJob } from "./book-shares.ts";
import { personalData } from "./personal-data.ts";
import { venueRoutes } from "./venue-routes.ts";

export const venues = {
  personalData,
  recurring: ["book-venue-shares"],
  accountOwners: (providerId) =>
    sql`select venue_id as id, name, null as detail from venues where provider_id = ${providerId}`,
  open: (parts) => ({ routes: venueRoutes(parts, parts.channels.kinds), maintenance: [bookSharesJob(parts)] }),
} satisfies HubModule;
