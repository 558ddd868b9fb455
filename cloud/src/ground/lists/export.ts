/**
 * A whole list as CSV, however long. Rows are read page by page, each page in a separate transaction, and written as the reader
 * takes them. So memory stays that of a page, and no transaction waits for a slow reader. If the reader disconnects, reading stops.
 * New rows are not included. A row that changes during the export appears in its old or its new state.
 *
 *   exportRoute({ path: "/api/v1/plans/export", permission: "plans.read", query: plans.query, columns: ["planId", "name"],
 *     page: (tx, query) => listPlans(tx, query), … })
 */
import { displayName } from "@karibu/protocol/plan-name";
import type { z } from "zod";
import type { Tx } from "../db/database.ts";
import { type Access, type Call, type Route, rawRoute } from "../http/route.ts";
import { type Cell, csvLine } from "./csv.ts";
import type { ListQuery, Page } from "./list.ts";
import { writerTo } from "./stream.ts";

const pageRows = 500;

interface Export<Query extends ListQuery, Item> {
  readonly path: `/${string}/export`;
  readonly summary: string;
  readonly permission: Access;
  /** The list's query: the same filters, search and order. */
  readonly query: z.ZodObject & z.ZodType<Query>;
  /** Fields of the list's items. A time becomes readable: `madeAtMs` is written as `madeAt`, in UTC. */
  readonly columns: readonly (keyof Item & string)[];
  page(tx: Tx, query: Query, call: Pick<Call<unknown, unknown, unknown>, "providerId">): Promise<Page<Item>>;
}

export function exportRoute<Query extends ListQuery, Item>(spec: Export<Query, Item>): Route {
  const { path, summary, permission } = spec;
  const name = path.split("/").at(-2);
  return rawRoute({
    method: "GET",
    path,
    summary,
    permission,
    produces: "text/csv",
    query: spec.query.omit({ limit: true, cursor: true }),
    respond: async (call, _request, response) => {
      const read = (cursor: string | undefined) =>
        call.transact((tx) => spec.page(tx, { ...call.query, limit: pageRows, cursor } as unknown as Query, call));
      let page = await read(undefined);
      response.setHeader("Content-Type", "text/csv; charset=utf-8");
      response.setHeader("Content-Disposition", `attachment; filename="${name}.csv"`);
      response.setHeader("Cache-Control", "no-store");
      const write = writerTo(response);
      let isOpen = await write(csvLine(spec.columns.map((column) => column.replace(/AtMs$/, "At"))));
      while (isOpen) {
        const lines = page.items.map((item) => csvLine(spec.columns.map((column) => cellOf(column, item[column]))));
        isOpen = lines.length === 0 || (await write(lines.join("")));
        if (page.nextCursor === null || !isOpen) break;
        page = await read(page.nextCursor);
      }
      response.end();
    },
  });
}

/** Formats values for people: times as dates, packages by the name that customers see. */
function cellOf(column: string, value: unknown): Cell {
  if (column === "planName" && typeof value === "string") return displayName(value);
  return column.endsWith("AtMs") && typeof value === "number" ? new Date(value).toISOString() : (value as Cell);
}
