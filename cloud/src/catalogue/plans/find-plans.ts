import { sql } from "kysely";
import { contains } from "../../ground/lists/list.ts";
import { type Finder, hit, hitsMax } from "../../ground/lists/search.ts";

/** By a part of the name: a provider has tens of plans. */
export const planFinder: Finder = {
  permission: "plans.read",
  async find(tx, { text }) {
    const plans = await tx
      .selectFrom("plans")
      .select(["planId", "name", "priceCents", "currency", "active", "createdAtMs"])
      .where("deletedAtMs", "is", null)
      .where(contains([sql.ref("name")], text))
      .orderBy("active", "desc")
      .orderBy("name")
      .limit(hitsMax)
      .execute();
    return plans.map((plan) =>
      hit({
        kind: "plan",
        id: plan.planId,
        title: plan.name,
        isExact: plan.name.toLowerCase() === text.toLowerCase(),
        state: plan.active ? "active" : "inactive",
        amountCents: plan.priceCents,
        currency: plan.currency,
        planName: plan.name,
        atMs: plan.createdAtMs,
      }),
    );
  },
};
