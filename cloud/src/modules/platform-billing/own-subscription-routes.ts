/**
 * A provider's people see what they have of the platform, choose a plan, and pay.
 *
 * Who attacks this: an owner who wants more for less. The plan's price and limits are the platform's rows, read again at each charge; a plan is
 * in force with the first period charged for it, and there is one trial. Who says "paid": nobody here. An invoice is paid by money that a channel
 * of the platform proved (`money/invoices/settle-invoices.ts`), or by a platform admin's hand. A stranger's phone that is asked: as for
 * every invoice, five times a day and one prompt at a time.
 */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { payChannelView } from "../../customer-page/services/pay-at.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { quotaKinds } from "../../ground/quotas/quota-policy.ts";
import { readInvoice } from "../../money/invoices/invoice-rows.ts";
import { writePrompt } from "../../money/invoices/prompt-invoice.ts";
import { promptView, viewOfPrompt } from "../../money/matching/prompt-view.ts";
import { askingWays, type PromptParts, sendPrompt } from "../../money/matching/send-prompt.ts";
import { readArrears } from "../../tenancy/providers/arrears.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { arrearsOf, believedMs, deadlinesOf } from "./subscription-policy.ts";
import { type PlatformPlanRow, readPlatformPlan, readWhole, takePlatformPlan } from "./subscription-rows.ts";
import { type BillingParts, takeSteps } from "./take-steps.ts";

export const platformPlanView = z.object({
  planId: z.string(),
  name: z.string(),
  priceCents: z.int(),
  currency: z.string(),
  trialDays: z.int(),
  limits: z.partialRecord(z.enum(quotaKinds), z.int()),
});

export const planViewOf = (row: PlatformPlanRow): z.input<typeof platformPlanView> => ({
  planId: row.planId,
  name: row.name,
  priceCents: row.priceCents,
  currency: row.currency,
  trialDays: row.trialDays,
  limits: row.limits,
});

export const subscriptionStates = ["trial", "active", "arrears", "read-only", "stopped", "ended"] as const;

const chargeView = z.object({
  /** Of its invoice in the platform's books. */
  id: z.string(),
  period: z.int(),
  planName: z.string(),
  amountCents: z.int(),
  currency: z.string(),
  fromMs: z.int(),
  untilMs: z.int(),
  dueAtMs: z.int(),
  state: z.enum(["issued", "paid", "void"]),
  /** What is typed as the account at the platform's paybill; null: it has none. */
  accountNumber: z.string().nullable(),
  /** When the channel told that a prompt for it was paid; it is paid for good once the channel proves it. Null: nothing was told, or it is believed no longer. */
  toldAtMs: z.int().nullable(),
});

export const ownSubscriptionView = z.object({
  /** Null: the provider has no plan, and owes nothing. */
  subscription: z
    .object({
      state: z.enum(subscriptionStates),
      plan: platformPlanView,
      /** From the next period that is charged; null: the same. */
      nextPlan: platformPlanView.nullable(),
      trialEndsAtMs: z.int(),
      owedCents: z.int(),
      owedCurrency: z.string(),
      notices: z.int(),
      /** When its people may only read, and its sites stop to sell, if nothing is paid; null: the third notice was not sent. */
      readOnlyFromMs: z.int().nullable(),
      salesStopAtMs: z.int().nullable(),
    })
    .nullable(),
  /** Those that can be chosen. */
  plans: z.array(platformPlanView),
  /** Newest first. */
  charges: z.array(chargeView),
  /** How the platform can be paid, beside its paybill: of these the payer chooses one. */
  ways: z.array(payChannelView),
});

export type OwnSubscriptionParts = BillingParts & PromptParts & { readonly world: World; readonly database: Database };

export function ownSubscriptionRoutes(parts: OwnSubscriptionParts) {
  const { world } = parts;
  const nowMs = () => world.clock.wall().atMs;
  const path = "/api/v1/platform-subscription";
  return [
    route({
      method: "GET",
      path,
      summary: "What this provider has of the platform: its plan, what it owes, and the plans that there are",
      permission: "provider.read",
      response: ownSubscriptionView,
      handle: ({ providerId, transactAsPlatform }) =>
        transactAsPlatform("platform-subscription", (tx) => readOwn(parts, tx, providerId)),
    }),
    route({
      method: "POST",
      path: `${path}/plan`,
      summary: "Choose a plan of the platform: the first one begins with its trial, another comes with the next period",
      permission: "provider.manage",
      freshFactor: true,
      body: z.strictObject({ planId: z.string().min(1).max(128) }),
      response: ownSubscriptionView,
      handle: async ({ body: { planId }, providerId, transact, transactAsPlatform, auditTarget }) => {
        auditTarget(planId);
        await transact((tx) => readArrears(tx, providerId));
        await transactAsPlatform("platform-subscription", async (tx) => {
          const plan = await readPlatformPlan(tx, planId, "planId");
          if (!plan.active) throw notFound("plan", "planId");
          await takePlatformPlan(tx, { providerId, nowMs: nowMs() }, plan);
        });
        await takeSteps(parts, providerId);
        return transactAsPlatform("platform-subscription", (tx) => readOwn(parts, tx, providerId));
      },
    }),
    route({
      method: "POST",
      path: `${path}/charges/{id}/pay`,
      summary:
        "Ask a phone to pay an invoice of the platform, or open a page where a card pays it; what is paid opens everything by itself",
      permission: "provider.manage",
      inArrears: true,
      needsKey: true,
      params: z.object({ id: keySchema }),
      /** `channelId`: one of `ways`; left out: the phone is asked. */
      body: z.strictObject({ phone: phoneField, channelId: z.string().min(1).max(64).optional() }),
      status: 202,
      response: promptView.pick({ state: true, payAt: true }),
      handle: async ({ params: { id }, body, providerId, actor, key, transact }) => {
        const charge = await transact((tx) =>
          tx
            .selectFrom("platform_charges")
            .select("invoiceId")
            .where("providerId", "=", providerId)
            .where("invoiceId", "=", id)
            .executeTakeFirst(),
        );
        if (charge === undefined) throw notFound("charge");
        const asked = await parts.database.asProvider(platformProviderId, async (tx) => {
          const phone = readPhone(body.phone, await countryOfProvider(tx, platformProviderId));
          const invoice = await readInvoice(tx, platformProviderId, charge.invoiceId);
          // The key is the provider's own: that of another one must not name its prompt.
          const order = {
            providerId: platformProviderId,
            userId: actor.userId,
            phone,
            channelId: body.channelId,
            payer: providerId,
          };
          const idempotencyKey = `${providerId}/${key}`;
          const written = await writePrompt(parts, tx, invoice, { ...order, idempotencyKey });
          return { phone, number: invoice.number, written };
        });
        const description = `Karibu ${asked.number}`;
        const { state, payAt } = viewOfPrompt(
          await sendPrompt(parts, asked.written, { phone: asked.phone, description }),
        );
        return { state, payAt };
      },
    }),
  ];
}

export async function readOwn(
  { world, kinds }: Pick<BillingParts, "world" | "kinds">,
  tx: Tx,
  providerId: string,
): Promise<z.input<typeof ownSubscriptionView>> {
  const nowMs = world.clock.wall().atMs;
  const whole = await readWhole(kinds, tx, { providerId, nowMs });
  const plans = await tx
    .selectFrom("platform_plans")
    .selectAll()
    .where("providerId", "=", platformProviderId)
    .where("active", "=", true)
    .orderBy("priceCents")
    .limit(50)
    .execute();
  if (whole === null) return { subscription: null, plans: plans.map(planViewOf), charges: [], ways: [] };
  const { facts, charges, plan, row, wanted } = whole;
  const arrears = arrearsOf(facts, nowMs);
  // Nothing is held against who can't pay.
  const deadlines = arrears === null || !facts.canPay ? null : deadlinesOf(facts, arrears);
  const due = charges.filter(({ state, dueAtMs }) => state === "issued" && dueAtMs <= nowMs);
  // Currencies are never added up: those of the oldest.
  const owed = due.filter(({ currency }) => currency === due[0]?.currency);
  const paidIn = charges.find(({ state }) => state === "issued")?.currency ?? plan.currency;
  const ways = await askingWays(kinds, tx, { providerId: platformProviderId, currency: paidIn, amountCents: 0 });
  return {
    subscription: {
      state: stateOf(facts, arrears !== null, nowMs),
      plan: planViewOf(plan),
      nextPlan: row.nextPlanId === null ? null : planViewOf(wanted),
      trialEndsAtMs: row.anchorMs,
      owedCents: owed.reduce((sum, { amountCents }) => sum + amountCents, 0),
      owedCurrency: owed[0]?.currency ?? plan.currency,
      notices: facts.notices.filter(({ period }) => period === arrears?.period).length,
      readOnlyFromMs: deadlines?.readOnlyFromMs ?? null,
      salesStopAtMs: deadlines?.salesStopAtMs ?? null,
    },
    plans: plans.map(planViewOf),
    charges: charges.toReversed().map((one) => ({
      id: one.invoiceId,
      period: one.period,
      planName: one.planName,
      amountCents: one.amountCents,
      currency: one.currency,
      fromMs: one.fromMs,
      untilMs: one.untilMs,
      dueAtMs: one.dueAtMs,
      state: one.state,
      accountNumber: one.accountNumber,
      toldAtMs: one.toldAtMs !== null && nowMs < one.toldAtMs + believedMs ? one.toldAtMs : null,
    })),
    ways,
  };
}

function stateOf(
  facts: {
    readonly isEnded: boolean;
    readonly areSalesStopped: boolean;
    readonly isReadOnly: boolean;
    readonly anchorMs: number;
  },
  isOwing: boolean,
  nowMs: number,
): (typeof subscriptionStates)[number] {
  if (facts.areSalesStopped) return "stopped";
  if (facts.isReadOnly) return "read-only";
  if (isOwing) return "arrears";
  if (facts.isEnded) return "ended";
  return nowMs < facts.anchorMs ? "trial" : "active";
}
