/**
 * `/api/v1/routers/{siteId}/restores`: a back-up goes back onto its router.
 *
 * It can't be undone, so it asks for the site's name, typed, and a fresh second factor, and makes a back-up of what is there first. The board,
 * its serial number and its version are compared here against that fresh back-up, and by the agent again.
 */

import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Schema } from "../../ground/db/schema.ts";
import { demandOwnLogIn } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { refuseBusy } from "../router-orders/long-actions.ts";
import { readSite } from "../sites/sites.ts";
import { restoreStates } from "./back-up-states.ts";
import { type BackUpParts, backUpsChannel, noBinary, orderBackUp, readBackUp } from "./back-up-store.ts";

export const restoreView = z.object({
  restoreId: z.string(),
  siteId: z.string(),
  backUpId: z.string(),
  /** Of what was there before. */
  beforeId: z.string(),
  state: z.enum(restoreStates),
  orderedBy: z.string(),
  orderedAtMs: z.int(),
  fetchedAtMs: z.int().nullable(),
  endedAtMs: z.int().nullable(),
  /** `other-board`, `other-serial`, `other-version`, `not-restarted`, `not-allowed`, `away`, or text from outside. */
  why: z.string().nullable(),
});
export type RestoreView = z.input<typeof restoreView>;

const viewOf = (row: Selectable<Schema["router_restores"]>): RestoreView => ({
  restoreId: row.restoreId,
  siteId: row.siteId,
  backUpId: row.backUpId,
  beforeId: row.beforeId,
  state: row.state,
  orderedBy: row.orderedByName,
  orderedAtMs: row.orderedAtMs,
  fetchedAtMs: row.fetchedAtMs,
  endedAtMs: row.endedAtMs,
  why: row.why,
});

const list = listOf({
  sort: { ordered: { by: sql.ref("router_restores.restoreId"), kind: "string" } },
  default: "-ordered",
  tie: [sql.ref("router_restores.restoreId")],
  search: [sql.ref("router_restores.orderedByName")],
});

export function restoreRoutes(parts: BackUpParts) {
  const params = z.object({ siteId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/restores",
      summary: "What was restored to a site's router, newest first, and how far it is",
      permission: "routers.back-ups",
      params,
      query: list.query,
      response: pageOf(restoreView),
      handle: ({ params: { siteId }, query, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const rows = tx.selectFrom("router_restores").selectAll().where("router_restores.siteId", "=", siteId);
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/restores",
      summary: "Restore a router's back-up onto the same board and version. It can't be undone; the router restarts",
      permission: "routers.restore",
      freshFactor: true,
      params,
      body: z.strictObject({ backUpId: keySchema, siteName: z.string().max(200) }),
      status: 202,
      response: restoreView,
      handle: ({ params: { siteId }, body, actor, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          demandOwnLogIn(actor);
          const site = await readSite(tx, siteId);
          const backUp = await readBackUp(tx, siteId, body.backUpId);
          if (body.siteName.trim() !== site.name.trim())
            throw refusal("restore-name-differs", {
              field: "siteName",
            });
          if (backUp.state !== "done" || backUp.binaryBytes === 0 || backUp.mark === null) throw noBinary();
          const open = await tx
            .selectFrom("router_restores")
            .select("restoreId")
            .where("siteId", "=", siteId)
            .where("state", "in", ["saving", "sent", "restarting"])
            .executeTakeFirst();
          if (open !== undefined) throw refusal("restore-under-way");
          await refuseBusy(tx, { providerId, siteId, siteName: site.name });
          const nowMs = parts.world.clock.wall().atMs;
          const place = { providerId, siteId };
          const row = {
            providerId,
            restoreId: newId(parts.world),
            siteId,
            backUpId: body.backUpId,
            beforeId: await orderBackUp(parts, tx, place, { cause: "before-restore", by: actor }),
            state: "saving" as const,
            orderedBy: actor.userId,
            orderedByName: actor.name,
            orderedAtMs: nowMs,
            nextAtMs: nowMs,
            heldBy: null,
            heldUntilMs: 0,
            ticketHash: null,
            ticketUntilMs: null,
            fetchedAtMs: null,
            sentAtMs: null,
            endedAtMs: null,
            why: null,
          };
          await tx.insertInto("router_restores").values(row).execute();
          await sql`select pg_notify(${backUpsChannel}, '')`.execute(tx);
          auditTarget(siteId);
          await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "restore-ordered" });
          return viewOf(row);
        }),
    }),
  ];
}
