/**
 * What happens to subscriptions by the clock, and when money comes in. The sweep looks each minute at those whose time has come; the site
 * needs none of it to end or to limit anybody.
 */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { isServed } from "../../catalogue/accounts/accounts.ts";
import { findCustomer } from "../../catalogue/customers/customers.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import type { CreditPosted } from "../ledger/post-entry.ts";
import { promptMoneyJob, unpaidPromptsOf } from "../matching/prompt-money.ts";
import type { PromptParts } from "../matching/send-prompt.ts";
import { creditProvedJob } from "../receipts/credit-proved-job.ts";
import { type ChargeParts, creditFor, dueCents, itemsOf, renew, settleDebtFirst } from "./charge-subscription.ts";
import { chargeLateFee, waiveUndueFee } from "./late-fee.ts";
import { mayBeAsked, promptForLine } from "./line-prompts.ts";
import { type PackageParts, renewPackage } from "./packages.ts";
import { afterPause, type Paid, paidUntilOf } from "./period-arithmetic.ts";
import type { SubscriptionRow } from "./subscription.ts";
import { lookJob, paidJob, phoneJob } from "./subscription-job-names.ts";
import {
  bridgeMs,
  creditDutyOf,
  nextLookMs,
  phaseOf,
  promiseAfter,
  type SubscriptionFacts,
} from "./subscription-policy.ts";
import { columnsOf, factsOf, hasAccount, isSelling, keep, readSubscription } from "./subscription-rows.ts";

const sweepEveryMs = 60_000;
const lostAfterMs = 120_000;
/** A customer or a log-in that is switched off, or whose provider is shut, is looked at again so often. */
const offAgainMs = 3_600_000;
const provedSchema = z.object({ providerId: z.string(), party: z.string() });
const jobSchema = z.object({ providerId: z.string(), subscriptionId: z.string() });
const hub = { who: "karibu" } as const;

export interface SubscriptionJobParts extends ChargeParts, PackageParts, PromptParts {
  readonly sweeps: Pick<Sweeps, "add">;
}

/** Does what the time, or the customer's credit, has come for. It has one time: an end that comes while it waits for a row is the next look's. One transaction: a process that dies in it has done nothing. */
export async function lookAt(parts: ChargeParts, tx: Tx, subscriptionId: string): Promise<SubscriptionRow> {
  let row = await readSubscription(tx, subscriptionId);
  const nowMs = parts.world.clock.wall().atMs;
  const look = { lookedAtMs: nowMs };
  let facts = await factsOf(tx, row);
  if (!facts.isEnded && !(await hasAccount(tx, row.accountId)))
    return keep(parts, tx, row, { endedAtMs: nowMs }, { ...hub, what: "ended", why: "account deleted" }, look);
  if (facts.pausedAtMs !== null && facts.pauseUntilMs !== null && nowMs >= facts.pauseUntilMs) {
    row = await endPause(parts, tx, row, facts, facts.pauseUntilMs, hub);
    facts = await factsOf(tx, row);
  }
  if (facts.cancelAtEnd && !facts.isEnded && facts.pausedAtMs === null && nowMs >= row.paidUntilMs)
    return keep(parts, tx, row, { endedAtMs: nowMs }, { ...hub, what: "ended" }, look);
  let duty = row.autoRenew ? creditDutyOf(facts, nowMs) : null;
  // Nobody pays for a line that is off.
  const isOff = !(await isOn(tx, row, nowMs));
  if (duty !== null && !isOff) await settleDebtFirst(parts, tx, row);
  if (duty === "charge" && !isOff) row = await waiveUndueFee(parts, tx, row, look);
  // A line of days may have several ends behind it, all within its grace: it is charged until it is paid, or credit is used up.
  let isRenewed = false;
  while (duty !== null && !isOff) {
    const wanted = dueCents(row, await itemsOf(tx, subscriptionId), 1);
    if (wanted > 0 && (await creditFor(tx, row)) < wanted) break;
    if (duty === "bridge") return keep(parts, tx, row, { bridgedUntilMs: row.paidUntilMs + bridgeMs }, null, look);
    // The end that it follows names it: a second look finds it charged.
    const endMs = row.paidUntilMs;
    row = await renew(parts, tx, row, 1, { ...hub, from: "credit", key: `auto/${endMs}` }, look);
    if (row.paidUntilMs === endMs) break;
    isRenewed = true;
    facts = await factsOf(tx, row);
    duty = creditDutyOf(facts, nowMs);
  }
  if (isRenewed && nowMs < row.paidUntilMs) return row;
  const isBridgeOver = row.bridgedUntilMs !== null && nowMs >= row.paidUntilMs;
  const bridge = isBridgeOver ? { bridgedUntilMs: null } : {};
  row = { ...row, ...bridge };
  facts = await factsOf(tx, row);
  const phase = phaseOf(facts, nowMs);
  const news = phase === row.notedPhase ? null : { ...hub, what: `now-${phase}` };
  // Nobody could have paid: this end has no late fee, also not once they are on again.
  const spared = isOff && phase === "over" ? { lateFeeForMs: row.paidUntilMs } : {};
  const fee = isOff ? null : await chargeLateFee(parts, tx, row, facts, nowMs);
  if (fee !== null) row = fee.row;
  // Switched on again, the customer is renewed within the hour. The end of the grace is looked at too: who is off then has no late fee.
  const offAgain =
    isOff && duty === "charge"
      ? { nextLookMs: Math.min(nowMs + offAgainMs, nextLookMs(facts, nowMs) ?? Number.POSITIVE_INFINITY) }
      : {};
  const feeAgainMs = fee?.againMs ?? null;
  const again =
    feeAgainMs === null ? offAgain : { nextLookMs: Math.min(feeAgainMs, nextLookMs(facts, nowMs) ?? feeAgainMs) };
  return keep(parts, tx, { ...row, ...bridge }, { ...bridge, ...again, ...spared }, news, look);
}

/** False: the provider was shut, staff switched the customer or the log-in off, the customer is gone, or all sites of the line are. */
export const isOn = async (tx: Tx, row: SubscriptionRow, nowMs: number): Promise<boolean> =>
  (await isSelling(tx, row.providerId, nowMs)) && (await isCustomerOn(tx, row)) && (await isServed(tx, row.accountId));

/** False: staff switched the customer off, or the customer is gone. */
async function isCustomerOn(tx: Tx, row: SubscriptionRow): Promise<boolean> {
  return (await findCustomer(tx, row))?.active === true;
}

/** @param untilMs when it ended, or ends now: no later than it was asked for, because the site let them in again then */
export function endPause(
  parts: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  facts: SubscriptionFacts,
  untilMs: number,
  doing: { readonly who: string; readonly why?: string | null | undefined },
): Promise<SubscriptionRow> {
  const endMs = Math.min(untilMs, facts.pauseUntilMs ?? untilMs);
  const paid = afterPause(facts.paid, { fromMs: facts.pausedAtMs ?? endMs, untilMs: endMs });
  const change = { ...columnsOf(paid), ...anotherEnd(facts, paid), pausedAtMs: null, pauseUntilMs: null };
  return keep(parts, tx, row, change, { ...doing, what: "pause-ended" });
}

/** What was asked and promised for the end of before says nothing of the end that it has now. */
function anotherEnd(
  facts: SubscriptionFacts,
  paid: Paid,
): Pick<Partial<SubscriptionRow>, "prompts" | "promisedUntilMs" | "promisedAtMs"> {
  const endMs = paidUntilOf(paid);
  return endMs === paidUntilOf(facts.paid) ? {} : { prompts: 0, ...promiseAfter(facts, endMs) };
}

export async function registerSubscriptionJobs(parts: SubscriptionJobParts): Promise<void> {
  const { jobs, database } = parts;
  const wallMs = () => parts.world.clock.wall().atMs;
  for (const name of [lookJob, paidJob])
    await jobs.work(name, async (data) => {
      const { providerId, subscriptionId } = jobSchema.parse(data);
      const kind = await database.asProvider(providerId, (tx) => kindOf(tx, subscriptionId));
      if (kind === "package") await renewPackage(parts, { providerId, subscriptionId, asksPhone: false });
      if (kind !== "line") return;
      await database.asProvider(providerId, async (tx) => {
        if (mayBeAsked(await lookAt(parts, tx, subscriptionId)))
          await jobs.send(tx, phoneJob, { providerId, subscriptionId }, { singletonKey: subscriptionId });
      });
    });
  await jobs.work(phoneJob, async (data) => {
    const { providerId, subscriptionId } = jobSchema.parse(data);
    const kind = await database.asProvider(providerId, (tx) => kindOf(tx, subscriptionId));
    if (kind === "package") await renewPackage(parts, { providerId, subscriptionId, asksPhone: true });
    if (kind === "line") await promptForLine(parts, providerId, subscriptionId);
  });
  await jobs.work(creditProvedJob, async (data) => {
    const { providerId, party } = provedSchema.parse(data);
    const waiting = await database.asProvider(providerId, async (tx) => {
      for (const { subscriptionId } of await packagesOf(tx, providerId, [party as Party]))
        await jobs.send(tx, paidJob, { providerId, subscriptionId });
      const lines = await linesOf(tx, providerId, [party as Party]);
      for (const promptId of await unpaidPromptsOf(tx, { providerId, nowMs: wallMs() }, idsOf(lines)))
        await jobs.send(tx, promptMoneyJob, { providerId, promptId });
      return lines.filter(renewsByItself);
    });
    for (const { subscriptionId } of waiting)
      await database.asProvider(providerId, (tx) => lookAt(parts, tx, subscriptionId));
  });
  parts.sweeps.add({
    name: "subscriptions",
    everyMs: sweepEveryMs,
    hasWork: (nowMs) => sql<boolean>`exists (select from subscriptions where ${isDue(nowMs)})`,
    run: () => sweep(parts),
  });
}

/** Null: there is no such one. */
async function kindOf(tx: Tx, subscriptionId: string): Promise<"line" | "package" | null> {
  const row = await tx
    .selectFrom("subscriptions")
    .select("kind")
    .where("subscriptionId", "=", subscriptionId)
    .executeTakeFirst();
  return row?.kind ?? null;
}

/** A package has sent its own job: only one that was lost is sent again. */
const isDue = (nowMs: number) => sql<boolean>`((kind = 'line' and next_look_ms <= ${nowMs}::bigint)
  or (kind = 'package' and next_look_ms < ${nowMs - lostAfterMs}::bigint))`;

/** A job for each whose time has come. One that fails does not hold the others up: providers take turns. */
async function sweep({ world, database, jobs }: SubscriptionJobParts): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  await database.asPlatform("subscriptions-due", async (tx) => {
    const rows = await tx
      .selectFrom("subscriptions")
      .select(["providerId", "subscriptionId", "nextLookMs"])
      .where(isDue(nowMs))
      .orderBy(sql`row_number() over (partition by provider_id order by next_look_ms)`)
      .orderBy("nextLookMs")
      .limit(1000)
      .execute();
    for (const { providerId, subscriptionId, nextLookMs: dueMs } of rows)
      await jobs.send(tx, lookJob, { providerId, subscriptionId }, { singletonKey: `${subscriptionId}/${dueMs}` });
  });
}

/**
 * In the transaction that puts money into the credit of these customers: what waits for it is renewed at once. One that does not wait yet gets
 * a job too, for at this moment it may be finding that the credit does not suffice. Each entry has its own job, for a job that is there already
 * may be reading before this transaction can be seen.
 */
export function wakeSubscriptions(world: World): (tx: Tx, posted: CreditPosted) => Promise<void> {
  const send = sendToOutbox(world);
  return async (tx, { providerId, entryId, parties }) => {
    const lines = await linesOf(tx, providerId, parties);
    const waiting = [...lines.filter(renewsByItself), ...(await packagesOf(tx, providerId, parties))];
    for (const { subscriptionId } of waiting)
      await send(tx, paidJob, { providerId, subscriptionId }, { singletonKey: `${subscriptionId}/${entryId}` });
    for (const promptId of await unpaidPromptsOf(tx, { providerId, nowMs: world.clock.wall().atMs }, idsOf(lines)))
      await send(tx, promptMoneyJob, { providerId, promptId }, { singletonKey: `${promptId}/${entryId}` });
  };
}

/**
 * In the transaction that gives a customer a number, or another one: its credit may be there already, and nothing would look at it. By a job, as a look
 * has the line before it asks for the customer, who is locked here.
 */
export function wakeLinesOf(world: World): (tx: Tx, customerId: string) => Promise<void> {
  const send = sendToOutbox(world);
  return async (tx, customerId) => {
    const lines = await tx
      .selectFrom("subscriptions")
      .select(["providerId", "subscriptionId"])
      .where("customerId", "=", customerId)
      .where("kind", "=", "line")
      .where("autoRenew", "=", true)
      .where("endedAtMs", "is", null)
      .orderBy("paidUntilMs")
      .execute();
    for (const { providerId, subscriptionId } of lines) await send(tx, paidJob, { providerId, subscriptionId });
  };
}

/** Their packages, those that wait first. */
function packagesOf(tx: Tx, providerId: string, parties: readonly Party[]): Promise<{ subscriptionId: string }[]> {
  return tx
    .selectFrom("subscription_packages as package")
    .innerJoin("subscriptions", (join) =>
      join
        .onRef("subscriptions.providerId", "=", "package.providerId")
        .onRef("subscriptions.subscriptionId", "=", "package.subscriptionId"),
    )
    .select("package.subscriptionId")
    .where("package.providerId", "=", providerId)
    .where("package.party", "in", [...parties])
    .where("subscriptions.endedAtMs", "is", null)
    .orderBy(sql`package.suspended_at_ms nulls last`)
    .execute();
}

interface CreditLine {
  readonly subscriptionId: string;
  readonly autoRenew: boolean;
}

/** From their credit: the others wait for their customer, or for the money of a prompt. */
const renewsByItself = ({ autoRenew }: CreditLine): boolean => autoRenew;

const idsOf = (lines: readonly CreditLine[]): string[] => lines.map(({ subscriptionId: id }) => id);

/** The lines of these customers, the soonest end first. */
function linesOf(tx: Tx, providerId: string, parties: readonly Party[]): Promise<CreditLine[]> {
  return tx
    .selectFrom("subscriptions")
    .innerJoin("customers", (join) =>
      join
        .onRef("customers.providerId", "=", "subscriptions.providerId")
        .onRef("customers.customerId", "=", "subscriptions.customerId"),
    )
    .select(["subscriptionId", "autoRenew"])
    .where("subscriptions.providerId", "=", providerId)
    .where("customers.phoneHash", "in", [...parties])
    .where("endedAtMs", "is", null)
    .orderBy("paidUntilMs")
    .execute();
}
