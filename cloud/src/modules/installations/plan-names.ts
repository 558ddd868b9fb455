import type { Tx } from "../../ground/db/database.ts";
import { namesById } from "../../ground/db/names-by-id.ts";

/** Names of a provider's plans by their ids; an id of nobody is left out. */
export const planNames = (
  tx: Tx,
  providerId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> =>
  namesById(ids, (known) =>
    tx
      .selectFrom("plans")
      .select(["planId as id", "name"])
      .where("providerId", "=", providerId)
      .where("planId", "in", known)
      .execute(),
  );
