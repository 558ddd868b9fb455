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
  const { planId, name, priceCents, currency, terms } = plan;
  const known = await tx.selectFrom("plans").select("planId").where("planId", "=", planId).executeTakeFirst();
  if (known !== undefined) return;
  const same = await tx
    .selectFrom("plans")
    .select("planId")
    .where("name", "=", name)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  const nowMs = world.clock.wall().atMs;
  await tx
    .insertInto("plans")
    .values({
      providerId,
      planId,
      name: same === undefined ? name : await copyName(tx, name),
      priceCents,
      currency,
      active: false,
      terms,
      archivedAtMs: nowMs,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      deletedAtMs: null,
    })
    .execute();
}
