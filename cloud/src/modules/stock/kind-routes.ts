/** Kinds of equipment and material, stores, and how much of what is where. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { onCollision } from "../../ground/db/on-collision.ts";
import { notFound, type Problem, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { placeNames } from "./places.ts";

const id = z.string().min(1).max(128);
const name = z.string().trim().min(1).max(80);

export const stockKindView = z.object({
  kindId: z.string(),
  name: z.string(),
  hasSerials: z.boolean(),
  unit: z.string(),
  active: z.boolean(),
  /** In stores and vans. */
  here: z.int(),
  /** At customers, and on the way into their houses. */
  atCustomers: z.int(),
});
export const stockStoreView = z.object({ storeId: z.string(), name: z.string(), active: z.boolean() });
export const stockPlaceView = z.object({
  place: z.string(),
  name: z.string().nullable(),
  kinds: z.array(z.object({ kindId: z.string(), name: z.string(), unit: z.string(), quantity: z.int() })),
});

const oneMax = 200;
const taken = (): Problem => refusal("name-taken", { field: "name" });

export function kindRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/stock-kinds",
      summary: "Kinds of equipment and material, and how much there is; at most 200",
      permission: "stock.read",
      response: z.object({ items: z.array(stockKindView) }),
      handle: ({ transact }) =>
        transact(async (tx) => {
          const { rows } = await sql<Record<string, never>>`
            select k.kind_id, k.name, k.has_serials, k.unit, k.active,
              coalesce(sum(b.quantity) filter (where b.place like 'store:%' or b.place like 'van:%'), 0)::bigint as here,
              coalesce(sum(b.quantity) filter (where b.place like 'customer:%' or b.place like 'job:%'), 0)::bigint as there
            from stock_kinds k left join stock_balances b on b.provider_id = k.provider_id and b.kind_id = k.kind_id
            group by k.provider_id, k.kind_id order by lower(k.name)`.execute(tx);
          return {
            items: rows.map((row) => ({
              kindId: String(row.kindId),
              name: String(row.name),
              hasSerials: row.hasSerials === true,
              unit: String(row.unit),
              active: row.active === true,
              here: Number(row.here),
              atCustomers: Number(row.there),
            })),
          };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/stock-kinds",
      summary: "Add a kind: of things with serial numbers, or of what is counted",
      permission: "stock.manage",
      body: z.strictObject({
        name,
        hasSerials: z.boolean().default(true),
        unit: z.string().trim().min(1).max(20).default("pcs"),
      }),
      status: 201,
      response: stockKindView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          const { count } = await tx
            .selectFrom("stock_kinds")
            .select((of) => of.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (Number(count) >= oneMax) throw refusal("stock-kinds-full");
          const kindId = newId(world);
          auditTarget(kindId);
          await tx
            .insertInto("stock_kinds")
            .values({
              providerId,
              kindId,
              name: body.name,
              hasSerials: body.hasSerials,
              unit: body.unit,
              active: true,
              createdAtMs: world.clock.wall().atMs,
            })
            .execute()
            .catch(onCollision(taken));
          return { kindId, ...body, active: true, here: 0, atCustomers: 0 };
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/stock-kinds/{stockKindId}",
      summary: "Another name for a kind, or no more of it",
      permission: "stock.manage",
      params: z.object({ stockKindId: id }),
      body: z.strictObject({ name, active: z.boolean() }).partial(),
      response: z.object({ kindId: z.string(), name: z.string(), active: z.boolean() }),
      handle: ({ params: { stockKindId }, body, transact }) =>
        transact(async (tx) => {
          const row = await tx
            .updateTable("stock_kinds")
            .set({
              name: sql`coalesce(${body.name ?? null}, name)`,
              active: sql`coalesce(${body.active ?? null}, active)`,
            })
            .where("kindId", "=", stockKindId)
            .returning(["kindId", "name", "active"])
            .executeTakeFirst()
            .catch(onCollision(taken));
          if (row === undefined) throw notFound("kind");
          return row;
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/stock-stores",
      summary: "Stores; at most 200",
      permission: "stock.read",
      response: z.object({ items: z.array(stockStoreView) }),
      handle: ({ transact }) =>
        transact(async (tx) => ({
          items: await tx
            .selectFrom("stock_stores")
            .select(["storeId", "name", "active"])
            .orderBy(sql`lower(name)`)
            .execute(),
        })),
    }),
    route({
      method: "POST",
      path: "/api/v1/stock-stores",
      summary: "Add a store",
      permission: "stock.manage",
      body: z.strictObject({ name }),
      status: 201,
      response: stockStoreView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          const { count } = await tx
            .selectFrom("stock_stores")
            .select((of) => of.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (Number(count) >= oneMax) throw refusal("stock-kinds-full");
          const storeId = newId(world);
          auditTarget(storeId);
          await tx
            .insertInto("stock_stores")
            .values({
              providerId,
              storeId,
              name: body.name,
              active: true,
              createdAtMs: world.clock.wall().atMs,
            })
            .execute()
            .catch(onCollision(taken));
          return { storeId, name: body.name, active: true };
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/stock-stores/{stockStoreId}",
      summary: "Another name for a store, or it is closed",
      permission: "stock.manage",
      params: z.object({ stockStoreId: id }),
      body: z.strictObject({ name, active: z.boolean() }).partial(),
      response: stockStoreView,
      handle: ({ params: { stockStoreId }, body, transact }) =>
        transact(async (tx) => {
          const row = await tx
            .updateTable("stock_stores")
            .set({
              name: sql`coalesce(${body.name ?? null}, name)`,
              active: sql`coalesce(${body.active ?? null}, active)`,
            })
            .where("storeId", "=", stockStoreId)
            .returning(["storeId", "name", "active"])
            .executeTakeFirst()
            .catch(onCollision(taken));
          if (row === undefined) throw notFound("store");
          return row;
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/stock-places",
      summary: "How much of each kind is in each store and van, and at the own van of who asks",
      permission: "stock.read",
      response: z.object({ items: z.array(stockPlaceView), ownVan: z.string() }),
      handle: ({ actor, transact }) =>
        transact(async (tx) => {
          const rows = await tx
            .selectFrom("stock_balances as balance")
            .innerJoin("stock_kinds as kind", (on) =>
              on.onRef("kind.providerId", "=", "balance.providerId").onRef("kind.kindId", "=", "balance.kindId"),
            )
            .select(["balance.place", "balance.kindId", "balance.quantity", "kind.name", "kind.unit"])
            .where("balance.quantity", ">", 0)
            .where((is) => is.or([is("balance.place", "like", "store:%"), is("balance.place", "like", "van:%")]))
            .orderBy("balance.place")
            .orderBy("kind.name")
            .execute();
          const places = [...new Set(rows.map((row) => row.place))];
          const names = await placeNames(tx, places);
          return {
            ownVan: `van:${actor.userId}`,
            items: places.map((place) => ({
              place,
              name: names.get(place) ?? null,
              kinds: rows
                .filter((row) => row.place === place)
                .map(({ kindId, name: called, unit, quantity }) => ({
                  kindId,
                  name: called,
                  unit,
                  quantity: Number(quantity),
                })),
            })),
          };
        }),
    }),
  ];
}
