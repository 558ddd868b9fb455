/** Grants of test sales: nobody paid for them. */
import { type RawBuilder, sql } from "kysely";

/** When the first one was made, as a column. Null: there is none. */
export const firstTestAtMs = (providerId: string): RawBuilder<number | null> =>
  sql`(select min(created_at_ms) from grants where provider_id = ${providerId} and is_test)`;
