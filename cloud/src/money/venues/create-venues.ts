/** The room of venues: what their owners get of what is sold there. */
import type { Database } from "../../ground/db/database.ts";
import type { District } from "../../ground/district.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { accrue, type VenueParts } from "./accrue.ts";
import { venueRoutes } from "./venue-routes.ts";

const everyMs = 5 * 60_000;

export function createVenues(parts: VenueParts & { readonly database: Database }, kinds: ChannelKinds): District {
  return {
    routes: venueRoutes(parts, kinds),
    maintenance: [
      {
        name: "book-venue-shares",
        everyMs,
        async run() {
          const providers = await parts.database.asPlatform("book-venue-shares", (tx) =>
            tx.selectFrom("venue_shares").select("provider_id").distinct().execute(),
          );
          const booked = await eachInTurn(parts.world, "book-venue-shares", providers, ({ provider_id: providerId }) =>
            parts.database.asProvider(providerId, (tx) => accrue(parts, tx, providerId)),
          );
          return `${booked} sales had a share`;
        },
      },
    ],
  };
}
