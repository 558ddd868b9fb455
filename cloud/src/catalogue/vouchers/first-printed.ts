import { type RawBuilder, sql } from "kysely";

/** When a batch of the provider was printed first, as a column. Null: never. */
export const firstPrintedAtMs = (providerId: string): RawBuilder<number | null> =>
  sql`(select min(printed_at_ms) from voucher_batches where provider_id = ${providerId})`;
