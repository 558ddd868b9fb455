/** Who has which domain, as this process knows it. */
import type { Clock } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import { type ReadLately, readLately } from "../../ground/db/read-lately.ts";

/** Providers by the names that they have proved. */
export type KnownDomains = ReadLately<ReadonlyMap<string, string>>;

export const createKnownDomains = (clock: Clock, database: Database): KnownDomains =>
  readLately(clock, () =>
    database.asPlatform("domains", async (tx) => {
      const domains = await tx
        .selectFrom("provider_domains as d")
        .innerJoin("providers as p", "p.providerId", "d.providerId")
        .select(["d.host", "d.providerId"])
        .where("d.state", "in", ["proved", "lost"])
        .where("p.state", "<>", "deleted")
        .execute();
      return new Map(domains.map(({ host, providerId }) => [host, providerId]));
    }),
  );
