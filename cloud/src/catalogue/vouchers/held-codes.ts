/**
 * Printed codes that lie with somebody who sells them for the provider, or did. Nobody else gets such a code, and whoever keeps the list books its sale:
 * the office and the batch do not. Modules keep such lists; each is one part of a table that statements join, so that any number of codes is asked about
 * at once.
 */
import { type RawBuilder, sql } from "kysely";

interface HeldCode {
  readonly providerId: string;
  readonly batchId: string;
  readonly serial: number;
  /** It is known to be sold. */
  readonly isSold: boolean;
}

/** A table, to stand behind `from`. */
export type HeldCodes = RawBuilder<HeldCode>;

export interface KnowsHeldCodes {
  readonly heldCodes: HeldCodes;
}

/** @param each selects rows of `provider_id, batch_id, serial, is_sold` */
export function heldCodesOf(each: readonly RawBuilder<unknown>[]): HeldCodes {
  const nobodys = sql`select null::text as provider_id, null::text as batch_id, null::integer as serial, null::boolean as is_sold where false`;
  return sql`(${each.length === 0 ? nobodys : sql.join(each, sql` union all `)})`;
}

export const noHeldCodes: HeldCodes = heldCodesOf([]);
