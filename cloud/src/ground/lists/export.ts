/**
 * A whole list as CSV, however long; or as a workbook (`format=xlsx`), which is made in memory and so has a limit. Rows are read page by page, each page in a separate transaction, and written as the reader
 * takes them. So memory stays that of a page, and no transaction waits for a slow reader. If the reader disconnects, or may not read it any more, reading stops.
 * New rows are not included. A row that changes during the export appears in its old or its new state.
 *
 *   exportRoute({ path: "/api/v1/plans/export", permission: "plans.read", query: plans.query, columns: ["planId", "name"],
 *     words: { heads: { planId: ["Plan", "Kifurushi"], name: ["Name", "Jina"] } }, offsetMinutes: offsetOfProvider,
 *     page: (tx, query) => listPlans(tx, query), … })
 */
import { z } from "zod";
import type { Tx } from "../db/database.ts";
import { namesSecret } from "../http/compress-answers.ts";
import type { Permission } from "../http/permissions.ts";
import { refusal } from "../http/problem.ts";
import { type Access, type Call, rawRoute, type TypedRoute } from "../http/route.ts";
import { type Cell, csvLine } from "./csv.ts";
import { type CellStyle, cellsOf, headsOf, isMoment, isTime } from "./export-cells.ts";
import { type ExportWords, type FileLanguage, fileLanguages, type Word } from "./export-words.ts";
import type { ListQuery, Page } from "./list.ts";
import { madeInTurn } from "./made-in-turn.ts";
import { makeWorkbook, type Workbook } from "./make-workbook.ts";
import { writerTo } from "./stream.ts";

const pageRows = 500;

interface Export<Path extends `/${string}/export`, Query extends ListQuery, Item> {
  readonly path: Path;
  readonly summary: string;
  readonly permission: Access;
  /** As of a route: to whom it shows secrets, each reading audited. `page` masks them for others. */
  readonly reveals?: Permission;
  /** The list's query: the same filters, search and order. */
  readonly query: z.ZodObject & z.ZodType<Query>;
  /** Fields of the items. Times and amounts become readable: see `export-cells.ts`. */
  readonly columns: readonly (keyof Item & string)[];
  /** Files are read by people: heads and codes as words, in English or Swahili. The JSON of the list has the codes. */
  readonly words: ExportWords;
  /** The provider's time zone, minutes east of UTC (`offsetOfProvider`). */
  offsetMinutes(tx: Tx, providerId: string): Promise<number>;
  page(
    tx: Tx,
    query: Query,
    call: Pick<Call<unknown, unknown, unknown>, "providerId" | "actor" | "partyOf"> & {
      /** For what the page itself puts into words. */
      readonly language: FileLanguage;
    },
  ): Promise<Page<Item>>;
}

/** What the query of an export says: the list's, in no pages. */
type ExportQuery<Query> = Partial<Omit<Query, "limit" | "cursor" | "count">> & {
  readonly format?: "csv" | "xlsx";
  readonly language?: FileLanguage;
};

export function exportRoute<Path extends `/${string}/export`, Query extends ListQuery, Item>(
  spec: Export<Path, Query, Item>,
): TypedRoute<"GET", Path, undefined, z.ZodType<ExportQuery<Query>, ExportQuery<Query>>, null, null> {
  const { path, summary, permission } = spec;
  const nameless = spec.columns.filter((column) => !Object.hasOwn(spec.words.heads, column));
  if (nameless.length > 0) throw new Error(`${path}: no word for ${nameless.join(", ")}`); // a bug: a file's columns have heads
  const name = path.split("/").at(-2);
  return rawRoute({
    method: "GET",
    path: path as `/${string}/export`,
    summary,
    permission,
    ...(spec.reveals === undefined ? {} : { reveals: spec.reveals }),
    produces: "text/csv",
    compressed: !spec.columns.some(namesSecret),
    query: spec.query.omit({ limit: true, cursor: true, count: true }).extend({
      format: z.enum(["csv", "xlsx"]).default("csv"),
      language: z.enum(fileLanguages).default("en").describe("Of the heads, and of the words for states and reasons."),
    }),
    respond: async (call, _request, response) => {
      const language = call.query.language as FileLanguage;
      const { providerId, actor, partyOf } = call;
      const reader = { providerId, actor, partyOf, language };
      const page = (cursor: string | undefined) => (tx: Tx) =>
        spec.page(tx, { ...call.query, limit: pageRows, cursor } as unknown as Query, reader);
      const read = (cursor: string | undefined) => call.transact(page(cursor));
      const offsetMinutes = await call.transact((tx) => spec.offsetMinutes(tx, call.providerId));
      const sheet = sheetOf(spec, { language, offsetMinutes });
      if (call.query.format === "xlsx") {
        const readNow = (cursor: string | undefined) => call.transact(page(cursor), { holdsOthersUp: true });
        const file = await madeInTurn(providerId, async () => makeWorkbook(await workbookOf(sheet, readNow)));
        if (!(await call.isStillLet())) return void response.destroy();
        response.setHeader("Content-Type", xlsxType);
        response.setHeader("Content-Disposition", `attachment; filename="${name}.xlsx"`);
        response.setHeader("Cache-Control", "no-store");
        response.end(file);
        return;
      }
      let part = await read(undefined);
      response.setHeader("Content-Type", "text/csv; charset=utf-8");
      response.setHeader("Content-Disposition", `attachment; filename="${name}.csv"`);
      response.setHeader("Cache-Control", "no-store");
      const write = writerTo(response);
      let isOpen = await write(csvLine(sheet.heads));
      while (isOpen) {
        const lines = part.items.map((item) => csvLine(sheet.cells(item)));
        isOpen = lines.length === 0 || (await write(lines.join("")));
        if (part.nextCursor === null || !isOpen) break;
        // Who reads slowly would go on reading after their access has ended. A file that is cut off is no whole one.
        if (!(await call.isStillLet())) return void response.destroy();
        part = await read(part.nextCursor);
      }
      response.end();
    },
  }) as never;
}

/** A time of a workbook is a date, which a spreadsheet sorts, filters and subtracts. */
type WorkbookCell = Cell | Date;

interface Sheet<Item> {
  readonly heads: readonly string[];
  /** As text; an amount of a workbook is a number, to be added up. */
  cells(item: Item): readonly Cell[];
  workbookCells(item: Item): readonly WorkbookCell[];
}

function sheetOf<Item>(
  { columns, words }: { readonly columns: readonly (keyof Item & string)[]; readonly words: ExportWords },
  style: Omit<CellStyle, "wording">,
): Sheet<Item> {
  const cells = (column: keyof Item & string, item: Item) =>
    cellsOf(column, item[column], { ...style, wording: words.values?.[column], currency: currencyOf(item) });
  return {
    heads: columns.flatMap((column) => headsOf(column, words.heads[column] as Word, style.language)),
    cells: (item) => columns.flatMap((column) => cells(column, item)),
    workbookCells: (item) =>
      columns.flatMap((column): readonly WorkbookCell[] => {
        const value = item[column];
        if (isTime(column))
          // A workbook knows no time zones: what it holds is read as it stands.
          return isMoment(value) ? [value, value + style.offsetMinutes * 60_000].map(toDate) : [null, null];
        return column.endsWith("Cents") && typeof value === "number" ? [value / 100] : cells(column, item);
      }),
  };
}

const toDate = (ms: number): Date => new Date(ms);

function currencyOf(item: unknown): string | null {
  const { currency = null } = item as { readonly currency?: string | null };
  return currency;
}

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/** A workbook is made in one go, in memory. */
const xlsxRowsMax = 10_000;

/** Throws a Problem 422 when there are too many rows. */
async function workbookOf<Item>(
  { heads, workbookCells }: Sheet<Item>,
  read: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<Workbook> {
  const rows: (readonly WorkbookCell[])[] = [];
  for (let page = await read(undefined); ; page = await read(page.nextCursor)) {
    rows.push(...page.items.map(workbookCells));
    if (rows.length > xlsxRowsMax || (rows.length === xlsxRowsMax && page.nextCursor !== null))
      throw refusal("too-many-rows", { field: "format" });
    if (page.nextCursor === null) break;
  }
  return { heads, rows, dateFormat, widths: widthsOf(heads, rows) };
}

const dateFormat = "yyyy-mm-dd hh:mm:ss";
const widthMin = 8;
/** Longer text goes on beyond its cell, or is read in the line above the sheet. */
const widthMax = 50;

/** In characters: as wide as the head and what stands below it. A date that is too wide for its cell is shown as `####`. */
function widthsOf(heads: readonly string[], rows: readonly (readonly WorkbookCell[])[]) {
  const widths = heads.map(({ length }) => Math.max(widthMin, length));
  for (const row of rows)
    for (const [at, cell] of row.entries()) {
      const { length } = cell instanceof Date ? dateFormat : String(cell ?? "");
      widths[at] = Math.max(widths[at] ?? widthMin, length);
    }
  return widths.map((width) => Math.min(width, widthMax) + 2);
}
