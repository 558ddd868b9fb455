/** Lists of the hub: one page at a time. */
import { get, type Page } from "./api.ts";
import type { Answer, Fit, HubPath, Known, Made, Only, Query } from "./hub-path.ts";

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

type GetList = <const Given extends string, const Filters extends object>(
  path: Given & Fit<"GET", Given>,
  query: ListQuery,
  filters?: Filters & Only<Filters, Made<Given>> & Query<Made<Given>>,
) => Promise<Answer<"GET", Made<Given>>>;
/** One page of the list at `path`. `filters` narrow it. */
export const getList: GetList = ((path: string, query: ListQuery, filters: object = {}) => {
  const { limit = 50, cursor, sort, q, count } = query;
  return get(written(path, { limit, cursor, sort, q, count, ...filters }) as never);
}) as never;

const pageRows = 100;
/** 2,000 rows: more than a person finds in a form. */
const pagesMax = 20;

/** All rows of a list, page after page, for a form to choose from. @param most pages of 100 */
export async function everyRow<Row>(
  read: (query: ListQuery) => Promise<Page<Row>>,
  most = pagesMax,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < most && (pages === 0 || cursor !== null); pages++) {
    const page: Page<Row> = await read({ limit: pageRows, cursor });
    rows.push(...page.items);
    cursor = page.nextCursor;
  }
  return rows;
}

/** As `everyRow`, for a list that a page shows as a whole. */
export async function wholeList<Row>(read: (query: ListQuery) => Promise<Page<Row>>): Promise<Page<Row>> {
  return { items: [...(await everyRow(read))], nextCursor: null };
}

type GetAll = <const Given extends string>(
  path: Given & Fit<"GET", Given>,
) => Promise<Page<RowOf<Answer<"GET", Made<Given>>>>>;
type RowOf<List> = List extends { readonly items: readonly (infer Row)[] } ? Row : never;
/** A list that the hub answers as a whole. */
export const getAll: GetAll = (async (path: string) => {
  const { items } = (await get(path as never)) as { readonly items: readonly unknown[] };
  return { items, nextCursor: null };
}) as never;

type WithQuery = <const Given extends string, const Wish extends object>(
  path: Given & Known<Made<Given>>,
  query: Wish & Only<Wish, Made<Given>> & Query<Made<Given>>,
) => HubPath<Made<Given>>;
/** `path?limit=…&q=…`; what is null, false or empty is left out. */
export const withQuery: WithQuery = written as never;

function written(path: string, query: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== false && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
