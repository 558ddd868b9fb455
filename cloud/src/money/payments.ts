/** Puts the parts of payments together. `hub.ts` mounts what this gives; nothing here starts by itself. */
import { getPurchaseState } from "@karibu/protocol/rpc/purchase-state";
import { serve } from "@karibu/protocol/rpc/rpc";
import { startPurchase } from "@karibu/protocol/rpc/start-purchase";
import type { World } from "@karibu/protocol/world";
import type { Router } from "express";
import { z } from "zod";
import { createPurchaseGrants } from "../catalogue/grants/purchase-grant.ts";
import type { Caller, RpcHandler } from "../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import type { Emit } from "../ground/events/emit.ts";
import type { Publish } from "../ground/feed/publish.ts";
import type { Route } from "../ground/http/route.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import type { JobQueue } from "../ground/jobs/queue.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { createHooks } from "./callbacks/hooks.ts";
import { createIntake } from "./callbacks/intake.ts";
import { absorbJob } from "./callbacks/push-intake.ts";
import type { CallbackIntake } from "./callbacks/raw-callback.ts";
import { strayRoutes } from "./callbacks/stray-routes.ts";
import { judgeLeftOvers } from "./callbacks/unjudged.ts";
import type { NewChannel } from "./channels/channel-keys.ts";
import { channelRoutes } from "./channels/channel-routes.ts";
import { createChannels } from "./channels/channels.ts";
import { type InitiatorParts, noteInitiatorResult, tellUntold } from "./channels/initiator.ts";
import { initiatorRoutes } from "./channels/initiator-routes.ts";
import { resultJob, takeResult } from "./channels/later-calls.ts";
import { bookRoutes } from "./ledger/book-routes.ts";
import { floatRoutes } from "./ledger/float-routes.ts";
import { ledgerRoutes } from "./ledger/ledger-routes.ts";
import { claimRoutes } from "./matching/claim-routes.ts";
import { createClaiming } from "./matching/claiming.ts";
import { payAccountRoutes } from "./matching/pay-account-routes.ts";
import { receiptRoutes } from "./matching/receipt-routes.ts";
import { reviewRoutes } from "./matching/review-routes.ts";
import { routeJob } from "./matching/route-inflow.ts";
import { takeInflow } from "./matching/take-inflow.ts";
import { absorbEvidence } from "./purchases/absorb-evidence.ts";
import { settleCashSale } from "./purchases/cash-sale.ts";
import type { AbsorbParts } from "./purchases/judged-intent.ts";
import { paymentRoutes } from "./purchases/payment-routes.ts";
import { createPurchases, type Purchases } from "./purchases/purchase.ts";
import { createAsking } from "./questions/ask.ts";
import { type AskSettings, askJob, defaultAskSettings } from "./questions/ask-policy.ts";
import { runPull, type SweepParts, scheduleSweep, sweepJob, sweepMoney } from "./questions/money-sweep.ts";
import { pullJob } from "./questions/pull-job.ts";
import {
  lookUp,
  lookUpJob,
  lookUpSchema,
  resumeJob,
  resumeQuestions,
  resumeSchema,
} from "./questions/waiting-questions.ts";
import { takeStatus, type WitnessParts } from "./questions/witnesses.ts";
import { reconciliationRoutes } from "./reconciliation/reconciliation-routes.ts";
import { statementRoutes } from "./reconciliation/statement-routes.ts";
import { refundRoutes } from "./refunds/refund-routes.ts";
import type { RefundRow } from "./refunds/refund-rows.ts";
import { askRefund } from "./refunds/refunds.ts";
import { refundJob, sendRefund, takeRefundResult } from "./refunds/send-refund.ts";
import { renewalRoutes } from "./renewals/renewal-routes.ts";
import { type RenewalParts, registerRenewalJobs, sweepRenewals } from "./renewals/renewals.ts";
import { moneySettingsRoutes } from "./settings/money-settings-routes.ts";

export interface PaymentParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly publish: Publish;
  readonly emit: Emit;
  /** `undiciCall`, or the simulation's. */
  readonly http: HttpCall;
  /** A provider's channels changed: tell its sites, in the same transaction, whether they can sell online. */
  readonly channelsChanged: (tx: Tx, providerId: string) => Promise<void>;
  /** In the transaction that opens a purchase's grant. */
  readonly onPaid?: AbsorbParts["onPaid"];
  /** In the transaction that finds too little credit for a package that renews itself. */
  readonly onRenewalStopped?: NonNullable<RenewalParts["onSuspended"]>;
  readonly onPasswordEnds?: NonNullable<SweepParts["onPasswordEnds"]>;
  readonly onInitiatorRefused?: NonNullable<InitiatorParts["onInitiatorRefused"]>;
}

export interface PaymentSettings {
  /** Where payment channels reach this hub, without a slash at the end. */
  readonly publicUrl: string;
  /** Instead of Safaricom's hosts: a simulator. */
  readonly darajaBaseUrl: string | null;
  readonly pesapalBaseUrl?: string | null;
  readonly stripeBaseUrl?: string | null;
  readonly ask?: AskSettings;
  /** Of providers that have set no limit of their own: see `unverified-limit.ts`. Minor units; default KES 50,000. */
  readonly unverifiedCentsMax?: number;
}

export interface Payments {
  readonly routes: readonly Route[];
  readonly rpcHandlers: readonly RpcHandler[];
  /** Mount at `/hooks`, before anything that reads bodies. */
  readonly hooks: Router;
  readonly purchases: Purchases;
  /** What a hook does, without HTTP: for the simulation. */
  readonly intake: CallbackIntake;
  /** For set-up by program (the sample provider): the channel's id. */
  createChannel(tx: Tx, providerId: string, channel: NewChannel): Promise<string>;
  /** In the caller's transaction; see `refunds.ts`. */
  askRefund(tx: Tx, order: Parameters<typeof askRefund>[2]): Promise<RefundRow>;
  /** Before the queue starts. */
  registerJobs(): Promise<void>;
}

const unverifiedCentsMaxDefault = 5_000_000;

const purchaseJobSchema = z.object({ providerId: z.string(), intentId: z.string(), notice: z.boolean().optional() });
const refundJobSchema = z.object({ providerId: z.string(), refundId: z.string() });
const evidenceJobSchema = z.object({ providerId: z.string(), evidenceId: z.string() });
const resultJobSchema = evidenceJobSchema.extend({ callId: z.string() });
const pullJobSchema = z.object({ providerId: z.string(), channelId: z.string(), backMs: z.number() });

export function createPayments(parts: PaymentParts, settings: PaymentSettings): Payments {
  const { world, database, jobs, publish, emit } = parts;
  const ask = settings.ask ?? defaultAskSettings;
  const grants = createPurchaseGrants(world, publish, emit);
  const channels = createChannels(world, parts, settings);
  const unverifiedCentsMax = settings.unverifiedCentsMax ?? unverifiedCentsMaxDefault;
  const onPaid: AbsorbParts["onPaid"] = async (tx, intent) => {
    await settleCashSale(world, tx, intent);
    await parts.onPaid?.(tx, intent);
  };
  const shared: WitnessParts & InitiatorParts = { ...parts, grants, channels, unverifiedCentsMax, onPaid };
  const purchases = createPurchases(shared, ask);
  const asking = createAsking(shared, ask);
  const intake = createIntake({
    world,
    database,
    jobs,
    webhookSecret: (channel) => channels.keys(channel).webhookSecret ?? null,
  });
  const claims = createClaiming(shared, asking);
  /** Throws what passes by itself: the job is tried again. */
  const judgeInflow = async (providerId: string, evidenceId: string): Promise<void> => {
    const { kind, receipt, why } = await takeInflow(shared, providerId, async () => evidenceId);
    if (kind === "waits") throw new Error(why ?? kind);
    world.log.debug("inflow-routed", { receipt });
  };
  const { onRenewalStopped } = parts;
  const renewals: RenewalParts = {
    world,
    database,
    envelope: parts.envelope,
    jobs,
    purchases,
    ...(onRenewalStopped === undefined ? {} : { onSuspended: onRenewalStopped }),
  };
  return {
    routes: [
      ...paymentRoutes(purchases, asking),
      ...claimRoutes(claims),
      ...receiptRoutes(shared),
      ...reviewRoutes(shared),
      ...payAccountRoutes(world),
      ...refundRoutes(shared),
      ...renewalRoutes(renewals),
      ...channelRoutes({ ...shared, publicUrl: settings.publicUrl }),
      ...initiatorRoutes(shared),
      ...statementRoutes(shared),
      ...reconciliationRoutes(world),
      ...strayRoutes(),
      ...moneySettingsRoutes({ unverifiedCentsMax }),
      ...ledgerRoutes(),
      ...bookRoutes(world),
      ...floatRoutes(world),
    ],
    rpcHandlers: [
      serve(startPurchase, async ({ idempotencyKey, ...asked }, { providerId, siteId }: Caller) => {
        const request = { ...asked, providerId, siteId, idempotencyKey: `${siteId}/${idempotencyKey}` };
        const result = await purchases.start(request);
        // Agents in the field know no other word for "nothing is sold online here", and the customer needs none.
        if (result.kind === "refused" && result.reason === "not-selling")
          return { kind: "refused", reason: "no-channel" };
        return result;
      }),
      serve(getPurchaseState, ({ purchaseId }, { providerId, siteId }: Caller) =>
        purchases.state(providerId, siteId, purchaseId),
      ),
      claims.rpcHandler,
    ],
    hooks: createHooks({ world, database }, intake.take),
    intake: intake.take,
    purchases,
    async createChannel(tx, providerId, channel) {
      const row = await channels.create(tx, providerId, channel, null);
      await parts.channelsChanged(tx, providerId);
      return row.channel_id;
    },
    askRefund: (tx, order) => askRefund(shared, tx, order),
    async registerJobs() {
      await jobs.work(
        absorbJob,
        async (data) => {
          const { providerId, intentId } = purchaseJobSchema.parse(data);
          await intake.giveWay();
          await database.asProvider(providerId, (tx) => absorbEvidence(shared, tx, providerId, intentId));
        },
        { quick: true },
      );
      await jobs.work(askJob, async (data) => {
        const { providerId, intentId, notice } = purchaseJobSchema.parse(data);
        await asking.run(providerId, intentId, notice);
      });
      await jobs.work(
        routeJob,
        async (data) => {
          const { providerId, evidenceId } = evidenceJobSchema.parse(data);
          await intake.giveWay();
          await judgeInflow(providerId, evidenceId);
        },
        { quick: true },
      );
      await jobs.work(resultJob, async (data) => {
        const { providerId, callId, evidenceId } = resultJobSchema.parse(data);
        const fact = await database.asProvider(providerId, async (tx) => {
          const taken = await takeResult(tx, world, providerId, callId, evidenceId);
          if (taken === null) return null;
          await noteInitiatorResult(shared, tx, taken);
          const { kind, subject } = taken.call;
          if (kind === "status") return takeStatus(shared, tx, taken);
          if (kind !== "balance") await takeRefundResult(shared, tx, providerId, subject, taken.result);
          return null;
        });
        if (fact !== null) await judgeInflow(providerId, fact);
      });
      await jobs.work(refundJob, async (data) => {
        const { providerId, refundId } = refundJobSchema.parse(data);
        await sendRefund(shared, providerId, refundId);
      });
      await jobs.work(resumeJob, (data) => resumeQuestions(shared, resumeSchema.parse(data)));
      await jobs.work(lookUpJob, (data) => lookUp(shared, lookUpSchema.parse(data)));
      await jobs.work(pullJob, (data) => runPull(shared, pullJobSchema.parse(data)));
      await jobs.work(sweepJob, async () => {
        await sweepMoney(
          parts.onPasswordEnds === undefined ? shared : { ...shared, onPasswordEnds: parts.onPasswordEnds },
        );
        await sweepRenewals(renewals);
      });
      await registerRenewalJobs(renewals);
      await scheduleSweep(world, database, jobs);
      await judgeLeftOvers(parts, 0);
      await tellUntold(shared);
    },
  };
}
