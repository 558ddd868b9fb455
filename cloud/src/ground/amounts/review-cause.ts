import type { RawBuilder } from "kysely";

/** One cause for which money needs a person, told by the room that has it. The review list (`money/review`) puts them together. */
export interface ReviewCause<Kind extends string> {
  readonly kinds: readonly Kind[];
  /**
   * A query of these columns, in this order: kind, id, what, amount, currency, payer, time, rail, site, channel.
   * @param siteOf the site of the purchase of a row, as a column
   */
  rows(of: {
    readonly providerId: string;
    readonly nowMs: number;
    readonly siteOf: (table: string) => RawBuilder<string | null>;
  }): RawBuilder<unknown>;
}
