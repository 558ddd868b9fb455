/** What another plan costs a line now, by the time that is left and by what its sites reported of its use. */
import { accountGrantId } from "@karibu/protocol/grant-id";
import { sitesOf } from "../../catalogue/accounts/accounts.ts";
import type { PlanRow } from "../../catalogue/plans/plans.ts";
import { isWaitedFor, readSilentSites } from "../../fleet/link/silent-sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readChargedForPlans } from "../documents/credit-note.ts";
import { readGrantUse } from "../refunds/grant-use.ts";
import { causeOf } from "./charge-subscription.ts";
import { changeCents } from "./period-arithmetic.ts";
import { unusedCentsOf } from "./policy/unused-cents.ts";
import type { SubscriptionRow } from "./subscription.ts";
import { periodNameAt, type SubscriptionFacts } from "./subscription-policy.ts";
import { factsOf } from "./subscription-rows.ts";

/** What a line has of another plan from now on. What is due is another sum then, and credit that is there may suffice: somebody looks. */
export const ofPlan = (plan: Pick<PlanRow, "planId" | "name" | "priceCents">, nowMs: number) => ({
  planId: plan.planId,
  planName: plan.name,
  priceCents: plan.priceCents,
  nextLookMs: nowMs,
});

/** Below zero: the customer gets it back. */
export async function planChangeCents(tx: Tx, row: SubscriptionRow, toCents: number, nowMs: number): Promise<number> {
  const facts = await factsOf(tx, row);
  const fromCents = row.priceCents;
  const unusedCents = toCents < fromCents ? await readUnusedCents(tx, row, facts, nowMs) : null;
  const cents = changeCents(facts.paid, { fromCents, toCents, nowMs, unusedCents });
  // What a credit note gave back is not given back again.
  return cents >= 0 ? cents : Math.max(cents, 0 - (await readChargedForPlans(tx, causeOf(row), row.currency)));
}

/** A site that has not been heard may have let all of it be used: then nothing counts as unused. */
async function readUnusedCents(
  tx: Tx,
  row: SubscriptionRow,
  { paid, terms }: SubscriptionFacts,
  nowMs: number,
): Promise<number | null> {
  if (terms.dataBytes === null && terms.useSeconds === null) return null;
  const silent = await readSilentSites(tx, row.providerId, await sitesOf(tx, row.accountId));
  if (silent.some((site) => isWaitedFor(site, nowMs))) return 0;
  const grantId = accountGrantId(row.accountId, periodNameAt(paid, nowMs));
  return unusedCentsOf(terms, await readGrantUse(tx, row.providerId, grantId, nowMs), row.priceCents);
}
