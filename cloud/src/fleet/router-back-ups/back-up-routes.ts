/**
 * `/api/v1/routers/{siteId}/back-ups`: a router's history, and its files.
 *
 * Who attacks: a stolen log-in, a colleague who may do less, a router whose texts are written for the reader. Differences and exports are
 * shown without secrets (`read-export.ts`) and are text from outside; the binary file and its password are the owner's, with a fresh second
 * factor, and each reading stands in the audit log.
 */

import { keySchema } from "@karibu/protocol/schema";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { demandOwnLogIn } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { areAllThere } from "../sites/site-is-there.ts";
import { readSite } from "../sites/sites.ts";
import { backUpCauses, backUpStates } from "./back-up-states.ts";
import {
  type BackUpParts,
  type BackUpRow,
  noBinary,
  openPassword,
  orderBackUp,
  readBackUp,
  readFile,
  readPrevious,
} from "./back-up-store.ts";
import { compareExports } from "./compare-exports.ts";
import { sharedExport } from "./read-export.ts";

const text = z.string();
export const routerBackUpView = z.object({
  backUpId: text,
  siteId: text,
  cause: z.enum(backUpCauses),
  state: z.enum(backUpStates),
  /** Empty: the schedule. */
  orderedBy: text,
  orderedAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  receivedBytes: z.int(),
  /** 0: it has none, and can't be restored. */
  binaryBytes: z.int(),
  exportBytes: z.int(),
  /** Text from outside. */
  why: text.nullable(),
  board: text.nullable(),
  version: text.nullable(),
  serial: text.nullable(),
  /** From the back-up before; null: there was none. */
  differences: z.int().nullable(),
  causes: z.array(z.object({ time: text, by: text, at: z.enum(["karibu", "router"]), via: text, what: text })),
});
export type RouterBackUpView = z.input<typeof routerBackUpView>;

function viewOf(row: BackUpRow): RouterBackUpView {
  return {
    backUpId: row.backUpId,
    siteId: row.siteId,
    cause: row.cause,
    state: row.state,
    orderedBy: row.orderedByName,
    orderedAtMs: row.orderedAtMs,
    endedAtMs: row.endedAtMs,
    receivedBytes: Number(row.receivedBytes),
    binaryBytes: Number(row.binaryBytes),
    exportBytes: Number(row.exportBytes),
    why: row.why,
    board: row.board,
    version: row.version,
    serial: row.serial,
    differences: row.differences,
    causes: [...row.causes],
  };
}

export const differencesView = z.object({
  /** Null: there is nothing to compare with. */
  againstId: text.nullable(),
  total: z.int(),
  items: z.array(
    z.object({
      kind: z.enum(["added", "removed", "changed", "moved"]),
      menu: text,
      line: text,
      words: z.array(z.object({ name: text, was: text, is: text })),
    }),
  ),
});
const differencesMax = 500;

const sitesMax = 2000;
/** A few are made at a time: of many sites the last one comes after hours. */
const manyWaitMs = 86_400_000;

const list = listOf({
  sort: {
    ordered: { by: sql.ref("router_back_ups.backUpId"), kind: "string" },
  },
  default: "-ordered",
  tie: [sql.ref("router_back_ups.backUpId")],
  search: [sql.ref("router_back_ups.orderedByName"), sql.ref("router_back_ups.version")],
});

export function backUpRoutes(parts: BackUpParts) {
  const params = z.object({ siteId: keySchema });
  const one = z.object({ siteId: keySchema, backUpId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/back-ups",
      summary:
        "A router's back-ups, newest first: what differs from the one before, and who is known to have changed it",
      permission: "routers.back-ups",
      params,
      query: list.query.extend({ state: z.enum(backUpStates).optional(), cause: z.enum(backUpCauses).optional() }),
      response: pageOf(routerBackUpView),
      handle: ({ params: { siteId }, query, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const { state, cause } = query;
          const rows = tx
            .selectFrom("router_back_ups")
            .selectAll()
            .where("router_back_ups.siteId", "=", siteId)
            .$if(state !== undefined, (is) => is.where("router_back_ups.state", "=", state ?? "done"))
            .$if(cause !== undefined, (is) => is.where("router_back_ups.cause", "=", cause ?? "person"));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/back-ups",
      summary: "Back up a site's router now; it waits for up to an hour where the site is away",
      permission: "routers.back-ups",
      params,
      body: z.strictObject({}),
      status: 202,
      response: routerBackUpView,
      handle: ({ params: { siteId }, actor, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const backUpId = await orderBackUp(parts, tx, { providerId, siteId }, { cause: "person", by: actor });
          auditTarget(siteId);
          return viewOf(await readBackUp(tx, siteId, backUpId));
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/back-ups/{backUpId}/differences",
      summary:
        "What differs between two back-ups of a router, by menu and without secrets; usually from the one before",
      permission: "routers.back-ups",
      params: one,
      query: z.object({ against: z.string().min(1).max(128).optional() }),
      response: differencesView,
      handle: ({ params: { siteId, backUpId }, query: { against }, transact }) =>
        transact(async (tx) => {
          const now = await readBackUp(tx, siteId, backUpId);
          const before =
            against === undefined ? await readPrevious(tx, siteId, backUpId) : await readBackUp(tx, siteId, against);
          if (before === null) return { againstId: null, total: 0, items: [] };
          const [was, is] = [await readFile(parts, tx, before, "export"), await readFile(parts, tx, now, "export")];
          const found = compareExports(was.toString(), is.toString());
          const items = found.slice(0, differencesMax).map((each) => ({ ...each, words: [...each.words] }));
          return { againstId: before.backUpId, total: found.length, items };
        }),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/routers/{siteId}/back-ups/{backUpId}/export",
      summary: "A back-up's configuration as text, without secrets: to read, not to import",
      permission: "routers.back-ups",
      params: one,
      produces: "text/plain",
      respond: async ({ params: { siteId, backUpId }, transact }, _request, response) => {
        const content = await transact(async (tx) =>
          readFile(parts, tx, await readBackUp(tx, siteId, backUpId), "export"),
        );
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Disposition", `attachment; filename="router-${backUpId}.rsc.txt"`);
        response.type("text/plain").end(sharedExport(content.toString()));
      },
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/routers/{siteId}/back-ups/{backUpId}/binary",
      summary: "A back-up's binary file, as the router made it: it opens with its password alone",
      permission: "routers.restore",
      reveals: "routers.restore",
      freshFactor: true,
      params: one,
      produces: "application/octet-stream",
      respond: async ({ params: { siteId, backUpId }, actor, transact }, _request, response) => {
        demandOwnLogIn(actor);
        const content = await transact(async (tx) => {
          const row = await readBackUp(tx, siteId, backUpId);
          if (row.binaryBytes === 0) throw noBinary();
          return readFile(parts, tx, row, "binary");
        });
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Content-Disposition", `attachment; filename="router-${backUpId}.backup"`);
        response.type("application/octet-stream").end(content);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/back-ups/{backUpId}/password",
      summary: "The password of a back-up's binary file, for who must load it by hand",
      permission: "routers.restore",
      reveals: "routers.restore",
      freshFactor: true,
      params: one,
      response: z.object({ password: z.string() }),
      handle: ({ params: { siteId, backUpId }, actor, transact }) =>
        transact(async (tx) => {
          demandOwnLogIn(actor);
          const password = openPassword(parts, await readBackUp(tx, siteId, backUpId));
          if (password === null) throw noBinary();
          return { password };
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/routers/{siteId}/back-ups/{backUpId}",
      summary: "Delete a router's back-up with its files",
      permission: "routers.restore",
      freshFactor: true,
      params: one,
      status: 204,
      response: z.null(),
      handle: ({ params: { siteId, backUpId }, providerId, transact }) =>
        transact(async (tx) => {
          const row = await readBackUp(tx, siteId, backUpId);
          if (row.state === "making") throw refusal("back-up-under-way");
          await refuseWhileRestoring(tx, siteId, backUpId);
          await tx.deleteFrom("router_back_ups").where("backUpId", "=", backUpId).execute();
          await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "back-up-deleted" });
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/router-back-ups",
      summary: "Back up the routers of many sites: each when its site is connected, a few at a time",
      permission: "routers.back-ups",
      bodyBytesMax: 256 * 1024,
      body: z.strictObject({ siteIds: z.array(keySchema).min(1).max(sitesMax) }),
      status: 202,
      /** How many were ordered, with those that waited already. */
      response: z.object({ ordered: z.int() }),
      handle: ({ body, actor, providerId, transact }) =>
        transact(async (tx) => {
          const siteIds = [...new Set(body.siteIds)];
          if (!(await areAllThere(tx, providerId, siteIds))) throw notFound("site", "siteIds");
          for (const siteId of siteIds)
            await orderBackUp(parts, tx, { providerId, siteId }, { cause: "person", by: actor, waitsMs: manyWaitMs });
          return { ordered: siteIds.length };
        }),
    }),
  ];
}

/** What goes onto a router now, and what was there before: without them a restore ends half-way, and there is no way back. */
async function refuseWhileRestoring(tx: Tx, siteId: string, backUpId: string): Promise<void> {
  const open = await tx
    .selectFrom("router_restores")
    .select("restoreId")
    .where("siteId", "=", siteId)
    .where("state", "in", ["saving", "sent", "restarting"])
    .where((is) => is.or([is("backUpId", "=", backUpId), is("beforeId", "=", backUpId)]))
    .executeTakeFirst();
  if (open !== undefined) throw refusal("restore-under-way");
}
