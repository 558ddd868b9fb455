import { type RawBuilder, sql } from "kysely";

/** No amount from outside is larger: ten billion of any currency. A thousand such sales still add up exactly. */
export const amountCentsMax = 1_000_000_000_000;

/**
 * A sum over many rows as a number: PostgreSQL adds without overflow, and what JavaScript can't hold exactly becomes the largest number
 * that it can. One wild figure then spoils itself, and not the answer that it stands in.
 */
export function bounded(sum: RawBuilder<unknown>): RawBuilder<number> {
  const most = sql.lit(Number.MAX_SAFE_INTEGER);
  return sql<number>`least(greatest(${sum}, -${most}), ${most})::bigint`;
}
