import { type RawBuilder, sql } from "kysely";

/** Text messages since then of which anybody knows an end: `provider_id` and `has_failed`. Stands after `from`, with a name. */
export const textsSentSince = (sinceMs: number): RawBuilder<unknown> => sql`(
  select provider_id, state = 'failed' as has_failed from messages
  where created_at_ms > ${sinceMs}::bigint and channel = 'sms' and state in ('accepted', 'delivered', 'failed'))`;
