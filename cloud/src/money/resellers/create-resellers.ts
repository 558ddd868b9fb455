/** The room of people who sell printed vouchers for a commission. */
import type { District } from "../../ground/district.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { bookUsed, type ResellerParts } from "./hand-overs.ts";
import { resellerRoutes } from "./reseller-routes.ts";
import { takeBackCommissions } from "./take-back-commission.ts";

const everyMs = 5 * 60_000;

export function createResellers(parts: ResellerParts, kinds: ChannelKinds): District {
  return {
    routes: resellerRoutes(parts, kinds),
    maintenance: [
      {
        name: "book-used-vouchers",
        everyMs,
        async run() {
          const providers = await parts.database.asPlatform("book-used-vouchers", (tx) =>
            tx.selectFrom("resellers").select("providerId").distinct().execute(),
          );
          const booked = await eachInTurn(parts.world, "book-used-vouchers", providers, ({ providerId }) =>
            parts.database.asProvider(providerId, async (tx) => {
              const used = await bookUsed(parts, tx, providerId);
              await takeBackCommissions(parts, tx, providerId);
              return used;
            }),
          );
          return `${booked} vouchers of resellers were used`;
        },
      },
    ],
  };
}
