/**
 * After a change of the master key: re-encrypts every sealed secret with the newest key, row by row, while the hub
 * works. The database says which columns hold secrets: those whose names end in `_sealed`, and the feed's bodies.
 */
import { type RawBuilder, sql } from "kysely";
import { readCatalog, type Table } from "../db/catalog.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Envelope } from "./envelope.ts";
import { ifReadable } from "./if-readable.ts";

const sliceRows = 500;

interface Place {
  readonly table: Table;
  readonly column: string;
  /** The feed keeps sealed bodies as `{"sealed": base64}`. */
  readonly isJson: boolean;
}

export interface Rewrapped {
  readonly wrapped: number;
  /** Those that no key of this hub opens, or that are damaged: they stay as they are, and keep no other from the newest key. */
  readonly unreadable: number;
}

/** It may stop and be repeated, and two may run at once. */
export async function rewrapAll(database: Database, envelope: Envelope): Promise<Rewrapped> {
  let [wrapped, unreadable] = [0, 0];
  for (const place of await stalePlaces(database, envelope)) {
    for (let after: readonly string[] | null = null; ; ) {
      const slice = await database.asPlatform("rewrap", (tx) => rewrapSlice(tx, envelope, place, after));
      wrapped += slice.wrapped;
      unreadable += slice.unreadable;
      if (slice.last === null) break;
      after = slice.last;
    }
  }
  return { wrapped, unreadable };
}

/** Secrets that are not under the newest master key, by table; for the doctor. */
export async function countStale(database: Database, envelope: Envelope): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const place of await stalePlaces(database, envelope)) {
    const { rows } = await database.asPlatform("rewrap", (tx) =>
      sql<{ count: number }>`select count(*) ${staleIn(place, envelope)}`.execute(tx),
    );
    found[`${place.table.name}.${place.column}`] = rows[0]?.count ?? 0;
  }
  return found;
}

/** Where there is one that is not under the newest key: nearly always nowhere, so many are asked in one statement; the feed, which is large, by itself. */
async function stalePlaces(database: Database, envelope: Envelope): Promise<readonly Place[]> {
  const places = await database.asPlatform("rewrap", async (tx) => placesOf(await readCatalog(tx)));
  const stale: Place[] = [];
  for (const together of Map.groupBy(places, ({ isJson }) => isJson).values()) {
    const { rows } = await database.asPlatform("rewrap", (tx) =>
      sql<{ at: number }>`${sql.join(
        together.map((place, at) => sql`select ${sql.lit(at)} as at where exists (select ${staleIn(place, envelope)})`),
        sql` union all `,
      )}`.execute(tx),
    );
    stale.push(...rows.map(({ at }) => together[at] as Place));
  }
  return stale;
}

function staleIn({ table, column, isJson }: Place, { newestHead }: Envelope): RawBuilder<unknown> {
  const value = sql.ref(column);
  const head = isJson
    ? sql`substring(decode(${value} ->> 'sealed', 'base64') for ${newestHead.length})`
    : sql`substring(${value} for ${newestHead.length})`;
  return sql`from ${sql.table(table.name)}
    where ${isJson ? sql`${value} ? 'sealed'` : sql`${value} is not null`} and ${head} <> ${newestHead}`;
}

function placesOf(tables: readonly Table[]): Place[] {
  return tables.flatMap((table) =>
    table.columns
      .filter(
        ({ name, type }) =>
          (type === "bytea" && name.endsWith("_sealed")) || (table.name === "feed_rows" && name === "body"),
      )
      .map(({ name }) => ({ table, column: name, isJson: name === "body" })),
  );
}

interface Row {
  readonly key: readonly string[];
  /** Hex, or base64 in the feed. */
  readonly sealed: string;
}

async function rewrapSlice(
  tx: Tx,
  envelope: Envelope,
  { table, column, isJson }: Place,
  after: readonly string[] | null,
): Promise<Rewrapped & { last: readonly string[] | null }> {
  const key = sql.join(table.key.map(({ name }) => sql.ref(name)));
  const valuesOf = (parts: readonly string[]) =>
    sql.join(parts.map((part, at) => sql`${part}::${sql.raw((table.key[at] as { type: string }).type)}`));
  const value = sql.ref(column);
  const sealed = isJson ? sql`${value} ->> 'sealed'` : sql`encode(${value}, 'hex')`;
  const { rows } = await sql<Row>`
    select array[${sql.join(table.key.map(({ name }) => sql`${sql.ref(name)}::text`))}] as key, ${sealed} as sealed
    from ${sql.table(table.name)}
    where ${isJson ? sql`${value} ? 'sealed'` : sql`${value} is not null`}
    ${after === null ? sql`` : sql`and (${key}) > (${valuesOf(after)})`}
    order by ${key} limit ${sliceRows}`.execute(tx);
  const encoding = isJson ? "base64" : "hex";
  let [wrapped, unreadable] = [0, 0];
  for (const row of rows) {
    const fresh = ifReadable<Buffer | null | "unreadable">(
      () => envelope.rewrap(Buffer.from(row.sealed, encoding)),
      "unreadable",
    );
    if (fresh === "unreadable") unreadable++;
    if (fresh === "unreadable" || fresh === null) continue;
    const text = fresh.toString(encoding);
    const next = isJson ? sql`jsonb_build_object('sealed', ${text}::text)` : sql`decode(${text}, 'hex')`;
    // Only if it is unchanged: somebody may have written a new secret meanwhile.
    const result = await sql`update ${sql.table(table.name)} set ${value} = ${next}
      where (${key}) = (${valuesOf(row.key)}) and ${sealed} = ${row.sealed}`.execute(tx);
    wrapped += Number(result.numAffectedRows ?? 0);
  }
  return { wrapped, unreadable, last: rows.length < sliceRows ? null : (rows.at(-1) as Row).key };
}
