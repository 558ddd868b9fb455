/** `/api/v1/routers/{siteId}/<list>`: what a site's router has, read live or as it was last known. */

import { routerRowName } from "@karibu/protocol/router/router-row-name";
import type { RouterRow } from "@karibu/protocol/router/router-views";
import { keySchema } from "@karibu/protocol/schema";
import { cutText } from "@karibu/protocol/whole-text";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { listOfRows } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { readSite } from "../sites/sites.ts";
import { maskRow } from "./mask-codes.ts";
import { type Reading, type RouterReader, readingProblems } from "./read-router.ts";
import { type RouterList, routerLists } from "./router-lists.ts";

/** How an answer about a router is to be taken. */
export const readingView = z.object({
  /** `last-known`: the site is away, or gave no answer; `why` says which. */
  state: z.enum(["live", "last-known"]),
  why: z.enum(readingProblems).nullable(),
  /** What the router or its agent said against it: text from outside. */
  words: z.string().nullable(),
  /** By the site's clock. Null: nothing was ever read. */
  readAtMs: z.int().nullable(),
  /** False: this router has no such menu: its version, or a package that it lacks. */
  isHere: z.boolean(),
  /** The router has more rows than are shown: so many. */
  rowsAtRouter: z.int(),
});

/** What an order that changes the row says of it (`was`): the router must still have it under the same id. */
const named = { was: z.string() };

interface Placed {
  /** In the agent's order: the router's, or the newest first where it is a log. */
  readonly place: number;
  readonly item: Readonly<Record<string, string | number | boolean | null>>;
}

export function routerListRoutes(reader: RouterReader) {
  return routerLists.map((each) => listRoute(reader, each));
}

function listRoute<Path extends string>(reader: RouterReader, { path, summary, parts, hasCodes }: RouterList<Path>) {
  const { schema, sorts } = parts[0]?.rows ?? { schema: z.object({}), sorts: [] };
  const list = listOfRows<Placed>({
    sort: {
      place: ({ place }) => place,
      ...Object.fromEntries(
        sorts.map(({ name, sortsAs }) => [
          name,
          sortsAs === "number" ? (row: Placed) => ranked(row.item[name]) : (row: Placed) => lettered(row.item[name]),
        ]),
      ),
    },
    default: "place",
    id: ({ place }) => String(place),
    search: ({ item }) => Object.values(item).map((value) => (typeof value === "string" ? value : null)),
  });
  return route({
    method: "GET",
    path: `/api/v1/routers/{siteId}/${path}` as const,
    summary: `A site's router: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`,
    permission: "routers.read",
    ...(hasCodes ? { reveals: revealsCodes } : {}),
    params: z.object({ siteId: keySchema }),
    query: list.query.extend({
      /** Asks the router itself, not what was read within the last half minute. */
      fresh: z.stringbool().optional(),
    }),
    response: pageOf(schema.extend(named)).extend({ reading: readingView }),
    handle: async ({ params: { siteId }, query, actor, providerId, transact }) => {
      await transact((tx) => readSite(tx, siteId));
      const place = { providerId, siteId };
      const isMasked = hasCodes === true && !actor.may(revealsCodes);
      const read = await Promise.all(parts.map((part) => reader.read(place, part.reads, query.fresh)));
      const items = read.flatMap(({ rows }, at) => rows.map((row) => itemOf(parts[at] ?? parts[0], row, isMasked)));
      const page = list.page(
        items.map((item, at) => ({ place: at, item })),
        query,
      );
      return { ...page, items: page.items.map(({ item }) => item), reading: joinedReading(read) } as never;
    },
  });
}

/** Masked before it is searched and sorted: neither may tell what is hidden. */
function itemOf(part: RouterList["parts"][number] | undefined, read: RouterRow, isMasked: boolean): Placed["item"] {
  if (part === undefined) return {};
  const row = isMasked ? maskRow(part.reads, read) : read;
  return { ...(part.rows.of(row) as Placed["item"]), was: routerRowName(part.reads, row) };
}

type Cell = Placed["item"][string] | undefined;

/** What is not known sorts before everything else. */
function ranked(value: Cell): number {
  return typeof value === "boolean" ? Number(value) : typeof value === "number" ? value : -1e15;
}

/** As much of it as fits a cursor. */
function lettered(value: Cell): string {
  return cutText(String(value ?? ""), 100).toLowerCase();
}

/** Of several menus: as bad as the worst, as old as the oldest. */
export function joinedReading(read: readonly Reading[]): z.input<typeof readingView> {
  const worst = read.find(({ state }) => state === "last-known") ?? read[0];
  const times = read.map(({ readAtMs }) => readAtMs).filter((atMs) => atMs > 0);
  return {
    state: worst?.state ?? "last-known",
    why: worst?.why ?? null,
    words: worst?.words ?? null,
    readAtMs: times.length === 0 ? null : Math.min(...times),
    isHere: read.some(({ isHere }) => isHere),
    rowsAtRouter: read.reduce((sum, { total }) => sum + total, 0),
  };
}
