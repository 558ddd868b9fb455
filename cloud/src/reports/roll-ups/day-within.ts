import { type RawBuilder, sql } from "kysely";

/** An SQL condition on `day`. Null: no bound; `until` is not included. */
export const dayWithin = ({
  from,
  until,
}: {
  readonly from: string | null;
  readonly until: string | null;
}): RawBuilder<unknown> =>
  sql`true ${from === null ? sql`` : sql`and day >= ${from}::date`} ${until === null ? sql`` : sql`and day < ${until}::date`}`;
