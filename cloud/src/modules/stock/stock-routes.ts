/**
 * `/api/v1/stock-items` and its neighbours. Who attacks this door: a technician who makes equipment disappear (without `stock.manage` a person
 * moves things between stores, customers and the own van only, and every movement stands with who made it; "sold" and "lost" want the right),
 * and a request that is sent twice on a bad line (an `Idempotency-Key`, a row lock, and a serial number that there is once).
 */
import { sql } from "kysely";
import { z } from "zod";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { kindRoutes } from "./kind-routes.ts";
import { placeNames, refuseNoPlace, refuseUnknownPlace, vanPlace } from "./places.ts";
import { equipmentOf, moveCounted, moveItem, readItem, readKind, receiveItems, type StockParts } from "./stock.ts";
import { holdings, type MovementReason, movementReasons, type StockItemRow } from "./stock-item.ts";
import { type Place, readSerials } from "./stock-policy.ts";

const id = z.string().min(1).max(128);
const place = z.string().min(1).max(160);
const note = z.string().trim().max(300).nullable().default(null);
const moveReasons = ["moved", "taken", "lent", "sold", "returned", "lost", "found", "used"] as const;

export const stockItemView = z.object({
  itemId: z.string(),
  kindId: z.string(),
  kindName: z.string(),
  serial: z.string(),
  place: z.string(),
  placeName: z.string().nullable(),
  holding: z.enum(holdings),
  customerId: z.string().nullable(),
  askedBackMs: z.int().nullable(),
  receivedAtMs: z.int(),
  changedAtMs: z.int(),
});

export const stockMovementView = z.object({
  movementId: z.string(),
  kindId: z.string(),
  kindName: z.string(),
  itemId: z.string().nullable(),
  serial: z.string().nullable(),
  quantity: z.int(),
  from: z.string(),
  fromName: z.string().nullable(),
  to: z.string(),
  toName: z.string().nullable(),
  why: z.enum(movementReasons),
  note: z.string().nullable(),
  who: z.string(),
  atMs: z.int(),
});

export const receivedView = z.object({
  /** That are not in stock yet. With `check`: nothing was received. */
  fresh: z.int(),
  received: z.int(),
  known: z.array(z.string()),
  repeated: z.array(z.string()),
  wrong: z.array(z.string()),
});

export const equipmentView = z.object({
  itemId: z.string(),
  kindName: z.string(),
  serial: z.string(),
  holding: z.enum(holdings),
  askedBackMs: z.int().nullable(),
  sinceMs: z.int(),
});

const items = listOf({
  sort: {
    made: { by: sql.ref("item.itemId"), kind: "string" },
    serial: { by: sql.ref("item.serialKey"), kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("item.itemId")],
  search: [sql.ref("item.serial"), sql.ref("item.serialKey"), sql.ref("kind.name")],
});
const movements = listOf({
  sort: { at: { by: sql.ref("movement.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("movement.movementId")],
  search: [sql.ref("kind.name"), sql.ref("movement.who"), sql.ref("movement.note")],
});

export function stockRoutes(parts: StockParts) {
  const { world } = parts;
  return [
    route({
      method: "GET",
      path: "/api/v1/stock-items",
      summary: "Things with serial numbers, and where each is",
      permission: "stock.read",
      query: items.query.extend({
        kindId: id.optional(),
        place: place.optional(),
        holding: z.enum(holdings).optional(),
        customerId: id.optional(),
        /** Lent, and the customer's last line has ended. */
        askedBack: z.stringbool().optional(),
      }),
      response: pageOf(stockItemView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { kindId, holding, customerId, askedBack } = query;
          const rows = itemRows(tx)
            .$if(kindId !== undefined, (is) => is.where("item.kindId", "=", kindId ?? ""))
            .$if(query.place !== undefined, (is) => is.where("item.place", "=", query.place ?? ""))
            .$if(holding !== undefined, (is) => is.where("item.holding", "=", holding ?? "own"))
            .$if(customerId !== undefined, (is) => is.where("item.customerId", "=", customerId ?? ""))
            .$if(askedBack !== undefined, (is) => is.where("item.askedBackMs", askedBack ? "is not" : "is", null));
          const page = await items.page(rows, query, (row) => row);
          return { ...page, items: await itemViews(tx, page.items) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/stock-items/receive",
      summary: "Receive things by their serial numbers, pasted or scanned; `check` says only what would happen",
      permission: "stock.manage",
      needsKey: true,
      body: z.strictObject({
        kindId: id,
        place,
        /** One a line, or with commas between; at most 1,000. */
        serials: z.string().min(1).max(60_000),
        note,
        check: z.boolean().default(false),
      }),
      response: receivedView,
      handle: ({ body, actor, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const kind = await readKind(tx, body.kindId);
          auditTarget(kind.kindId);
          if (!kind.hasSerials) throw refusal("no-serials", { field: "kindId" });
          await refuseOtherThanOurs(tx, body.place, "place");
          const { serials, repeated, wrong } = readSerials(body.serials);
          if (serials.length > 1000) throw wrongField("serials", "too-many", 1000);
          const known = await knownOf(
            tx,
            serials.map(({ key }) => key),
          );
          const fresh = serials.filter(({ key }) => !known.has(key));
          const received = body.check
            ? 0
            : await receiveItems(
                parts,
                tx,
                { kind, place: body.place, serials: fresh, note: body.note },
                moverOf(actor),
              );
          return {
            fresh: fresh.length,
            received,
            known: [...known.values()],
            repeated: [...repeated],
            wrong: [...wrong],
          };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/stock-items/{stockItemId}",
      summary: "One thing, and where it was",
      permission: "stock.read",
      params: z.object({ stockItemId: id }),
      response: stockItemView.extend({ movements: z.array(stockMovementView) }),
      handle: ({ params: { stockItemId }, transact }) =>
        transact(async (tx) => {
          const row = await itemRows(tx).where("item.itemId", "=", stockItemId).executeTakeFirst();
          if (row === undefined) throw notFound("item");
          const moved = await movementRows(tx)
            .where("movement.itemId", "=", stockItemId)
            .orderBy("movement.movementId", "desc")
            .limit(200)
            .execute();
          const [view] = await itemViews(tx, [row]);
          return { ...(view as z.input<typeof stockItemView>), movements: await movementViews(tx, moved) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/stock-items/{stockItemId}/move",
      summary: "A thing goes somewhere else: to a store, into a van, to a customer or back, or it is sold or lost",
      permission: "installations.work",
      needsKey: true,
      params: z.object({ stockItemId: id }),
      body: z.strictObject({ to: place, why: z.enum(moveReasons), note }),
      response: stockItemView,
      handle: ({ params: { stockItemId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const item = await readItem(tx, stockItemId);
          await refuseUnknownPlace(tx, body.to, "to");
          refuseHand(actor, item.place, body.to, body.why);
          const customerId = customerAt(body.to, body.why, item);
          const { to, why, note: said } = body;
          await moveItem(parts, tx, item, { to, why, note: said, customerId }, moverOf(actor));
          const [view] = await itemViews(tx, [
            await itemRows(tx).where("item.itemId", "=", stockItemId).executeTakeFirstOrThrow(),
          ]);
          return view as z.input<typeof stockItemView>;
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/stock-movements",
      summary: "Everything that went from one place to another, newest first",
      permission: "stock.read",
      query: movements.query.extend({ kindId: id.optional(), why: z.enum(movementReasons).optional(), ...spanFields }),
      response: pageOf(stockMovementView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { kindId, why } = query;
          const rows = movementRows(tx)
            .$if(kindId !== undefined, (is) => is.where("movement.kindId", "=", kindId ?? ""))
            .$if(why !== undefined, (is) => is.where("movement.why", "=", why ?? "moved"))
            .where(within(sql.ref("movement.atMs"), query));
          const page = await movements.page(rows, query, (row) => row);
          return { ...page, items: await movementViews(tx, page.items) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/stock-movements",
      summary: "Something that is counted goes somewhere else; from `supplier`: it is received",
      permission: "installations.work",
      needsKey: true,
      body: z.strictObject({
        kindId: id,
        from: place,
        to: place,
        quantity: z.int().min(1).max(1_000_000),
        why: z.enum(movementReasons),
        note,
      }),
      response: z.object({ moved: z.int() }),
      handle: ({ body, actor, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const kind = await readKind(tx, body.kindId);
          auditTarget(kind.kindId);
          refuseNoPlace(body.from, "from");
          await refuseUnknownPlace(tx, body.to, "to");
          refuseHand(actor, body.from, body.to, body.why);
          await moveCounted(parts, tx, { kind, ...body }, moverOf(actor));
          return { moved: body.quantity };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/equipment",
      summary: "What is lent to a customer, and what they bought",
      permission: "stock.read",
      params: z.object({ customerId: id }),
      response: z.object({ items: z.array(equipmentView) }),
      handle: ({ params: { customerId }, transact }) =>
        transact(async (tx) => {
          await readCustomer(tx, customerId);
          const rows = await equipmentOf(tx, customerId);
          return {
            items: rows.map((row) => ({
              itemId: row.itemId,
              kindName: row.kindName,
              serial: row.serial,
              holding: row.holding,
              askedBackMs: row.askedBackMs,
              sinceMs: row.changedAtMs,
            })),
          };
        }),
    }),
    ...kindRoutes(world),
  ];
}

const moverOf = ({ name, userId }: Actor) => ({ name, userId });

/** Who may not manage stock carries it: between stores, customers and the own van. */
function refuseHand(actor: Actor, from: Place, to: Place, why: MovementReason): void {
  if (actor.may("stock.manage")) return;
  const own = vanPlace(actor.userId);
  const isOpen = (one: Place) => one === own || one.startsWith("store:") || one.startsWith("customer:");
  // What is sold is nobody's to ask back, wherever it stands.
  const isCarried = why !== "sold" && why !== "lost" && why !== "received";
  if (isCarried && (from === own || to === own) && isOpen(from) && isOpen(to)) return;
  throw refusal("not-own-van");
}

async function refuseOtherThanOurs(tx: Tx, at: Place, field: string): Promise<void> {
  if (!at.startsWith("store:") && !at.startsWith("van:")) throw notFound("place", field);
  await refuseUnknownPlace(tx, at, field);
}

/** Who has it; of what is sold out of a customer's house: who bought it. */
function customerAt(to: Place, why: MovementReason, item: StockItemRow): string | null {
  if (to.startsWith("customer:")) return to.slice("customer:".length);
  return to === "sold" || why === "sold" ? item.customerId : null;
}

async function knownOf(tx: Tx, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom("stock_items")
    .select(["serialKey", "serial"])
    .where("serialKey", "in", [...keys, ""])
    .execute();
  return new Map(rows.map((row) => [row.serialKey, row.serial]));
}

function itemRows(tx: Tx) {
  return tx
    .selectFrom("stock_items as item")
    .innerJoin("stock_kinds as kind", (on) =>
      on.onRef("kind.providerId", "=", "item.providerId").onRef("kind.kindId", "=", "item.kindId"),
    )
    .selectAll("item")
    .select("kind.name as kindName");
}

function movementRows(tx: Tx) {
  return tx
    .selectFrom("stock_movements as movement")
    .innerJoin("stock_kinds as kind", (on) =>
      on.onRef("kind.providerId", "=", "movement.providerId").onRef("kind.kindId", "=", "movement.kindId"),
    )
    .leftJoin("stock_items as item", (on) =>
      on.onRef("item.providerId", "=", "movement.providerId").onRef("item.itemId", "=", "movement.itemId"),
    )
    .selectAll("movement")
    .select(["kind.name as kindName", "item.serial"]);
}

type ItemWithKind = StockItemRow & { readonly kindName: string };

async function itemViews(tx: Tx, rows: readonly ItemWithKind[]): Promise<z.input<typeof stockItemView>[]> {
  const names = await placeNames(
    tx,
    rows.map((row) => row.place),
  );
  return rows.map((row) => ({
    itemId: row.itemId,
    kindId: row.kindId,
    kindName: row.kindName,
    serial: row.serial,
    place: row.place,
    placeName: names.get(row.place) ?? null,
    holding: row.holding,
    customerId: row.customerId,
    askedBackMs: row.askedBackMs,
    receivedAtMs: row.receivedAtMs,
    changedAtMs: row.changedAtMs,
  }));
}

type MovementWithNames = Awaited<ReturnType<ReturnType<typeof movementRows>["execute"]>>[number];

async function movementViews(tx: Tx, rows: readonly MovementWithNames[]): Promise<z.input<typeof stockMovementView>[]> {
  const names = await placeNames(
    tx,
    rows.flatMap((row) => [row.fromPlace, row.toPlace]),
  );
  return rows.map((row) => ({
    movementId: row.movementId,
    kindId: row.kindId,
    kindName: row.kindName,
    itemId: row.itemId,
    serial: row.serial,
    quantity: row.quantity,
    from: row.fromPlace,
    fromName: names.get(row.fromPlace) ?? null,
    to: row.toPlace,
    toName: names.get(row.toPlace) ?? null,
    why: row.why,
    note: row.note,
    who: row.who,
    atMs: row.atMs,
  }));
}
