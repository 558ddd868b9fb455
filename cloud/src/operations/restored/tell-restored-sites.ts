/** A restore has repeated a provider's state and told its sites nothing: they hear whether they sell. */
import type { Sites } from "../../fleet/sites/sites.ts";
import { sitePlaces } from "../../fleet/sites/told-to-sell.ts";
import type { Database } from "../../ground/db/database.ts";
import { tellForgotten } from "../../ground/feed/forgotten.ts";

export interface RestoredSitesParts {
  readonly database: Database;
  readonly sites: Pick<Sites, "publishAll">;
}

export function tellRestoredSites({ database, sites }: RestoredSitesParts): Promise<void> {
  return tellForgotten(database, "site", {
    names: sitePlaces,
    tell: (tx, _, providerId) => sites.publishAll(tx, providerId),
  });
}
