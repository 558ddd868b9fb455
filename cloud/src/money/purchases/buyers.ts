/** Who bought, by their numbers. */
import { type RawBuilder, sql } from "kysely";

/** `party` and `at_ms` of what was bought and paid since then by somebody with a number. A query. */
export const paidParties = (providerId: string, fromMs: number): RawBuilder<unknown> => sql`
  select phone_hash as party, created_at_ms as at_ms from purchases
  where provider_id = ${providerId} and created_at_ms >= ${fromMs}::bigint and state = 'paid' and phone_hash is not null`;

/** The number of a row's party as it was shown with what they bought last, as a column. @param table has `provider_id` and `party` */
export const phoneLastBoughtBy = (table: string): RawBuilder<string | null> => sql`(select phone_masked from purchases
  where provider_id = ${sql.ref(`${table}.providerId`)} and phone_hash = ${sql.ref(`${table}.party`)}
  order by created_at_ms desc limit 1)`;
