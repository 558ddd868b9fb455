/** Lists of the hub: one page at a time. */
import { get, type Page } from "./api.ts";

/** Which page of a list is asked for. */
export interface ListQuery {
  /** Null: the first page. */
  readonly cursor: string | null;
  /** `name`, or `-name` for the other direction; null: the newest first. */
  readonly sort?: string | null;
  /** What was typed into the search field. */
  readonly q?: string;
  readonly limit?: number;
  /** Also count the rows of all pages. */
  readonly count?: boolean;
}

/** A list's time span: `fromMs` is included, `untilMs` is not; null: no end. */
export interface Span {
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
}

type Filters = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One page of the list at `path`. `filters` narrow it. */
export function getList<Row>(path: string, query: ListQuery, filters: Filters = {}): Promise<Page<Row>> {
  const { limit = 50, cursor, sort, q, count } = query;
  return get(withQuery(path, { limit, cursor, sort, q, count, ...filters }));
}

/** A list that the hub answers as a whole. */
export async function getAll<Row>(path: string): Promise<Page<Row>> {
  const { items } = await get<{ items: readonly Row[] }>(path);
  return { items, nextCursor: null };
}

/** `path?limit=…&q=…`; what is null, false or empty is left out. */
export function withQuery(path: string, query: Filters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== false && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
