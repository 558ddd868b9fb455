/** Orders in the database: written with the cause, sent by the worker, kept with their outcome. */

import { newId } from "@karibu/protocol/identifiers";
import { type RouterAction, routerActionSchema } from "@karibu/protocol/router/router-actions";
import type { World } from "@karibu/protocol/world";
import { type Insertable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { fullBudget, type StoredAction, withoutPassword } from "./order-policy.ts";

/** NOTIFY channel: some router has orders. */
export const ordersChannel = "karibu_router_orders";

/** Of one router. Who orders more waits until some are done. */
const openOrdersMax = 2000;
export const queueFull = `Too much waits for this router: at most ${openOrdersMax} orders may.`;
export const unreadable = "The hub can't read this order any more.";

export interface Orderer {
  readonly userId: string;
  readonly name: string;
}

export interface NewOrder {
  readonly siteId: string;
  readonly action: RouterAction;
}

interface OrderParts {
  readonly world: World;
  readonly envelope: Envelope;
}

interface Circumstances {
  readonly providerId: string;
  readonly by: Orderer;
  /** Not begun later than so much from now. */
  readonly expiresInMs: number;
  readonly bulkId: string | null;
}

export const passwordContext = (providerId: string, id: string) => `router-password/${providerId}/${id}`;

/** In their order, and their routers' lanes are awake after the commit. Throws Problem "router-queue-full". Returns their ids. */
export async function insertOrders(
  parts: OrderParts,
  tx: Tx,
  orders: readonly NewOrder[],
  circumstances: Circumstances,
): Promise<string[]> {
  if (orders.length === 0) return [];
  const siteIds = orders.map(({ siteId }) => siteId);
  const full = await wakeLanes(parts.world, tx, circumstances.providerId, siteIds, orders.length);
  if (full.size > 0) throw refusal("router-queue-full");
  return writeOrders(parts, tx, orders, circumstances);
}

/** The lanes look for work after the commit, and wait for it. Returns the routers that have no room for so many more orders each. */
export async function wakeLanes(
  world: World,
  tx: Tx,
  providerId: string,
  sites: readonly string[],
  more: number,
): Promise<ReadonlySet<string>> {
  if (sites.length === 0) return new Set();
  const nowMs = world.clock.wall().atMs;
  const siteIds = [...new Set(sites)];
  const { milli, atMs } = fullBudget(nowMs);
  await tx
    .insertInto("router_lanes")
    .values(
      siteIds.map((siteId) => ({
        providerId,
        siteId,
        heldBy: null,
        nextAtMs: nowMs,
        budgetMilli: milli,
        budgetAtMs: atMs,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .columns(["providerId", "siteId"])
        .doUpdateSet({ nextAtMs: sql`least(coalesce(router_lanes.next_at_ms, ${nowMs}::bigint), ${nowMs}::bigint)` }),
    )
    .execute();
  const { rows: full } = await sql<{ siteId: string }>`
    select site_id from router_orders where provider_id = ${providerId} and state in ('waiting', 'sent')
      and site_id in (select jsonb_array_elements_text(${JSON.stringify(siteIds)}::jsonb))
    group by site_id having count(*) > ${openOrdersMax - more}`.execute(tx);
  return new Set(full.map(({ siteId }) => siteId));
}

/** Whether there is room, `wakeLanes` has said. Returns their ids. */
export async function writeOrders(
  { world, envelope }: OrderParts,
  tx: Tx,
  orders: readonly NewOrder[],
  circumstances: Circumstances,
): Promise<string[]> {
  const rows = orders.map(({ siteId, action }) => {
    const { stored, password } = withoutPassword(action);
    const row = rowOf(world, siteId, stored, circumstances);
    const context = passwordContext(circumstances.providerId, row.orderId);
    return { ...row, passwordSealed: password === null ? null : envelope.seal(Buffer.from(password), context) };
  });
  await insertRows(tx, rows);
  await sql`select pg_notify(${ordersChannel}, '')`.execute(tx);
  return rows.map(({ orderId }) => orderId);
}

/** Orders that ended before they began, kept so that people see of each router what came of it. */
export async function writeEnded(
  world: World,
  tx: Tx,
  siteIds: readonly string[],
  action: StoredAction,
  end: { readonly state: "refused" | "cancelled"; readonly why: string },
  circumstances: Circumstances,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const rows = siteIds.map((siteId) => ({
    ...rowOf(world, siteId, action, circumstances),
    ...end,
    answeredAtMs: nowMs,
  }));
  await insertRows(tx, rows);
}

/** Those that were not sent yet: returns which. */
export async function cancelWaiting(tx: Tx, orderIds: readonly string[], nowMs: number): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const cancelled = await tx
    .updateTable("router_orders")
    .set({ state: "cancelled", answeredAtMs: nowMs, passwordSealed: null })
    .where("orderId", "in", orderIds)
    .where("state", "=", "waiting")
    .returning("orderId")
    .execute();
  return cancelled.map(({ orderId }) => orderId);
}

function rowOf(
  world: World,
  siteId: string,
  action: StoredAction,
  { providerId, by, expiresInMs, bulkId }: Circumstances,
) {
  const nowMs = world.clock.wall().atMs;
  return {
    providerId,
    orderId: newId(world),
    siteId,
    bulkId,
    kind: action.kind,
    action,
    passwordSealed: null,
    orderedBy: by.userId,
    orderedByName: by.name,
    state: "waiting" as const,
    orderedAtMs: nowMs,
    expiresAtMs: nowMs + expiresInMs,
    sentAtMs: null,
    answeredAtMs: null,
    why: null,
    row: null,
  };
}

async function insertRows(tx: Tx, rows: readonly Insertable<Schema["router_orders"]>[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 500)
    await tx
      .insertInto("router_orders")
      .values(rows.slice(at, at + 500))
      .execute();
}

/** Null: it was sealed under a key that is gone, or written by a newer hub. One such order must not stop others. */
export function readAction(...from: Parameters<typeof openAction>): RouterAction | null {
  try {
    return openAction(...from);
  } catch {
    return null;
  }
}

/** The action as it was ordered, with its password. Throws Fault of the envelope. */
function openAction(
  envelope: Envelope,
  row: { providerId: string; action: StoredAction; passwordSealed: Uint8Array | null },
  sealedUnder: string,
): RouterAction {
  const { action, passwordSealed: sealed, providerId } = row;
  if (sealed === null) return routerActionSchema.parse(action);
  const password = envelope.open(sealed, passwordContext(providerId, sealedUnder)).toString("utf8");
  return routerActionSchema.parse({ ...action, password });
}

/** What became of an order. Undefined: it is kept no more. */
export const readOrderState = (tx: Tx, orderId: string) =>
  tx.selectFrom("router_orders").select(["state", "why"]).where("orderId", "=", orderId).executeTakeFirst();
