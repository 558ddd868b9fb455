import { type RawBuilder, sql } from "kysely";

/** What feeds say of one kind: `provider_id`, `scope`, `key` and `body`. Stands after `join`, with a name. */
export const toldRows = (kind: string): RawBuilder<unknown> => sql`(
  select provider_id, scope, key, body from feed_rows where kind = ${sql.lit(kind)} and body is not null)`;
