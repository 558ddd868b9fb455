/** What another plan costs a line now, by the time that is left and by what its sites reported of its use. */
import { accountGrantId } from "@karibu/protocol/grant-id";
import { sitesOf } from "../../catalogue/accounts/accounts.ts";
import type { PlanRow } from "../../catalogue/plans/plans.ts";
import { isWaitedFor, readSilentSites } from "../../fleet/link/silent-sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readChargedForPlans } from "../documents/credit-note.ts";
import { readGrantUse } from "../refunds/grant-use.ts";
import { causeOf } from "./charge-subscription.ts";
import { changeCents, leftAfter } from "./period-arithmetic.ts";
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

/**
 * Is it another sum than somebody was shown? The worth of what is left falls by the minute while they read: a thousandth of the difference, some 40
 * minutes of a month, is no other price.
 */
export const isOtherAmount = (
  cents: number,
  shownCents: number,
  from: { readonly priceCents: number },
  to: { readonly priceCents: number },
): boolean => Math.abs(cents - shownCents) > Math.ceil(Math.abs(to.priceCents - from.priceCents) / 1000);

export interface PlanChange {
  /** Below zero: the customer gets it back. */
  readonly cents: number;
  /** What the line's row is to know of it for the next change. */
  readonly left: Pick<SubscriptionRow, "leftPeriod" | "leftPriceCents" | "leftUnusedCents">;
}

export async function readPlanChange(
  tx: Tx,
  row: SubscriptionRow,
  toCents: number,
  nowMs: number,
): Promise<PlanChange> {
  const facts = await factsOf(tx, row);
  const { paid } = facts;
  const period = periodNameAt(paid, nowMs);
  const { leftPeriod, leftPriceCents, leftUnusedCents, priceCents: fromCents } = row;
  const isKnown = leftPeriod === period && leftPriceCents !== null && leftUnusedCents !== null;
  const left = isKnown ? { priceCents: leftPriceCents, unusedCents: leftUnusedCents } : null;
  const read = await readUnusedCents(tx, row, facts, nowMs);
  // Of what a silent site may have let be used nobody knows afterwards how much it was.
  const unusedCents = read === "silent" ? (toCents < fromCents ? 0 : null) : read;
  const change = { fromCents, toCents, nowMs, unusedCents, left };
  const cents = changeCents(paid, change);
  const after = leftAfter(paid, change);
  return {
    // What a credit note gave back is not given back again.
    cents: cents >= 0 ? cents : Math.max(cents, 0 - (await readChargedForPlans(tx, causeOf(row), row.currency))),
    left: {
      leftPeriod: after === null ? null : period,
      leftPriceCents: after?.priceCents ?? null,
      leftUnusedCents: after?.unusedCents ?? null,
    },
  };
}

/** Null: nothing is counted. `silent`: a site that has not been heard may have let all of it be used: then nothing counts as unused. */
async function readUnusedCents(
  tx: Tx,
  row: SubscriptionRow,
  { paid, terms }: SubscriptionFacts,
  nowMs: number,
): Promise<number | "silent" | null> {
  if (terms.dataBytes === null && terms.useSeconds === null) return null;
  const silent = await readSilentSites(tx, row.providerId, await sitesOf(tx, row.accountId));
  if (silent.some((site) => isWaitedFor(site, nowMs))) return "silent";
  const grantId = accountGrantId(row.accountId, periodNameAt(paid, nowMs));
  return unusedCentsOf(terms, await readGrantUse(tx, row.providerId, grantId, nowMs), row.priceCents);
}
