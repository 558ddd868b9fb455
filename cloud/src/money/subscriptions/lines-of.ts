import { type RawBuilder, sql } from "kysely";

/** Lines charged in this currency, also those that ended: `created_at_ms` and `ended_at_ms`. Stands after `from`, with a name. */
export const linesOf = (providerId: string, currency: string): RawBuilder<unknown> =>
  sql`(select created_at_ms, ended_at_ms from subscriptions where provider_id = ${providerId} and kind = 'line' and currency = ${currency})`;
