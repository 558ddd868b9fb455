/** How letters do, each figure as one column of a statement of the platform. */
import { type RawBuilder, sql } from "kysely";

export const mailsWaiting = sql<number>`(select count(*) from mail_outbox where state = 'waiting')`;

export const mailsFailed = (sinceMs: number) =>
  sql<number>`(select count(*) from mail_outbox where state = 'failed' and created_at_ms > ${sinceMs}::bigint)`;

/** What became of the letter that a row names: `waiting`, `sent` or `failed`; as a column. Null: it is not there any more. @param table has `provider_id` and, as `column`, its id */
export const mailOutcome = (table: string, column: string): RawBuilder<string | null> => sql`(
  select case o.state when 'sent' then 'sent' when 'failed' then 'failed' else 'waiting' end
  from mail_outbox o where o.provider_id = ${sql.ref(`${table}.providerId`)} and o.mail_id = ${sql.ref(`${table}.${column}`)})`;
