/** Plan groups: how a provider orders its plans ("Daily", "Office"). Only for people: sites do not know them. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";

type GroupRow = Selectable<Schema["plan_groups"]>;

export const groupView = z.object({
  groupId: z.string(),
  name: z.string(),
  /** Smaller ones come first. */
  position: z.number().int(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

const fields = { name: z.string().trim().min(1).max(100), position: z.number().int().min(0).max(10_000) };
const params = z.object({ groupId: z.string().min(1).max(64) });

const list = listOf({
  sort: {
    position: { by: sql.ref("position"), kind: "number" },
    name: { by: sql`lower(name)`, kind: "string" },
    made: { by: sql.ref("groupId"), kind: "string" },
  },
  default: "position",
  tie: [sql.ref("groupId")],
  search: [sql.ref("name")],
});

export function groupRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/plan-groups",
      summary: "Groups of plans",
      permission: "plans.read",
      query: list.query,
      response: pageOf(groupView),
      handle: async ({ query, transact }) => transact((tx) => list.page(groups(tx), query, viewOf)),
    }),
    route({
      method: "POST",
      path: "/api/v1/plan-groups",
      summary: "Create a group of plans",
      permission: "plans.manage",
      body: z.strictObject({ name: fields.name, position: fields.position.default(0) }),
      status: 201,
      response: groupView,
      handle: async ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const nowMs = world.clock.wall().atMs;
          await refuseTaken(tx, body.name, null);
          const row = await tx
            .insertInto("plan_groups")
            .values({
              providerId,
              groupId: newId(world),
              ...body,
              createdAtMs: nowMs,
              updatedAtMs: nowMs,
              deletedAtMs: null,
            })
            .returningAll()
            .executeTakeFirstOrThrow()
            .catch(onCollision(nameTaken));
          auditTarget(row.groupId);
          return viewOf(row);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/plan-groups/{groupId}",
      summary: "One group of plans",
      permission: "plans.read",
      params,
      response: groupView,
      handle: async ({ params: { groupId }, transact }) => transact(async (tx) => viewOf(await readGroup(tx, groupId))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/plan-groups/{groupId}",
      summary: "Rename or move a group of plans",
      permission: "plans.manage",
      params,
      body: z.strictObject(fields).partial(),
      response: groupView,
      handle: async ({ params: { groupId }, body, transact }) =>
        transact(async (tx) => {
          await readGroup(tx, groupId);
          if (body.name !== undefined) await refuseTaken(tx, body.name, groupId);
          const row = await tx
            .updateTable("plan_groups")
            .set({ ...body, updatedAtMs: world.clock.wall().atMs })
            .where("groupId", "=", groupId)
            .returningAll()
            .executeTakeFirstOrThrow()
            .catch(onCollision(nameTaken));
          return viewOf(row);
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/plan-groups/{groupId}",
      summary: "Delete a group; its plans stay, without a group",
      permission: "plans.manage",
      params,
      status: 204,
      response: z.null(),
      handle: async ({ params: { groupId }, transact }) =>
        transact(async (tx) => {
          await readGroup(tx, groupId);
          const nowMs = world.clock.wall().atMs;
          await tx.updateTable("plans").set({ groupId: null }).where("groupId", "=", groupId).execute();
          const gone = { deletedAtMs: nowMs, updatedAtMs: nowMs };
          await tx.updateTable("plan_groups").set(gone).where("groupId", "=", groupId).execute();
          return null;
        }),
    }),
  ];
}

function groups(tx: Tx) {
  return tx.selectFrom("plan_groups").selectAll().where("deletedAtMs", "is", null);
}

/** Throws a Problem 404; `field` names the input when the id came in a body. */
export async function readGroup(tx: Tx, groupId: string, field?: string): Promise<GroupRow> {
  const row = await groups(tx).where("groupId", "=", groupId).executeTakeFirst();
  if (row === undefined) throw notFound("group", field);
  return row;
}

async function refuseTaken(tx: Tx, name: string, mine: string | null): Promise<void> {
  const other = await groups(tx)
    .where(sql<string>`lower(name)`, "=", name.toLowerCase())
    .$if(mine !== null, (is) => is.where("groupId", "!=", mine ?? ""))
    .executeTakeFirst();
  if (other !== undefined) throw nameTaken();
}

function viewOf(row: GroupRow): z.input<typeof groupView> {
  const { name, position } = row;
  return { groupId: row.groupId, name, position, createdAtMs: row.createdAtMs, updatedAtMs: row.updatedAtMs };
}

function nameTaken(): Problem {
  return refusal("name-taken", { field: "name" });
}
