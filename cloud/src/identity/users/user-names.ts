import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { namesById } from "../../ground/db/names-by-id.ts";

/** Names of a provider's users by their ids; an id of nobody is left out. */
export const userNames = (
  tx: Tx,
  providerId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> =>
  namesById(ids, (known) =>
    tx
      .selectFrom("users")
      .select(["userId as id", "name"])
      .where("providerId", "=", providerId)
      .where("userId", "in", known)
      .execute(),
  );

/** The name of the user whom a row names. @param column of `table`, which has `provider_id` too */
export const userNameOf = (table: string, column: string): RawBuilder<string | null> =>
  sql`(select name from users where users.provider_id = ${sql.ref(`${table}.providerId`)} and users.user_id = ${sql.ref(`${table}.${column}`)})`;
