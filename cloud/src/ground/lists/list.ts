/**
 * How every list is read: `limit` and `cursor` (page.ts), `sort=name` or `sort=-name`, `q` (text in one of the list's
 * fields), and filters by field. A list names its sort keys and search columns; the rest is the same for all.
 *
 *   const plans = listOf({
 *     sort: { made: { by: sql.ref("planId"), kind: "string" }, name: { by: sql`lower(name)`, kind: "string" } },
 *     default: "-made", tie: [sql.ref("planId")], search: [sql.ref("name")],
 *   });
 *   route({ query: plans.query.extend({ active: z.stringbool().optional() }),
 *     handle: ({ query, transact }) => transact((tx) => plans.page(tx.selectFrom("plans").selectAll(), query, viewOf)) });
 *
 * Where a list has many rows, its sort key is a plain column at the head of an index, after `provider_id`:
 * under row-level security the planner uses an index for nothing else.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import { z } from "zod";
import { wrongField } from "../http/problem.ts";
import { pageQuery, type SumName, type sumView } from "./page.ts";

export interface SortKey {
  /** Never null: rows without a value would get lost between pages. */
  readonly by: RawBuilder<unknown>;
  readonly kind: "string" | "number";
}

export interface ListShape<Name extends string> {
  readonly sort: Readonly<Record<Name, SortKey>>;
  readonly default: NoInfer<Name | `-${Name}`>;
  /** Makes the order total: columns of the primary key that equal sort keys need. Text, unless it says otherwise. */
  readonly tie: readonly (RawBuilder<unknown> | SortKey)[];
  /** Text columns that `q` searches; or one column that holds all of them in lower case. */
  readonly search: readonly RawBuilder<unknown>[] | { readonly lowered: RawBuilder<unknown> };
  /** A list of money: what is added up where rows are counted, in minor units. Never null. */
  readonly sums?: { readonly currency: RawBuilder<unknown> } & Readonly<Partial<Record<SumName, RawBuilder<unknown>>>>;
}

export interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort: string;
  readonly q?: string | undefined;
  readonly count?: boolean | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
  /** Only where it was asked for. */
  readonly total?: Total;
}

export interface Total {
  readonly count: number;
  /** There are more than `count`: counting stopped. */
  readonly more: boolean;
  /** Of a list of money whose rows were all counted. */
  readonly sums?: Sum[];
}

type Sum = z.output<typeof sumView>;

/** Nobody reads further, and counting millions would make every list slow. */
export const countMax = 10_000;

export function listOf<Name extends string>(shape: ListShape<Name>) {
  const query = queryOf(
    Object.keys(shape.sort),
    shape.default,
    !Array.isArray(shape.search) || shape.search.length > 0,
  );
  const tie = shape.tie.map((one): SortKey => ("kind" in one ? one : { by: one, kind: "string" }));
  const orderOf = (asked: ListQuery): SortKey[] => [shape.sort[asked.sort.replace(/^-/, "") as Name], ...tie];

  /** The rows of the page, and one more; the query is not run yet. */
  function cut<DB, TB extends keyof DB, Row>(
    builder: SelectQueryBuilder<DB, TB, Row>,
    asked: ListQuery,
  ): SelectQueryBuilder<DB, TB, Row> {
    const isDown = asked.sort.startsWith("-");
    const order = orderOf(asked);
    const after = readAfter(asked, order);
    let rows = builder;
    for (const { by } of order) rows = rows.orderBy(by as RawBuilder<never>, isDown ? "desc" : "asc");
    if (asked.q !== undefined) rows = rows.where(contains(shape.search, asked.q));
    if (after !== null) {
      const values = after.map((value) => (typeof value === "number" ? sql`${value}::bigint` : sql`${value}::text`));
      const keys = order.map(({ by }) => by);
      rows = rows.where(sql<boolean>`(${sql.join(keys)}) ${sql.raw(isDown ? "<" : ">")} (${sql.join(values)})`);
    }
    return rows.limit(asked.limit + 1);
  }

  /** How many rows `builder` selects, with the search of the query: null where the query does not ask. */
  async function totalOf<DB, TB extends keyof DB, Row>(
    builder: SelectQueryBuilder<DB, TB, Row>,
    { count, q }: ListQuery,
  ): Promise<Total | null> {
    if (count !== true) return null;
    const added = Object.entries(shape.sums ?? {}).map(([name, by]) => sql<unknown>`${by}`.as(name));
    const ones = builder
      .clearSelect()
      .clearOrderBy()
      .select([sql<unknown>`1`.as("one"), ...added]);
    const found = await (q === undefined ? ones : ones.where(contains(shape.search, q))).limit(countMax + 1).execute();
    const more = found.length > countMax;
    const total = { count: Math.min(found.length, countMax), more };
    return more || added.length === 0
      ? total
      : { ...total, sums: addUp(found as readonly object[] as readonly SumRow[]) };
  }

  return {
    query,
    cut,
    totalOf,
    /** The condition of `q`, for text from elsewhere. */
    contains: (typed: string) => contains(shape.search, typed),
    /** Reads one page of what `builder` selects. */
    async page<DB, TB extends keyof DB, Row, Item>(
      builder: SelectQueryBuilder<DB, TB, Row>,
      asked: ListQuery,
      view: (row: Row) => Item,
    ): Promise<Page<Item>> {
      const order = orderOf(asked);
      let rows = cut(builder, asked) as SelectQueryBuilder<DB, TB, Row & Record<string, unknown>>;
      order.forEach(({ by }, at) => {
        rows = rows.select(sql<unknown>`${by}`.as(`order${at}`)) as typeof rows;
      });
      const found = await rows.execute();
      const last = found.length > asked.limit ? found[asked.limit - 1] : undefined;
      const total = await totalOf(builder, asked);
      return {
        ...(total === null ? {} : { total }),
        items: found.slice(0, asked.limit).map((row) => view(row)),
        nextCursor:
          last === undefined
            ? null
            : cursorOf(
                asked,
                order.map((_, at) => last[`order${at}`]),
              ),
      };
    },
  };
}

type SumRow = Readonly<Record<string, unknown>> & { readonly currency: string };

/** One sum for each currency, in the order of its name. */
function addUp(rows: readonly SumRow[]): Sum[] {
  const sums = new Map<string, Record<string, number>>();
  for (const { one: _, currency, ...amounts } of rows) {
    const sum = sums.get(currency) ?? {};
    for (const [name, cents] of Object.entries(amounts)) sum[name] = (sum[name] ?? 0) + Number(cents);
    sums.set(currency, sum);
  }
  return [...sums.keys()].toSorted().map((currency) => ({ currency, ...sums.get(currency) }) as Sum);
}

/** A short list in memory. To the caller it is like all others. */
export function listOfRows<Row>(shape: {
  readonly sort: Readonly<Record<string, (row: Row) => string | number>>;
  readonly default: string;
  /** No two rows have the same. */
  readonly id: (row: Row) => string;
  readonly search: (row: Row) => readonly (string | null)[];
}) {
  return {
    query: queryOf(Object.keys(shape.sort), shape.default, true),
    page(rows: readonly Row[], asked: ListQuery): Page<Row> {
      const isDown = asked.sort.startsWith("-");
      const by = shape.sort[asked.sort.replace(/^-/, "")] as (row: Row) => string | number;
      const keyOf = (row: Row) => [by(row), shape.id(row)] as const;
      const first = rows[0];
      const kind = first !== undefined && typeof by(first) === "number" ? "number" : "string";
      const after = readAfter(asked, [{ kind }, { kind: "string" }]);
      const typed = asked.q?.toLowerCase();
      const wanted = rows.filter(
        (row) => typed === undefined || shape.search(row).some((text) => text?.toLowerCase().includes(typed)),
      );
      const found = wanted
        .map((row) => ({ row, key: keyOf(row) }))
        .sort((one, other) => (isDown ? -1 : 1) * compare(one.key, other.key))
        .filter(({ key }) => after === null || (isDown ? -1 : 1) * compare(key, after) > 0);
      const last = found.length > asked.limit ? found[asked.limit - 1] : undefined;
      return {
        ...(asked.count === true ? { total: { count: wanted.length, more: false } } : {}),
        items: found.slice(0, asked.limit).map(({ row }) => row),
        nextCursor: last === undefined ? null : cursorOf(asked, last.key),
      };
    },
  };
}

function queryOf(sortNames: readonly string[], byDefault: string, isSearched: boolean) {
  const sorts = sortNames.flatMap((name) => [name, `-${name}`]);
  return pageQuery.extend({
    sort: z.enum(sorts as [string, ...string[]]).default(byDefault),
    ...(isSearched ? { q: z.string().trim().min(1).max(100).optional() } : {}),
  }) as unknown as z.ZodObject<{
    limit: typeof pageQuery.shape.limit;
    cursor: typeof pageQuery.shape.cursor;
    count: typeof pageQuery.shape.count;
    sort: z.ZodDefault<z.ZodString>;
    q: z.ZodOptional<z.ZodString>;
  }>;
}

/** `q` anywhere in one of the fields, in any case. */
export function contains(fields: ListShape<string>["search"], typed: string): RawBuilder<boolean> {
  const pattern = `%${typed.replaceAll(/[\\%_]/g, "\\$&")}%`;
  if ("lowered" in fields) return sql<boolean>`${fields.lowered} like lower(${pattern}::text)`;
  return sql<boolean>`(${sql.join(
    fields.map((field) => sql`${field} ilike ${pattern}`),
    sql` or `,
  )})`;
}

/** The order, and where in it the page ended. A cursor of one order is not valid in another. */
export function cursorOf(asked: ListQuery, key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([asked.sort, ...key])).toString("base64url");
}

/** The key after which this page begins; null for the first page. A Problem 400 refuses a foreign cursor. */
export function readAfter(
  asked: ListQuery,
  order: readonly Pick<SortKey, "kind">[],
): readonly (string | number)[] | null {
  if (asked.cursor === undefined) return null;
  const parts = readJson(Buffer.from(asked.cursor, "base64url").toString("utf8"));
  const [sort, ...key] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const isOurs = sort === asked.sort && key.length === order.length;
  if (isOurs && key.every((part, at) => fits(part, order[at]?.kind))) return key as (string | number)[];
  throw wrongField("cursor", "foreign-cursor");
}

function fits(part: unknown, kind: SortKey["kind"] | undefined): boolean {
  if (kind === "number") return Number.isSafeInteger(part);
  return typeof part === "string" && !part.includes("\0") && part.isWellFormed();
}

function compare(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  if (at === -1) return 0;
  return (one[at] as string) < (other[at] as string) ? -1 : 1;
}
