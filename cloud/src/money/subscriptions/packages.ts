/**
 * Subscriptions of the kind `package`: packages that renew themselves from their customer's credit, and from what the customer's phone is asked
 * for beside it. A row says who, what and where; jobs look at it when it is time (`subscriptions.look`) and when money comes in for one that
 * waits for it (`reconnection.subscription`). Each package that is bought so is a purchase like any other, with a key made of the one before
 * it: however often a job runs, it is bought once.
 */

import type { World } from "@karibu/protocol/world";
import { isSuspended } from "../../catalogue/customers/customers.ts";
import { grantHolder, grantOfPurchase, readGrantLease } from "../../catalogue/grants/held-grant.ts";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import { plansOnSale } from "../../catalogue/plans/plans.ts";
import { deletedSites } from "../../fleet/sites/sites.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { newestRestore } from "../../ground/restores/restores.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { creditOf } from "../ledger/credit.ts";
import { phoneIsAsked } from "../matching/send-prompt.ts";
import { offerFor, type PlanToSell } from "../promotions/offer-for.ts";
import { lastBought } from "../purchases/buyers.ts";
import { hasBought, promptOpenMs } from "../purchases/purchase-rows.ts";
import type { Purchases } from "../purchases/start-purchase.ts";
import { readGrantUse } from "../refunds/grant-use.ts";
import { keyOf, promptedCents, promptKey, readPromptFacts, readPrompts } from "./package-prompts.ts";
import {
  endPackage,
  lookAtPackage,
  type PackageRowParts,
  packageRows,
  phoneOf,
  readPackage,
  setPackage,
} from "./package-rows.ts";
import { decidePackage, dueInMs, type PackageDecision, type PackageFacts } from "./policy/package-policy.ts";
import { answerMs } from "./policy/prompt-times.ts";
import type { PackageRow } from "./subscription.ts";
import { phoneJob } from "./subscription-job-names.ts";
import { isSelling, log } from "./subscription-rows.ts";

export interface PackageParts extends PackageRowParts {
  readonly database: Database;
  readonly purchases: Pick<Purchases, "start">;
  readonly kinds: ChannelKinds;
  /** In the transaction before the first prompt for a package: tells the customer that it comes. */
  readonly onPrompt?: (tx: Tx, prompt: PackagePrompt) => Promise<void>;
  /** In the transaction that suspends: tells the customer what is missing. */
  readonly onSuspended?: (tx: Tx, stopped: PackageStopped) => Promise<void>;
}

export interface PackagePrompt {
  readonly providerId: string;
  readonly subscriptionId: string;
  /** An MSISDN. */
  readonly phone: string;
  readonly planName: string;
  readonly askedCents: number;
  readonly currency: string;
  /** The first package that is bought so, or the one before: each is told of once. */
  readonly after: string;
}

export interface PackageStopped {
  readonly providerId: string;
  readonly subscriptionId: string;
  /** An MSISDN. */
  readonly phone: string;
  readonly planName: string;
  readonly missingCents: number;
  readonly currency: string;
  readonly sinceMs: number;
}

const hub = "karibu";
/** While the provider is shut, or the customer off, it is looked at again so often. */
const shutAgainMs = 3_600_000;
/** As long as a prompt of the hub of before a restore is waited for. */
const sitesTellMs = answerMs;
/** Looks at one, and does what its time has come for. `asksPhone`: the channel may be waited for; else a job of its own asks. */
export async function renewPackage(
  parts: PackageParts,
  {
    providerId,
    subscriptionId,
    asksPhone,
  }: { readonly providerId: string; readonly subscriptionId: string; readonly asksPhone: boolean },
): Promise<void> {
  const { database, world } = parts;
  const looked = await database.asProvider(providerId, async (tx) => {
    const row = await readPackage(tx, subscriptionId);
    if (row === null || row.endedAtMs !== null) return null;
    const { paidPurchaseId } = await readPrompts(tx, row);
    if (paidPurchaseId !== null) {
      await goOn(parts, tx, row, paidPurchaseId);
      return null;
    }
    const { facts, plan, lastGrantId } = await readFacts(parts, tx, row);
    await noteEnd(parts, tx, row, facts, plan);
    const decision = decidePackage(facts);
    // No phone rings, and nobody is told to pay, while the purchase would be refused.
    if (decision.kind !== "end" && decision.kind !== "wait" && (await isShutTo(tx, row, facts.nowMs))) {
      await lookAtPackage(parts, tx, row, shutAgainMs);
      return null;
    }
    // Its customer may have bought it meanwhile, at the Wi-Fi page or by a prompt of a former start.
    const isOver = facts.last === null || dueInMs(facts.last, facts.nowMs) === 0;
    const newer = isOver && decision.kind !== "end" ? await lastBought(tx, providerId, row, row.lastPurchaseId) : null;
    if (newer !== null) {
      await goOn(parts, tx, row, newer);
      return null;
    }
    if (decision.kind === "prompt" && plan !== null) {
      // It would be refused, and the customer told of a prompt that does not come: another one stands on the phone for a minute at most.
      if (asksPhone && (await phoneIsAsked(world, tx, providerId, row.party))) {
        await lookAtPackage(parts, tx, row, promptOpenMs);
        return null;
      }
      if (asksPhone) return { row: await noteTry(parts, tx, row, plan), lastGrantId, isPrompt: true };
      await parts.jobs.send(tx, phoneJob, { providerId, subscriptionId }, { singletonKey: subscriptionId });
      return null;
    }
    if (decision.kind === "buy") return { row, lastGrantId, isPrompt: false };
    if (decision.kind !== "prompt") await carryOut(parts, tx, row, decision, { plan, nowMs: facts.nowMs });
    return null;
  });
  if (looked === null) return;
  const { row, lastGrantId, isPrompt } = looked;
  const result = await parts.purchases.start({
    providerId,
    siteId: row.siteId,
    planId: row.planId,
    phone: phoneOf(parts, row),
    ...(isPrompt ? { spendsCredit: true } : { pay: "credit" }),
    idempotencyKey: isPrompt ? promptKey(row, row.prompts) : keyOf(row),
    ...(lastGrantId === null ? {} : { renewsGrantId: lastGrantId }),
    refuseNow: async (tx) => ((await isBoughtOtherwise(world, tx, row)) ? "prompt-already-open" : null),
  });
  // What becomes of a prompt is seen at the next look, which is sent already, or when it is paid.
  if (isPrompt) return;
  await database.asProvider(providerId, async (tx) => {
    const now = await readPackage(tx, subscriptionId);
    if (now === null || now.endedAtMs !== null || now.lastPurchaseId !== row.lastPurchaseId) return;
    if (result.kind === "started") {
      return goOn(parts, tx, now, result.purchaseId);
    }
    // Somebody spent the credit, or the plan went, between the look and the purchase.
    const { facts, plan } = await readFacts(parts, tx, now);
    const decision = decidePackage(facts);
    if (decision.kind === "buy") {
      const tried = await setPackage(world, tx, now, {}, { tries: now.tries + 1, problem: result.reason });
      await lookAtPackage(parts, tx, tried, 60_000 * 2 ** Math.min(6, now.tries));
      return;
    }
    if (decision.kind === "prompt") {
      await lookAtPackage(parts, tx, now, 0);
      return;
    }
    return carryOut(parts, tx, now, decision, { plan, nowMs: facts.nowMs });
  });
}

/**
 * Has another process bought it since this one decided to, or asked the phone for it? Credit and a prompt have keys of their own: without this both could
 * pay for the same. Its row is not locked: whoever holds that may wait for the phone.
 */
async function isBoughtOtherwise(
  world: World,
  tx: Tx,
  { subscriptionId, lastPurchaseId }: PackageRow,
): Promise<boolean> {
  const now = await packageRows(tx).where("subscriptions.subscriptionId", "=", subscriptionId).executeTakeFirst();
  if (now === undefined || now.endedAtMs !== null || now.lastPurchaseId !== lastPurchaseId) return true;
  const { paidPurchaseId, openSinceMs } = await readPrompts(tx, now);
  return paidPurchaseId !== null || (openSinceMs !== null && world.clock.wall().atMs - openSinceMs < answerMs);
}

/** The provider was shut, or staff switched the customer off. */
const isShutTo = async (tx: Tx, { providerId, party }: PackageRow, nowMs: number): Promise<boolean> =>
  !(await isSelling(tx, providerId, nowMs)) || (await isSuspended(tx, party));

/** For the list: until when it lasts, as far as its site has told, and what it costs by now. */
async function noteEnd(
  { world }: PackageParts,
  tx: Tx,
  row: PackageRow,
  { last }: PackageFacts,
  plan: { readonly priceCents: number } | null,
): Promise<void> {
  const paidUntilMs = last?.endsAtMs ?? row.paidUntilMs;
  const priceCents = plan?.priceCents ?? row.priceCents;
  if (paidUntilMs === row.paidUntilMs && priceCents === row.priceCents) return;
  await setPackage(world, tx, row, { paidUntilMs, priceCents }, {});
}

/** It is bought: the next look is about the one after it. */
async function goOn(parts: PackageParts, tx: Tx, row: PackageRow, purchaseId: string): Promise<void> {
  const { world } = parts;
  world.log.info("package-renewed", { subscriptionId: row.subscriptionId, purchaseId });
  const common = { prompts: 0, promptedAtMs: null, notedPhase: "active" } as const;
  const own = { suspendedAtMs: null, problem: null, tries: 0, lastPurchaseId: purchaseId };
  const renewed = await setPackage(world, tx, row, common, own);
  await log(parts, tx, renewed, { what: "renewed", who: hub, amountCents: row.priceCents });
  await lookAtPackage(parts, tx, renewed, 60_000);
}

/** Written before the phone is asked, with the next look: a process that dies in between has used up a try, and lost nothing. */
async function noteTry(
  parts: PackageParts,
  tx: Tx,
  row: PackageRow,
  plan: { readonly name: string; readonly currency: string; readonly priceCents: number },
): Promise<PackageRow> {
  const { world } = parts;
  if (row.prompts === 0)
    await parts.onPrompt?.(tx, {
      providerId: row.providerId,
      subscriptionId: row.subscriptionId,
      phone: phoneOf(parts, row),
      planName: plan.name,
      askedCents: await promptedCents(tx, row, plan),
      currency: plan.currency,
      after: row.lastPurchaseId ?? "first",
    });
  const tried = { prompts: row.prompts + 1, promptedAtMs: world.clock.wall().atMs };
  const asked = await setPackage(world, tx, row, tried, { problem: "prompted" });
  await log(parts, tx, asked, { what: "prompted", who: hub });
  return lookAtPackage(parts, tx, asked, 60_000);
}

async function carryOut(
  parts: PackageParts,
  tx: Tx,
  row: PackageRow,
  decision: Exclude<PackageDecision, { kind: "buy" | "prompt" }>,
  {
    plan,
    nowMs,
  }: { readonly plan: { readonly name: string; readonly currency: string } | null; readonly nowMs: number },
): Promise<void> {
  const { world } = parts;
  if (decision.kind === "wait") {
    // Of the time that the decision is of: a clock that is put right meanwhile moves no look behind the end.
    await lookAtPackage(parts, tx, row, decision.forMs, nowMs);
    return;
  }
  if (decision.kind === "end") {
    await endPackage(parts, tx, row, { why: decision.why, who: hub });
    return;
  }
  // Looked at again soon, for a credit that was on its way into the books meanwhile; then now and then.
  const own = { suspendedAtMs: row.suspendedAtMs ?? nowMs, problem: "no-credit" };
  const stopped = await setPackage(world, tx, row, { notedPhase: "over" }, own);
  if (row.suspendedAtMs === null) await log(parts, tx, stopped, { what: "now-over", who: hub });
  const usualMs = row.suspendedAtMs === null ? 60_000 : 6 * 3_600_000;
  await lookAtPackage(parts, tx, stopped, Math.min(usualMs, decision.againInMs ?? usualMs));
  if (row.suspendedAtMs !== null || plan === null) return;
  await parts.onSuspended?.(tx, {
    providerId: row.providerId,
    subscriptionId: row.subscriptionId,
    phone: phoneOf(parts, row),
    sinceMs: nowMs,
    planName: plan.name,
    currency: plan.currency,
    missingCents: decision.missingCents,
  });
}

/** At the price that the purchase will ask: less the best promotion that is for everybody. */
async function offeredAt<T extends PlanToSell>(
  { world }: PackageParts,
  tx: Tx,
  { providerId, siteId, party }: PackageRow,
  plan: T,
): Promise<T> {
  const hasBoughtIt = (tx: Tx) => hasBought(tx, providerId, party);
  const wanted = { providerId, siteId, party, triedBy: party, hasBought: hasBoughtIt };
  const offer = await offerFor(world.clock, tx, wanted, plan);
  return offer.kind === "refused" ? plan : { ...plan, priceCents: offer.priceCents };
}

/**
 * After a restore sites give back what was bought since the back-up. The credit that paid for it is whole again in the back-up: who bought at once
 * would spend it on a second package for the same time.
 * @param knownMs since when this database knows all of the package
 */
async function untilTold(tx: Tx, knownMs: number, nowMs: number): Promise<number> {
  const restoredAtMs = (await newestRestore(tx))?.restoredAtMs ?? null;
  if (restoredAtMs === null || knownMs >= restoredAtMs) return 0;
  return Math.max(0, restoredAtMs + sitesTellMs - nowMs);
}

async function readFacts(
  parts: PackageParts,
  tx: Tx,
  row: PackageRow,
): Promise<{
  facts: PackageFacts;
  plan: { name: string; currency: string; priceCents: number } | null;
  lastGrantId: string | null;
}> {
  const { providerId, party } = row;
  const nowMs = parts.world.clock.wall().atMs;
  const [sold] = await plansOnSale(tx, providerId, [row.planId]);
  const plan = sold === undefined ? undefined : await offeredAt(parts, tx, row, await pricedAt(tx, sold, row.siteId));
  const grant = row.lastPurchaseId === null ? undefined : await grantOfPurchase(tx, providerId, row.lastPurchaseId);
  const use = grant === undefined ? undefined : await readGrantUse(tx, providerId, grant.grantId, nowMs);
  const last =
    grant === undefined || use === undefined
      ? null
      : { terms: grant.terms, isRevoked: grant.revokedAtMs !== null, ...use };
  // Nobody is served at a site that was deleted.
  const isSold = plan !== undefined && !(await deletedSites(tx, [row.siteId])).has(row.siteId);
  // What an open prompt holds counts too: a package is not stopped for it, and is bought when the prompt has ended.
  const credit = plan === undefined ? 0 : await creditOf(tx, providerId, party, plan.currency);
  return {
    facts: {
      nowMs,
      prompt: plan === undefined ? null : await readPromptFacts(parts, tx, row, plan.currency),
      isSold,
      untilToldMs: await untilTold(tx, grant?.createdAtMs ?? row.startedMs, nowMs),
      soldUntilMs: plan?.terms.validUntilMs ?? null,
      last,
      priceCents: plan?.priceCents ?? 0,
      creditCents: credit,
    },
    plan: plan ?? null,
    // As the site that holds it calls it: its slots are there under that name.
    lastGrantId: grant === undefined ? null : grantHolder(grant, await readGrantLease(tx, grant.grantId)).leaseId,
  };
}
