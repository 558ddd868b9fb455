/**
 * Stock in the database. Every change is a movement from one place to another, and the balances are changed with it in one transaction, so
 * what is where is always the sum of what went there. A thing with a serial number moves under its row's lock: nobody lends it twice.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { MovementReason, StockItemRow, StockKindRow } from "./stock-item.ts";
import { holdingAfter, isOutside, type Place, serialKey } from "./stock-policy.ts";

export interface StockParts {
  readonly world: World;
}

export interface Mover {
  readonly name: string;
  readonly userId: string | null;
}

export interface ItemMove {
  readonly to: Place;
  readonly why: MovementReason;
  readonly note?: string | null;
  /** Of who has it then; left out: nobody. */
  readonly customerId?: string | null;
  readonly installationId?: string | null;
}

/** Throws a Problem 404 that names the field. */
export async function readKind(tx: Tx, kindId: string, field = "kindId"): Promise<StockKindRow> {
  const row = await tx.selectFrom("stock_kinds").selectAll().where("kindId", "=", kindId).executeTakeFirst();
  if (row === undefined) throw notFound("kind", field);
  return row;
}

/** Locked until the transaction ends. */
export async function readItem(tx: Tx, itemId: string): Promise<StockItemRow> {
  const row = await tx
    .selectFrom("stock_items")
    .selectAll()
    .where("itemId", "=", itemId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("item");
  return row;
}

/** As it is typed or scanned. Locked until the transaction ends. */
export async function itemBySerial(tx: Tx, serial: string): Promise<StockItemRow> {
  const row = await tx
    .selectFrom("stock_items")
    .selectAll()
    .where("serialKey", "=", serialKey(serial))
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("item with this serial number", "serial");
  return row;
}

/** All of them or none. @returns how many */
export async function receiveItems(
  parts: StockParts,
  tx: Tx,
  of: {
    readonly kind: StockKindRow;
    readonly place: Place;
    readonly serials: readonly { readonly serial: string; readonly key: string }[];
    readonly note: string | null;
  },
  who: Mover,
): Promise<number> {
  const nowMs = parts.world.clock.wall().atMs;
  const providerId = of.kind.providerId;
  const rows = of.serials.map(({ serial, key }) => ({
    providerId,
    itemId: newId(parts.world),
    kindId: of.kind.kindId,
    serial,
    serialKey: key,
    place: of.place,
    holding: "own" as const,
    receivedAtMs: nowMs,
    changedAtMs: nowMs,
  }));
  if (rows.length === 0) return 0;
  const { numInsertedOrUpdatedRows: made = 0n } = await tx
    .insertInto("stock_items")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["providerId", "serialKey"]).doNothing())
    .executeTakeFirstOrThrow();
  // Somebody received one of them at this moment: the caller asks again, and sees it.
  if (Number(made) !== rows.length) throw refusal("serials-known", { field: "serials" });
  await tx
    .insertInto("stock_movements")
    .values(
      rows.map((row) => ({
        providerId,
        movementId: newId(parts.world),
        kindId: row.kindId,
        itemId: row.itemId,
        quantity: 1,
        fromPlace: "supplier",
        toPlace: of.place,
        why: "received" as const,
        note: of.note,
        who: who.name,
        userId: who.userId,
        atMs: nowMs,
      })),
    )
    .execute();
  await addUp(tx, providerId, of.kind.kindId, { from: "supplier", to: of.place, quantity: rows.length });
  return rows.length;
}

/** @param item read under its lock. Throws a Problem 409 "already-there" */
export async function moveItem(
  parts: StockParts,
  tx: Tx,
  item: StockItemRow,
  move: ItemMove,
  who: Mover,
): Promise<StockItemRow> {
  if (item.place === move.to) throw refusal("already-there");
  await tx
    .insertInto("stock_movements")
    .values({
      ...{
        providerId: item.providerId,
        movementId: newId(parts.world),
        kindId: item.kindId,
        itemId: item.itemId,
      },
      quantity: 1,
      fromPlace: item.place,
      toPlace: move.to,
      why: move.why,
      note: move.note ?? null,
      who: who.name,
      userId: who.userId,
      atMs: parts.world.clock.wall().atMs,
    })
    .execute();
  await addUp(tx, item.providerId, item.kindId, { from: item.place, to: move.to, quantity: 1 });
  return tx
    .updateTable("stock_items")
    .set({
      place: move.to,
      holding: holdingAfter(move.to, move.why),
      customerId: move.customerId ?? null,
      installationId: move.installationId ?? null,
      askedBackMs: null,
      changedAtMs: parts.world.clock.wall().atMs,
    })
    .where("itemId", "=", item.itemId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Of a kind that is counted. Throws a Problem 409 "too-few" where the place holds less. */
export async function moveCounted(
  parts: StockParts,
  tx: Tx,
  of: {
    readonly kind: StockKindRow;
    readonly from: Place;
    readonly to: Place;
    readonly quantity: number;
    readonly why: MovementReason;
    readonly note?: string | null;
  },
  who: Mover,
): Promise<void> {
  const { kind, from, to, quantity, why } = of;
  if (kind.hasSerials) throw refusal("has-serials", { field: "kindId" });
  if (from === to) throw refusal("already-there");
  await tx
    .insertInto("stock_movements")
    .values({
      providerId: kind.providerId,
      movementId: newId(parts.world),
      kindId: kind.kindId,
      itemId: null,
      quantity,
      fromPlace: from,
      toPlace: to,
      why,
      note: of.note ?? null,
      who: who.name,
      userId: who.userId,
      atMs: parts.world.clock.wall().atMs,
    })
    .execute();
  await addUp(tx, kind.providerId, kind.kindId, { from, to, quantity });
}

/** Places in one order, so that two movements in opposite directions do not wait for each other. */
async function addUp(
  tx: Tx,
  providerId: string,
  kindId: string,
  { from, to, quantity }: { readonly from: Place; readonly to: Place; readonly quantity: number },
): Promise<void> {
  const changes = [
    { place: from, by: -quantity },
    { place: to, by: quantity },
  ].sort((one, other) => (one.place < other.place ? -1 : 1));
  for (const { place, by } of changes) {
    // A row that would begin below zero is refused by the table's check before the conflict is seen: so it begins at nothing.
    await sql`insert into stock_balances (provider_id, kind_id, place, quantity) values (${providerId}, ${kindId}, ${place}, 0)
      on conflict do nothing`.execute(tx);
    const { rows } = await sql`update stock_balances set quantity = quantity + ${by}::bigint
      where provider_id = ${providerId} and kind_id = ${kindId} and place = ${place}
        and (quantity + ${by}::bigint >= 0 or ${isOutside(place)})
      returning place`.execute(tx);
    if (rows.length === 0) throw refusal("too-few", { field: "quantity" });
  }
}

/** What is lent to a customer, and what they bought. */
export function equipmentOf(tx: Tx, customerId: string) {
  return tx
    .selectFrom("stock_items as item")
    .innerJoin("stock_kinds as kind", (on) =>
      on.onRef("kind.providerId", "=", "item.providerId").onRef("kind.kindId", "=", "item.kindId"),
    )
    .select([
      "item.itemId",
      "item.serial",
      "item.holding",
      "item.askedBackMs",
      "item.changedAtMs",
      "kind.name as kindName",
    ])
    .where("item.customerId", "=", customerId)
    .orderBy("item.itemId")
    .execute();
}
