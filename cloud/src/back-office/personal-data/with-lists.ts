import { type RawBuilder, sql } from "kysely";

/** A room's SQL about a person, with lists of text for the names that stand in it behind a `$`. */
export function withLists(text: string, lists: Readonly<Record<string, readonly string[]>>): RawBuilder<boolean> {
  const parts = text.split(/\$([a-z]+)/);
  return sql<boolean>`${sql.join(
    parts.map((part, at) => (at % 2 === 0 ? sql.raw(part) : sql`${lists[part]}::text[]`)),
    sql``,
  )}`;
}
