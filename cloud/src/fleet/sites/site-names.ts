import type { Tx } from "../../ground/db/database.ts";
import { namesById } from "../../ground/db/names-by-id.ts";

/** Names of a provider's sites by their ids; an id of nobody is left out. */
export const siteNames = (
  tx: Tx,
  providerId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> =>
  namesById(ids, (known) =>
    tx
      .selectFrom("sites")
      .select(["siteId as id", "name"])
      .where("providerId", "=", providerId)
      .where("siteId", "in", known)
      .execute(),
  );
