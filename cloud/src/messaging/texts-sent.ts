import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../ground/db/database.ts";

/** Text messages since then of which anybody knows an end: `provider_id` and `has_failed`. Stands after `from`, with a name. */
export const textsSentSince = (sinceMs: number): RawBuilder<unknown> => sql`(
  select provider_id, state = 'failed' as has_failed from messages
  where created_at_ms > ${sinceMs}::bigint and channel = 'sms' and state in ('accepted', 'delivered', 'failed'))`;

/** What became of the message that a row names: `waiting`, `sent` or `failed`; as a column. Null: it is not there. @param table has `provider_id` and, as `column`, its id */
export const messageOutcome = (table: string, column: string): RawBuilder<string | null> => sql`(
  select case when m.state = 'failed' then 'failed' when m.state in ('accepted', 'delivered', 'unknown') then 'sent' else 'waiting' end
  from messages m where m.provider_id = ${sql.ref(`${table}.providerId`)} and m.message_id = ${sql.ref(`${table}.${column}`)})`;

/** The message of an event, whoever it went to, that was written now or later. Null: none was. */
export async function newMessageOf(
  tx: Tx,
  { providerId, event, nowMs }: { readonly providerId: string; readonly event: string; readonly nowMs: number },
): Promise<string | null> {
  const row = await tx
    .selectFrom("messages")
    .select("messageId")
    .where("providerId", "=", providerId)
    .where("createdAtMs", ">=", nowMs)
    .where(sql<boolean>`starts_with(event_key, ${`${event}/`})`)
    .executeTakeFirst();
  return row?.messageId ?? null;
}
