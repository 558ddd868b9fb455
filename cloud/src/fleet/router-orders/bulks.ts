/** One action at many routers: a few first, then more in each stage. The next stage begins when every order of the one before has its outcome. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { nextStage } from "./order-policy.ts";
import { insertOrders, openAction } from "./order-store.ts";

export interface BulkParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly emit: Emit;
}

interface Counts {
  readonly open: number;
  readonly failed: number;
}

/** Begins the next stage, pauses, or ends it, if its turn has come. Emits last: call it at the end of a transaction. */
export async function advanceBulk(parts: BulkParts, tx: Tx, providerId: string, bulkId: string): Promise<void> {
  const { world, envelope, emit } = parts;
  const bulk = await tx
    .selectFrom("router_bulks")
    .selectAll()
    .where("bulk_id", "=", bulkId)
    .forUpdate()
    .executeTakeFirst();
  if (bulk === undefined || bulk.state !== "running") return;
  const { open, failed } = await countOrders(tx, providerId, bulkId);
  if (open > 0) return emit(tx, providerId, { topic: "router", id: bulkId, action: "bulk" });
  const nowMs = world.clock.wall().atMs;
  const set = (change: { state: "paused" | "done"; ended_at_ms?: number; password_sealed?: null }) =>
    tx.updateTable("router_bulks").set(change).where("bulk_id", "=", bulkId).execute();
  const total = bulk.site_ids.length;
  if (bulk.begun >= total) await set({ state: "done", ended_at_ms: nowMs, password_sealed: null });
  else if (bulk.pause_on_failure && failed > bulk.failures_seen) await set({ state: "paused" });
  else {
    const count = nextStage({ begun: bulk.begun, first: bulk.first, total });
    const siteIds = bulk.site_ids.slice(bulk.begun, bulk.begun + count);
    const action = openAction(envelope, bulk, bulkId);
    await insertOrders(
      { world, envelope },
      tx,
      siteIds.map((siteId) => ({ siteId, action })),
      {
        providerId,
        bulkId,
        by: { userId: bulk.made_by, name: bulk.made_by_name },
        expiresInMs: bulk.expires_in_seconds * 1000,
      },
    );
    await tx
      .updateTable("router_bulks")
      .set({ begun: bulk.begun + count })
      .where("bulk_id", "=", bulkId)
      .execute();
  }
  await emit(tx, providerId, { topic: "router", id: bulkId, action: "bulk" });
}

export async function countOrders(tx: Tx, providerId: string, bulkId: string): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select count(*) filter (where state in ('waiting', 'sent')) as open,
      count(*) filter (where state not in ('waiting', 'sent', 'done', 'cancelled')) as failed
    from router_orders where provider_id = ${providerId} and bulk_id = ${bulkId}`.execute(tx);
  return rows[0] ?? { open: 0, failed: 0 };
}
