/** Which names below the hub's host are a provider's, as this process knows it. */
import type { Clock } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import { type ReadLately, readLately } from "../../ground/db/read-lately.ts";
import { platformProviderId } from "../../ground/http/actor.ts";

export const createKnownSubdomains = (clock: Clock, database: Database): ReadLately<ReadonlySet<string>> =>
  readLately(clock, () =>
    database.asPlatform("subdomains", async (tx) => {
      const named = await tx
        .selectFrom("providers")
        .select("subdomain")
        .where("subdomain", "is not", null)
        .where("state", "<>", "deleted")
        .where("providerId", "<>", platformProviderId)
        .execute();
      return new Set(named.flatMap(({ subdomain }) => subdomain ?? []));
    }),
  );
