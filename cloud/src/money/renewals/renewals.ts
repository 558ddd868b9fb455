/**
 * Packages that renew themselves from their customer's credit, and from what the customer's phone is asked for beside it. A row says who, what and where; jobs check it when it is
 * time (`subscriptions.renew`) and when money comes in for one that waits for it (`reconnection.renew`). Each package that is
 * bought so is a purchase like any other, with a key made of the one before it: however often a job runs, it is bought once.
 */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { creditOf } from "../ledger/credit.ts";
import type { Purchases } from "../purchases/start-purchase.ts";
import { readGrantUse } from "../refunds/grant-use.ts";
import { reconnectJob, renewalSweepJob, renewJob } from "./renewal-jobs.ts";
import { decideRenewal, type RenewalDecision, type RenewalEnd, type RenewalFacts } from "./renewal-policy.ts";
import { keyOf, promptedCents, promptKey, readPromptFacts, readPrompts } from "./renewal-prompts.ts";
import type { RenewalRow } from "./tables.ts";

export interface RenewalParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
  readonly purchases: Pick<Purchases, "start">;
  readonly kinds: ChannelKinds;
  /** In the transaction before the first prompt for a package: tells the customer that it comes. */
  readonly onPrompt?: (tx: Tx, prompt: RenewalPrompt) => Promise<void>;
  /** In the transaction that suspends: tells the customer what is missing. */
  readonly onSuspended?: (tx: Tx, stopped: RenewalStopped) => Promise<void>;
}

export interface RenewalPrompt {
  readonly providerId: string;
  readonly renewalId: string;
  /** 12 digits. */
  readonly phone: string;
  readonly planName: string;
  readonly askedCents: number;
  readonly currency: string;
  /** The first package that is bought so, or the one before: each is told of once. */
  readonly after: string;
}

export interface RenewalStopped {
  readonly providerId: string;
  readonly renewalId: string;
  /** 12 digits. */
  readonly phone: string;
  readonly planName: string;
  readonly missingCents: number;
  readonly currency: string;
  readonly sinceMs: number;
}

/** How often lost jobs are looked for. */
const sweepEveryMs = 5 * 60_000;
const jobSchema = z.object({ providerId: z.string(), renewalId: z.string() });
const phoneContext = (row: { provider_id: string; renewal_id: string | null }) =>
  `renewal/${row.provider_id}/${row.renewal_id}`;

/** The customer wants it. The same customer, plan and site a second time is the same row, switched on again. */
export async function startRenewal(
  parts: RenewalParts,
  tx: Tx,
  wanted: { readonly providerId: string; readonly phone: string; readonly planId: string; readonly siteId: string },
): Promise<RenewalRow> {
  const { world } = parts;
  const { providerId, phone, planId, siteId } = wanted;
  const nowMs = world.clock.wall().atMs;
  const party = parts.parties.ofPhone(providerId, phone);
  const renewalId = newId(world);
  const last = await tx
    .selectFrom("intents")
    .innerJoin("grants", (join) =>
      join.onRef("grants.provider_id", "=", "intents.provider_id").onRef("grants.intent_id", "=", "intents.intent_id"),
    )
    .select("intents.intent_id")
    .where("intents.provider_id", "=", providerId)
    .where("intents.phone_hash", "=", party)
    .where("intents.plan_id", "=", planId)
    .where("intents.site_id", "=", siteId)
    .where("grants.revoked_at_ms", "is", null)
    .orderBy("intents.created_at_ms", "desc")
    .executeTakeFirst();
  const state = {
    active: true,
    problem: null,
    suspended_at_ms: null,
    tries: 0,
    prompts: 0,
    prompted_at_ms: null,
    next_at_ms: nowMs,
    changed_at_ms: nowMs,
  };
  const row = await tx
    .insertInto("renewals")
    .values({
      provider_id: providerId,
      party,
      plan_id: planId,
      site_id: siteId,
      renewal_id: renewalId,
      ...state,
      phone_sealed: parts.envelope.seal(
        Buffer.from(phone),
        phoneContext({ provider_id: providerId, renewal_id: renewalId }),
      ),
      phone_masked: maskPhone(phone),
      last_intent_id: last?.intent_id ?? null,
      created_at_ms: nowMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["provider_id", "party", "plan_id", "site_id"])
        // One that is on goes on where it is; one that was off starts again, with new keys.
        .doUpdateSet({
          ...state,
          last_intent_id: sql`case when renewals.active then renewals.last_intent_id else excluded.last_intent_id end`,
          created_at_ms: sql`case when renewals.active then renewals.created_at_ms else excluded.created_at_ms end`,
          // The tries of one that is on have keys: they are counted on.
          prompts: sql`case when renewals.active then renewals.prompts else 0 end`,
          prompted_at_ms: sql`case when renewals.active then renewals.prompted_at_ms end`,
        }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  await lookAt(parts, tx, row, 0);
  return row;
}

export async function endRenewal(
  parts: Pick<RenewalParts, "world">,
  tx: Tx,
  row: RenewalRow,
  why: RenewalEnd | "switched-off",
): Promise<RenewalRow> {
  return set(parts.world, tx, row, { active: false, problem: why, suspended_at_ms: null });
}

/** Sends the next look, and writes down when it is: the sweep finds what a lost job would have left behind. */
async function lookAt(parts: RenewalParts, tx: Tx, row: RenewalRow, inMs: number): Promise<void> {
  const atMs = parts.world.clock.wall().atMs + inMs;
  await set(parts.world, tx, row, { next_at_ms: atMs });
  const data = { providerId: row.provider_id, renewalId: row.renewal_id };
  const singletonKey = `${row.renewal_id}/${Math.ceil(atMs / 5000)}`;
  await parts.jobs.send(tx, renewJob, data, inMs === 0 ? { singletonKey } : { startAfterMs: inMs, singletonKey });
}

/** Looks at one, and does what its time has come for. */
async function renewOne(parts: RenewalParts, providerId: string, renewalId: string): Promise<void> {
  const { database, world } = parts;
  const looked = await database.asProvider(providerId, async (tx) => {
    const row = await readRenewal(tx, providerId, renewalId);
    if (row === null || !row.active) return null;
    const { paidIntentId } = await readPrompts(tx, row);
    if (paidIntentId !== null) {
      await goOn(parts, tx, row, paidIntentId);
      return null;
    }
    const { facts, plan, lastGrantId } = await readFacts(parts, tx, row);
    const decision = decideRenewal(facts);
    if (decision.kind === "prompt" && plan !== null)
      return { row: await noteTry(parts, tx, row, plan), lastGrantId, isPrompt: true };
    if (decision.kind === "buy") return { row, lastGrantId, isPrompt: false };
    if (decision.kind !== "prompt") await carryOut(parts, tx, row, decision, plan);
    return null;
  });
  if (looked === null) return;
  const { row, lastGrantId, isPrompt } = looked;
  const result = await parts.purchases.start({
    providerId,
    siteId: row.site_id,
    planId: row.plan_id,
    phone: phoneOf(parts, row),
    ...(isPrompt ? { spendsCredit: true } : { pay: "credit" }),
    idempotencyKey: isPrompt ? promptKey(row, row.prompts) : keyOf(row),
    ...(lastGrantId === null ? {} : { renewsGrantId: lastGrantId }),
  });
  // What becomes of a prompt is seen at the next look, which is sent already, or when it is paid.
  if (isPrompt) return;
  await database.asProvider(providerId, async (tx) => {
    const now = await readRenewal(tx, providerId, renewalId);
    if (now === null || !now.active || now.last_intent_id !== row.last_intent_id) return;
    if (result.kind === "started") {
      return goOn(parts, tx, now, result.purchaseId);
    }
    // Somebody spent the credit, or the plan went, between the look and the purchase.
    const { facts, plan } = await readFacts(parts, tx, now);
    const decision = decideRenewal(facts);
    if (decision.kind === "buy") {
      await set(world, tx, now, { tries: now.tries + 1, problem: result.reason });
      return lookAt(parts, tx, now, 60_000 * 2 ** Math.min(6, now.tries));
    }
    if (decision.kind === "prompt") return lookAt(parts, tx, now, 0);
    return carryOut(parts, tx, now, decision, plan);
  });
}

/** It is bought: the next look is about the one after it. */
async function goOn(parts: RenewalParts, tx: Tx, row: RenewalRow, intentId: string): Promise<void> {
  const { world } = parts;
  world.log.info("package-renewed", { renewalId: row.renewal_id, intentId });
  const none = { suspended_at_ms: null, problem: null, tries: 0, prompts: 0, prompted_at_ms: null };
  return lookAt(parts, tx, await set(world, tx, row, { ...none, last_intent_id: intentId }), 60_000);
}

/** Written before the phone is asked, with the next look: a process that dies in between has used up a try, and lost nothing. */
async function noteTry(
  parts: RenewalParts,
  tx: Tx,
  row: RenewalRow,
  plan: { readonly name: string; readonly currency: string; readonly price_cents: number },
): Promise<RenewalRow> {
  const { world } = parts;
  if (row.prompts === 0)
    await parts.onPrompt?.(tx, {
      providerId: row.provider_id,
      renewalId: row.renewal_id ?? "",
      phone: phoneOf(parts, row),
      planName: plan.name,
      askedCents: await promptedCents(tx, row, plan),
      currency: plan.currency,
      after: row.last_intent_id ?? "first",
    });
  const changes = { prompts: row.prompts + 1, prompted_at_ms: world.clock.wall().atMs, problem: "prompted" };
  const asked = await set(world, tx, row, changes);
  await lookAt(parts, tx, asked, 60_000);
  return asked;
}

const phoneOf = ({ envelope }: RenewalParts, row: RenewalRow): string =>
  envelope.open(row.phone_sealed as Buffer, phoneContext(row)).toString("utf8");

async function carryOut(
  parts: RenewalParts,
  tx: Tx,
  row: RenewalRow,
  decision: Exclude<RenewalDecision, { kind: "buy" | "prompt" }>,
  plan: { readonly name: string; readonly currency: string } | null,
): Promise<void> {
  const { world } = parts;
  if (decision.kind === "wait") return lookAt(parts, tx, row, decision.forMs);
  if (decision.kind === "end") {
    await endRenewal(parts, tx, row, decision.why);
    return;
  }
  const nowMs = world.clock.wall().atMs;
  // Looked at again soon, for a credit that was on its way into the books meanwhile; then now and then.
  await set(world, tx, row, { suspended_at_ms: row.suspended_at_ms ?? nowMs, problem: "no-credit" });
  const usualMs = row.suspended_at_ms === null ? 60_000 : 6 * 3_600_000;
  await lookAt(parts, tx, row, Math.min(usualMs, decision.againInMs ?? usualMs));
  if (row.suspended_at_ms !== null || plan === null) return;
  await parts.onSuspended?.(tx, {
    providerId: row.provider_id,
    renewalId: row.renewal_id ?? "",
    phone: phoneOf(parts, row),
    sinceMs: nowMs,
    planName: plan.name,
    currency: plan.currency,
    missingCents: decision.missingCents,
  });
}

async function readFacts(
  parts: RenewalParts,
  tx: Tx,
  row: RenewalRow,
): Promise<{
  facts: RenewalFacts;
  plan: { name: string; currency: string; price_cents: number } | null;
  lastGrantId: string | null;
}> {
  const { provider_id: providerId, party } = row;
  const sold = await tx
    .selectFrom("plans")
    .select(["name", "price_cents", "currency", "prices"])
    .where("provider_id", "=", providerId)
    .where("plan_id", "=", row.plan_id)
    .where("active", "=", true)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  const plan = sold === undefined ? undefined : await pricedAt(tx, sold, row.site_id);
  const grant =
    row.last_intent_id === null
      ? undefined
      : await tx
          .selectFrom("grants")
          .select(["grant_id", "terms", "revoked_at_ms"])
          .where("provider_id", "=", providerId)
          .where("intent_id", "=", row.last_intent_id)
          .executeTakeFirst();
  const use = grant === undefined ? undefined : await readGrantUse(tx, providerId, grant.grant_id);
  const last =
    grant === undefined || use === undefined
      ? null
      : { terms: grant.terms, isRevoked: grant.revoked_at_ms !== null, ...use };
  // What an open prompt holds counts too: a package is not stopped for it, and is bought when the prompt has ended.
  const credit = plan === undefined ? 0 : await creditOf(tx, providerId, party, plan.currency);
  return {
    facts: {
      nowMs: parts.world.clock.wall().atMs,
      prompt: plan === undefined ? null : await readPromptFacts(parts, tx, row, plan.currency),
      isSold: plan !== undefined,
      last,
      priceCents: plan?.price_cents ?? 0,
      creditCents: credit,
    },
    plan: plan ?? null,
    lastGrantId: grant?.grant_id ?? null,
  };
}

/** Those whose look is overdue: their job was lost. @returns how many */
async function sweepRenewals(parts: RenewalParts): Promise<void> {
  const { world, database, jobs } = parts;
  const nowMs = world.clock.wall().atMs;
  await scheduleSweep(parts);
  await database.asPlatform("renewal-sweep", async (tx) => {
    const rows = await tx
      .selectFrom("renewals")
      .select(["provider_id", "renewal_id"])
      .where("active", "=", true)
      .where("next_at_ms", "<", nowMs - 120_000)
      .orderBy("next_at_ms")
      .limit(500)
      .execute();
    for (const { provider_id: providerId, renewal_id: renewalId } of rows) {
      await jobs.send(tx, renewJob, { providerId, renewalId }, { singletonKey: `${renewalId}/swept` });
    }
  });
}

/** Sends the next look for lost jobs, if it is not sent already. */
async function scheduleSweep({ world, database, jobs }: RenewalParts): Promise<void> {
  const slot = Math.floor(world.clock.wall().atMs / sweepEveryMs) + 1;
  await database.asPlatform("schedule-renewal-sweep", (tx) =>
    jobs.send(tx, renewalSweepJob, {}, { startAfterMs: sweepEveryMs, singletonKey: `sweep/${slot}` }),
  );
}

export async function registerRenewalJobs(parts: RenewalParts): Promise<void> {
  for (const name of [renewJob, reconnectJob]) {
    await parts.jobs.work(name, async (data) => {
      const { providerId, renewalId } = jobSchema.parse(data);
      await renewOne(parts, providerId, renewalId);
    });
  }
  await parts.jobs.work(renewalSweepJob, () => sweepRenewals(parts));
  await scheduleSweep(parts);
}

/** Locked until the transaction ends. */
export async function readRenewal(tx: Tx, providerId: string, renewalId: string): Promise<RenewalRow | null> {
  const row = await tx
    .selectFrom("renewals")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("renewal_id", "=", renewalId)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

async function set(world: World, tx: Tx, row: RenewalRow, changes: Partial<RenewalRow>): Promise<RenewalRow> {
  return tx
    .updateTable("renewals")
    .set({ ...changes, changed_at_ms: world.clock.wall().atMs })
    .where("provider_id", "=", row.provider_id)
    .where("renewal_id", "=", row.renewal_id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
