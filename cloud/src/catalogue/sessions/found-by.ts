import { type RawBuilder, sql } from "kysely";

/** The column `found_by` holds a line each: user, device, IP address. This is the first two. */
export const withoutAddress = (foundBy: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`left(${foundBy}, length(${foundBy}) - strpos(reverse(${foundBy}), E'\n') + 1)`;
