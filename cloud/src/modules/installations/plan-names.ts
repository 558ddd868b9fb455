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
      .select(["plan_id as id", "name"])
      .where("provider_id", "=", providerId)
      .where("plan_id", "in", known)
      .execute(),
  );
