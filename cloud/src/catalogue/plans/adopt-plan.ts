/** A plan that a restore lost, and that something still names: it comes back archived, so that books and lists can name it. */
import type { Terms } from "@karibu/protocol/plan";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { copyName } from "./plans.ts";

export interface LostPlan {
  readonly planId: string;
  readonly name: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly terms: Terms;
}

/** A plan that is there, deleted or not, stays as it is. */
export async function adoptPlan(world: World, tx: Tx, providerId: string, plan: LostPlan): Promise<void> {
  const { planId: plan_id, name, priceCents: price_cents, currency, terms } = plan;
  const known = await tx.selectFrom("plans").select("plan_id").where("plan_id", "=", plan_id).executeTakeFirst();
  if (known !== undefined) return;
  const same = await tx
    .selectFrom("plans")
    .select("plan_id")
    .where("name", "=", name)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  const nowMs = world.clock.wall().atMs;
  await tx
    .insertInto("plans")
    .values({
      provider_id: providerId,
      plan_id,
      name: same === undefined ? name : await copyName(tx, name),
      price_cents,
      currency,
      active: false,
      terms,
      archived_at_ms: nowMs,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
      deleted_at_ms: null,
    })
    .execute();
}
