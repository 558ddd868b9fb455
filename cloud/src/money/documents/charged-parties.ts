import { type RawBuilder, sql } from "kysely";

/** `party` and `at_ms` of what was charged to customers with a number, since then. A query. */
export const chargedParties = (providerId: string, fromMs: number): RawBuilder<unknown> => sql`
  select party, at_ms from document_charges
  where provider_id = ${providerId} and at_ms >= ${fromMs}::bigint and total_cents > 0 and party is not null`;

/**
 * The lines of what entries of the books charged or gave back: `provider_id`, `entry_id`, `currency`, `kind`, `text`, `"planId"`, `"totalCents"`. Stands
 * after `join`, with a name; found by provider and entry.
 */
export const chargeLines: RawBuilder<unknown> = sql`(
  select charge.provider_id, charge.entry_id, charge.currency, part.* from document_charges charge
  cross join lateral jsonb_to_recordset(charge.lines) as part(kind text, text text, "planId" text, "totalCents" bigint))`;

/** Whom an entry of the books charged, as `provider_id`, `entry_id` and `party`. Stands after `join`, with a name. */
export const chargedByEntry: RawBuilder<unknown> = sql`(select provider_id, entry_id, party from document_charges)`;
