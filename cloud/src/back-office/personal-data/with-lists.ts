import { type RawBuilder, sql } from "kysely";

/** A room's SQL about a person, with lists of text for the names that stand in it behind a `$`. Throws where a name has no list: it would find nobody. */
export function withLists(text: string, lists: Readonly<Record<string, readonly string[]>>): RawBuilder<boolean> {
  const parts = text.split(/\$([a-z]+)/i).map((part, at) => {
    if (at % 2 === 0) return sql.raw(part);
    const list = lists[part];
    if (list === undefined) throw new TypeError(`$${part} is no list of ${Object.keys(lists).join(", ")}`);
    return sql`${list}::text[]`;
  });
  return sql<boolean>`${sql.join(parts, sql``)}`;
}
