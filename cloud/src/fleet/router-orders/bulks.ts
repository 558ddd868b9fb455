/** One action at many routers: a few first, then more in each stage. The next stage begins when every order of the one before has its outcome. */

import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { nextStage } from "./order-policy.ts";
import { queueFull, readAction, unreadable, wakeLanes, writeEnded, writeOrders } from "./order-store.ts";
import { noLongerAllowed, standingOf } from "./still-may.ts";

export interface BulkParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly emit: Emit;
}

interface Counts {
  readonly open: number;
  readonly failed: number;
}

/**
 * Begins the next stage, pauses, or ends it, if its turn has come; never throws for what one router or one person lacks: answers of other
 * routers are noted in the same transaction. Emits last: call it at the end of a transaction.
 */
export async function advanceBulk(parts: BulkParts, tx: Tx, providerId: string, bulkId: string): Promise<void> {
  const bulk = await tx
    .selectFrom("router_bulks")
    .selectAll()
    .where("bulkId", "=", bulkId)
    .forUpdate()
    .executeTakeFirst();
  if (bulk === undefined || bulk.state !== "running") return;
  await goOn(parts, tx, bulk);
  await parts.emit(tx, providerId, { topic: "router", id: bulkId, action: "bulk" });
}

type Bulk = Selectable<Schema["router_bulks"]>;

async function goOn(parts: BulkParts, tx: Tx, bulk: Bulk): Promise<void> {
  const { providerId, bulkId } = bulk;
  const set = (change: {
    state: "paused" | "stopped" | "done";
    begun?: number;
    endedAtMs?: number;
    passwordSealed?: null;
  }) => tx.updateTable("router_bulks").set(change).where("bulkId", "=", bulkId).execute();
  const ended = { endedAtMs: parts.world.clock.wall().atMs, passwordSealed: null };
  const total = bulk.siteIds.length;
  let { begun } = bulk;
  // A stage whose every router was refused at once has no answer that would begin the next one.
  for (;;) {
    const { open, failed } = await countOrders(tx, providerId, bulkId);
    if (open > 0) return;
    if (begun >= total) return void (await set({ state: "done", ...ended }));
    if (bulk.pauseOnFailure && failed > bulk.failuresSeen) return void (await set({ state: "paused" }));
    if ((await standingOf(tx, providerId, bulk.madeBy, bulk.action.kind)) === "may-not") {
      const end = { state: "cancelled", why: noLongerAllowed } as const;
      await writeEnded(parts.world, tx, bulk.siteIds.slice(begun), bulk.action, end, circumstancesOf(bulk));
      return void (await set({ state: "stopped", begun: total, ...ended }));
    }
    const count = nextStage({ begun, first: bulk.first, total });
    await beginStage(parts, tx, bulk, bulk.siteIds.slice(begun, begun + count));
    begun += count;
    await tx.updateTable("router_bulks").set({ begun }).where("bulkId", "=", bulkId).execute();
  }
}

async function beginStage(parts: BulkParts, tx: Tx, bulk: Bulk, siteIds: readonly string[]): Promise<void> {
  const circumstances = circumstancesOf(bulk);
  const action = readAction(parts.envelope, bulk, bulk.bulkId);
  const full = await wakeLanes(parts.world, tx, bulk.providerId, siteIds, 1);
  const free =
    action === null ? [] : siteIds.filter((siteId) => !full.has(siteId)).map((siteId) => ({ siteId, action }));
  const refused = action === null ? siteIds : siteIds.filter((siteId) => full.has(siteId));
  const end = { state: "refused", why: action === null ? unreadable : queueFull } as const;
  await writeEnded(parts.world, tx, refused, bulk.action, end, circumstances);
  if (free.length > 0) await writeOrders(parts, tx, free, circumstances);
}

function circumstancesOf(bulk: Bulk) {
  return {
    providerId: bulk.providerId,
    bulkId: bulk.bulkId,
    by: { userId: bulk.madeBy, name: bulk.madeByName },
    expiresInMs: bulk.expiresInSeconds * 1000,
  };
}

export async function countOrders(tx: Tx, providerId: string, bulkId: string): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select count(*) filter (where state in ('waiting', 'sent')) as open,
      count(*) filter (where state not in ('waiting', 'sent', 'done', 'cancelled')) as failed
    from router_orders where provider_id = ${providerId} and bulk_id = ${bulkId}`.execute(tx);
  return rows[0] ?? { open: 0, failed: 0 };
}
