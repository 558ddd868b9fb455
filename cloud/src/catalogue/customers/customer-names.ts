import type { Tx } from "../../ground/db/database.ts";
import { namesById } from "../../ground/db/names-by-id.ts";

/** Names of a provider's customers by their ids; an id of nobody is left out. */
export const customerNames = (
  tx: Tx,
  providerId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> =>
  namesById(ids, (known) =>
    tx
      .selectFrom("customers")
      .select(["customerId as id", "name"])
      .where("providerId", "=", providerId)
      .where("customerId", "in", known)
      .execute(),
  );
