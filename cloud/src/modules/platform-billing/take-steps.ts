/**
 * Takes the steps that `subscription-policy.ts` says, each in a transaction of its own that has locked the subscription: what a step changes and
 * that it was taken are kept together. A round that fails, and one that comes twice, is finished by the next.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Sites } from "../../fleet/sites/sites.ts";
import type { Parties, Party, PhoneSha256 } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { isClockSure } from "../../ground/db/hub-clock.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { setPlanLimits } from "../../ground/quotas/quotas.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { ownersOf } from "../../identity/users/owners.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import { issueInvoice } from "../../money/invoices/issue-invoice.ts";
import { readArrears, setArrears, setNoWayToPaySince } from "../../tenancy/providers/arrears.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { type BillingLetter, billingLetter } from "./billing-letters.ts";
import { nextStep, type SubscriptionStep, waivedSince } from "./subscription-policy.ts";
import {
  beginAnew,
  readPlatformPlan,
  readWhole,
  setSubscription,
  type WholeSubscription,
} from "./subscription-rows.ts";
import { platformPaybills } from "./ways-to-pay.ts";

export interface BillingParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Pick<Parties, "ofSha256">;
  readonly mailer: Pick<Mailer, "write">;
  readonly kinds: ChannelKinds;
  readonly sites: Pick<Sites, "publishAll">;
  readonly publicUrl: string;
}

/** An invoice of the platform to one of its providers was paid. */
export const platformInvoicePaidJob = "subscriptions.platform-invoice-paid";

/** More than any provider can have due at once. */
const stepsMax = 20;

/** Doubt is the provider's gain: by a clock that may be ahead nobody is charged, warned or shut. What opens does so all the same. */
const mayTake = (world: World, { kind }: SubscriptionStep): boolean => kind === "reopen" || isClockSure(world);

/** All steps of one provider that are due now; returns how many. */
export async function takeSteps(parts: BillingParts, providerId: string): Promise<number> {
  const { world, database, kinds } = parts;
  for (let taken = 0; ; taken++) {
    const step = await database.asPlatform("platform-billing", async (tx) => {
      const nowMs = world.clock.wall().atMs;
      if (isClockSure(world)) await beginAnew(tx, { providerId, nowMs });
      const whole = await readWhole(kinds, tx, { providerId, nowMs }, "lock");
      const next = whole === null || taken >= stepsMax ? null : nextStep(whole.facts, nowMs);
      if (whole === null || next === null || !mayTake(world, next)) return null;
      await takeStep(parts, tx, whole, next);
      return next;
    });
    if (step === null) return taken;
    world.log.info("platform-subscription-step", { providerId, step: step.kind });
  }
}

/** Once a round has looked at everybody, the failures are thrown. */
export function platformBillingJob(parts: BillingParts): MaintenanceJob {
  return {
    name: "platform-subscriptions",
    everyMs: 5 * 60_000,
    run: async () => {
      const due = await parts.database.asPlatform("platform-billing", (tx) =>
        tx
          .selectFrom("platform_subscriptions")
          .innerJoin("providers", "providers.providerId", "platform_subscriptions.providerId")
          .select("platform_subscriptions.providerId")
          .where("providers.state", "!=", "deleted")
          .orderBy("platform_subscriptions.providerId")
          .execute(),
      );
      const failures: string[] = [];
      let steps = 0;
      for (const { providerId } of due)
        await takeSteps(parts, providerId).then(
          (taken) => {
            steps += taken;
          },
          (error: unknown) => failures.push(`${providerId}: ${String(error)}`),
        );
      if (failures.length > 0) throw new Error(failures.join("; "));
      return `${steps} steps`;
    },
  };
}

/**
 * Where the hub is run without this module: nobody is told what they owe, nor has a page to pay it on. That is no way to pay, so those days are not among
 * the days after a notice when it is on again.
 */
export function restBillingJob({ world, database }: Pick<BillingParts, "world" | "database">): MaintenanceJob {
  const told = sql`from providers p where p.state <> 'deleted' and p.no_way_to_pay_at_ms is null
    and exists (select from platform_subscriptions s where s.provider_id = p.provider_id)
    and exists (select from platform_notices n where n.provider_id = p.provider_id)`;
  return {
    name: "platform-subscriptions-rest",
    everyMs: 5 * 60_000,
    hasWork: () => sql<boolean>`exists (select ${told})`,
    run: () =>
      database.asPlatform("platform-billing", async (tx) => {
        const { rows } = await sql<{ providerId: string }>`select p.provider_id ${told}`.execute(tx);
        for (const { providerId } of rows) await setNoWayToPaySince(tx, providerId, world.clock.wall().atMs);
        return `${rows.length} providers`;
      }),
  };
}

/** Money came in for an invoice of the platform: what was shut opens at once. */
export async function registerBillingJobs(parts: BillingParts & { readonly jobs: JobQueue }): Promise<void> {
  await parts.jobs.work(platformInvoicePaidJob, async (data) => {
    const providerId = await parts.database.asPlatform("platform-billing", (tx) => providerOfPaid(tx, data));
    if (providerId !== null) await takeSteps(parts, providerId);
  });
}

/** Of the job that an invoice was paid: whose it is. Null: a provider's that was purged. */
export async function providerOfPaid(tx: Tx, data: object): Promise<string | null> {
  const { invoiceId } = z.object({ invoiceId: z.string() }).parse(data);
  const charges = tx.selectFrom("platform_charges").select("providerId").where("invoiceId", "=", invoiceId);
  return (await charges.executeTakeFirst())?.providerId ?? null;
}

/** A provider in the platform's books: not by a phone, for its people change theirs. */
const partyOfProvider = (parties: Pick<Parties, "ofSha256">, providerId: string): Party =>
  parties.ofSha256(platformProviderId, sha256Hex(`provider/${providerId}`) as PhoneSha256);

async function takeStep(parts: BillingParts, tx: Tx, whole: WholeSubscription, step: SubscriptionStep): Promise<void> {
  const { providerId } = whole.row;
  const nowMs = parts.world.clock.wall().atMs;
  if (step.kind === "charge") return charge(parts, tx, whole, step);
  if (step.kind === "take-plan") {
    const plan = await readPlatformPlan(tx, step.planId);
    const isWanted = whole.row.nextPlanId === step.planId;
    await setSubscription(tx, providerId, { planId: step.planId, ...(isWanted ? { nextPlanId: null } : {}) });
    return setPlanLimits(tx, { providerId, nowMs }, plan.limits);
  }
  if (step.kind === "notice") {
    const { period, ordinal } = step;
    await tx.insertInto("platform_notices").values({ providerId, period, ordinal, sentAtMs: nowMs }).execute();
    const owed = whole.charges.find((one) => one.period === period);
    if (owed !== undefined) {
      const payAt = await payAtOf(parts, tx, owed);
      await tell(parts, tx, providerId, { kind: "notice", ordinal, payAt, ...moneyOf(owed) });
    }
    return;
  }
  if (step.kind === "no-way-to-pay") return setNoWayToPaySince(tx, providerId, nowMs);
  if (step.kind === "way-to-pay-back") {
    const { noWaySinceMs, notices } = whole.facts;
    for (const { period, ordinal, sentAtMs, waivedMs } of notices)
      await tx
        .updateTable("platform_notices")
        .set({ waivedMs: waivedMs + waivedSince(sentAtMs, noWaySinceMs ?? nowMs, nowMs) })
        .where("providerId", "=", providerId)
        .where("period", "=", period)
        .where("ordinal", "=", ordinal)
        .execute();
    return setNoWayToPaySince(tx, providerId, null);
  }
  const { readOnlyAtMs } = await readArrears(tx, providerId);
  await setArrears(tx, providerId, {
    readOnlyAtMs: step.kind === "reopen" ? null : (readOnlyAtMs ?? nowMs),
    salesStoppedAtMs: step.kind === "stop-sales" ? nowMs : null,
  });
  await parts.sites.publishAll(tx, providerId);
  await tell(parts, tx, providerId, step);
}

async function charge(
  parts: BillingParts,
  tx: Tx,
  { row, wanted }: WholeSubscription,
  { period, fromMs, untilMs, dueAtMs, amountCents }: Extract<SubscriptionStep, { kind: "charge" }>,
): Promise<void> {
  const { providerId, utcOffsetMinutes: offset } = row;
  const { name } = await readProviderRow(tx, providerId);
  const dayOf = (atMs: number) => new Date(atMs + offset * 60_000).toISOString().slice(0, 10);
  const invoiceId = await issueInvoice(parts, tx, {
    providerId: platformProviderId,
    // The charge's own row says that a period is charged once. One that was taken back with its subscription is charged anew.
    idempotencyKey: `platform-charge/${providerId}/${period}/${parts.world.clock.wall().atMs}`,
    customerName: name,
    party: partyOfProvider(parts.parties, providerId),
    phone: null,
    purchaseId: null,
    lines: [{ text: `${wanted.name}, ${dayOf(fromMs)} – ${dayOf(untilMs)}`, quantity: 1, unitCents: amountCents }],
    currency: wanted.currency,
    dueOn: dayOf(dueAtMs),
    createdBy: "karibu",
  });
  const owed = {
    providerId,
    period,
    planId: wanted.planId,
    planName: wanted.name,
    amountCents,
    currency: wanted.currency,
    everyMonths: wanted.everyMonths,
    fromMs,
    untilMs,
    dueAtMs,
    invoiceId,
    createdAtMs: parts.world.clock.wall().atMs,
  };
  await tx.insertInto("platform_charges").values(owed).execute();
  const { accountNumber } =
    (await tx
      .selectFrom("pay_accounts")
      .select("accountNumber")
      .where("providerId", "=", platformProviderId)
      .where("invoiceId", "=", invoiceId)
      .executeTakeFirst()) ?? {};
  const payAt = await payAtOf(parts, tx, { ...owed, accountNumber: accountNumber ?? null });
  await tell(parts, tx, providerId, { kind: "invoice", payAt, ...moneyOf(owed), dueOn: dayOf(dueAtMs) });
}

/** Where people type an account number; null: nowhere. */
async function payAtOf(
  { kinds }: BillingParts,
  tx: Tx,
  owed: { readonly accountNumber: string | null; readonly currency: string },
): Promise<{ readonly paybill: string; readonly account: string } | null> {
  if (owed.accountNumber === null) return null;
  const [paybill] = await platformPaybills(kinds, tx, owed.currency);
  return paybill === undefined ? null : { paybill, account: owed.accountNumber };
}

const moneyOf = (charged: { readonly amountCents: number; readonly currency: string }) => ({
  amountCents: charged.amountCents,
  currency: charged.currency,
});

async function tell(
  { mailer, publicUrl }: BillingParts,
  tx: Tx,
  providerId: string,
  what: BillingLetter,
): Promise<void> {
  const provider = await readProviderRow(tx, providerId);
  for (const to of await ownersOf(tx, providerId))
    await mailer.write(tx, providerId, billingLetter({ to, ...provider, publicUrl }, what), "hub");
}
