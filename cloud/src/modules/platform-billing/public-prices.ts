import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { PublicPrice } from "../hub-module.ts";

const pricesMax = 12;

/** Of the plans that can be chosen. */
export async function publicPrices(tx: Tx): Promise<readonly PublicPrice[]> {
  const plans = await tx
    .selectFrom("platform_plans")
    .select(["name", "priceCents", "currency", "trialDays", "limits"])
    .where("providerId", "=", platformProviderId)
    .where("active", "=", true)
    .orderBy("priceCents")
    .orderBy("planId")
    .limit(pricesMax)
    .execute();
  return plans.map((plan) => ({
    name: plan.name,
    priceCents: plan.priceCents,
    currency: plan.currency,
    trialDays: plan.trialDays,
    sitesMax: plan.limits.sites ?? null,
    messagesMax: plan.limits.messages ?? null,
  }));
}
