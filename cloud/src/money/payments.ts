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
import type { Mailer } from "../ground/mail/mailer.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { createHooks } from "./callbacks/hooks.ts";
import { createIntake } from "./callbacks/intake.ts";
import { processLeftOvers } from "./callbacks/left-overs.ts";
import { absorbJob } from "./callbacks/push-intake.ts";
import type { CallbackIntake } from "./callbacks/raw-callback.ts";
import { strayRoutes } from "./callbacks/stray-routes.ts";
import { channelList } from "./channel-list.ts";
import { resultJob, takeResult } from "./channels/async-calls.ts";
import type { ChannelKinds } from "./channels/channel-kinds.ts";
import { channelRoutes } from "./channels/channel-routes.ts";
import { createChannels } from "./channels/channels.ts";
import type { NewChannel } from "./channels/key-fields.ts";
import { pullJob } from "./channels/pull-job.ts";
import { claimRoutes } from "./claims/claim-routes.ts";
import { createClaiming } from "./claims/claiming.ts";
import { takeInflow } from "./claims/take-inflow.ts";
import { initiatorChanged, noteInitiatorResult, sendPendingNotices } from "./initiators/initiator.ts";
import { initiatorRoutes } from "./initiators/initiator-routes.ts";
import { ownerMails } from "./initiators/owner-mails.ts";
import { bookRoutes } from "./ledger/book-routes.ts";
import { floatRoutes } from "./ledger/float-routes.ts";
import { ledgerRoutes } from "./ledger/ledger-routes.ts";
import { createLedger, type Ledger } from "./ledger/post-entry.ts";
import { assignRoutes } from "./matching/assign-routes.ts";
import { payAccountRoutes } from "./matching/pay-account-routes.ts";
import { routeJob } from "./matching/route-inflow.ts";
import { absorbEvidence } from "./purchases/absorb-evidence.ts";
import { askJob, type PurchaseParts } from "./purchases/intent-rows.ts";
import { paymentRoutes } from "./purchases/payment-routes.ts";
import { settleCashSale } from "./purchases/settle-cash-sale.ts";
import { createPurchases, type Purchases } from "./purchases/start-purchase.ts";
import { createAsking } from "./questions/ask.ts";
import { type AskSettings, defaultAskSettings } from "./questions/ask-policy.ts";
import { runPull } from "./questions/run-pull.ts";
import {
  countWaiting,
  lookUp,
  lookUpJob,
  lookUpSchema,
  resumeJob,
  resumeQuestions,
  resumeSchema,
} from "./questions/waiting-questions.ts";
import { askStatus, takeStatus } from "./questions/witnesses.ts";
import { receiptRoutes } from "./receipts/receipt-routes.ts";
import { reconciliationRoutes } from "./reconciliation/reconciliation-routes.ts";
import { statementRoutes } from "./reconciliation/statement-routes.ts";
import { refundRoutes } from "./refunds/refund-routes.ts";
import { type RefundParts, type RefundRow, refundedOf } from "./refunds/refund-rows.ts";
import { askRefund } from "./refunds/refunds.ts";
import { refundJob, sendRefund, takeRefundResult } from "./refunds/send-refund.ts";
import { renewalRoutes } from "./renewals/renewal-routes.ts";
import { type RenewalParts, registerRenewalJobs, sweepRenewals } from "./renewals/renewals.ts";
import { wakeRenewals } from "./renewals/wake-renewals.ts";
import { reviewRoutes } from "./review/review-routes.ts";
import { moneySettingsRoutes } from "./settings/money-settings-routes.ts";
import { type SweepParts, scheduleSweep, sweepJob, sweepMoney } from "./sweep/money-sweep.ts";

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
  readonly onPaid?: PurchaseParts["onPaid"];
  /** In the transaction that finds too little credit for a package that renews itself. */
  readonly onRenewalStopped?: NonNullable<RenewalParts["onSuspended"]>;
  /** Sends mail about initiators to the provider's owners. Left out: none is sent. */
  readonly mailer?: Pick<Mailer, "write">;
  /** Instead of the mail about a refused initiator. */
  readonly onInitiatorRefused?: NonNullable<SweepParts["onInitiatorRefused"]>;
}

export interface PaymentSettings {
  /** Where payment channels reach this hub, without a slash at the end. */
  readonly publicUrl: string;
  /** Instead of Safaricom's hosts: a simulator. */
  readonly darajaBaseUrl: string | null;
  readonly pesapalBaseUrl?: string | null;
  readonly stripeBaseUrl?: string | null;
  readonly ask?: AskSettings;
  /** For providers that have set no limit: see `unverified-limit.ts`. Minor units; default KES 50,000. */
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
  readonly kinds: ChannelKinds;
  readonly ledger: Ledger;
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
  const { darajaBaseUrl: daraja, pesapalBaseUrl: pesapal = null, stripeBaseUrl: stripe = null } = settings;
  const channels = createChannels(parts, {
    definitions: channelList,
    publicUrl: settings.publicUrl,
    baseUrls: { daraja, pesapal, stripe },
  });
  const { kinds } = channels;
  const ledger = createLedger({ world, onCredit: wakeRenewals(world) });
  const unverifiedCentsMax = settings.unverifiedCentsMax ?? unverifiedCentsMaxDefault;
  const onPaid: PurchaseParts["onPaid"] = async (tx, intent) => {
    await settleCashSale(ledger, tx, intent);
    await parts.onPaid?.(tx, intent);
  };
  const shared: RefundParts & SweepParts = {
    ...parts,
    ...(parts.mailer === undefined ? {} : ownerMails(kinds, parts.mailer)),
    grants,
    channels,
    ledger,
    unverifiedCentsMax,
    refundedCents: refundedOf,
    onPaid,
  };
  const purchases = createPurchases(shared, ask.agesMs[0] ?? 0);
  const asking = createAsking(shared, ask);
  const intake = createIntake({ world, database, jobs, channels });
  const claims = createClaiming(shared, {
    claimed: asking.claimed,
    askStatus: (channel, receipt) => askStatus(shared, channel, receipt),
  });
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
      ...paymentRoutes(kinds, purchases, asking.now),
      ...claimRoutes(claims),
      ...receiptRoutes(),
      ...assignRoutes(shared),
      ...reviewRoutes(world, kinds),
      ...payAccountRoutes(world),
      ...refundRoutes(shared),
      ...renewalRoutes(renewals),
      ...channelRoutes({
        ...shared,
        publicUrl: settings.publicUrl,
        initiatorChanged: (tx, row) => initiatorChanged(shared, tx, row),
        countWaiting: (tx, row) => countWaiting(tx, row, world.clock.wall().atMs),
      }),
      ...initiatorRoutes(shared),
      ...statementRoutes(shared),
      ...reconciliationRoutes(world),
      ...strayRoutes(),
      ...moneySettingsRoutes({ unverifiedCentsMax }),
      ...ledgerRoutes(),
      ...bookRoutes(kinds, ledger),
      ...floatRoutes(kinds, ledger),
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
    kinds,
    ledger,
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
          const taken = await takeResult(shared, tx, providerId, callId, evidenceId);
          if (taken === null) return null;
          await noteInitiatorResult(shared, tx, taken);
          const { kind } = taken.call;
          if (kind === "status") return takeStatus(shared, tx, taken);
          if (kind !== "balance") await takeRefundResult(shared, tx, taken);
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
        await sweepMoney(shared);
        await sweepRenewals(renewals);
      });
      await registerRenewalJobs(renewals);
      await scheduleSweep(world, database, jobs);
      await processLeftOvers(parts, 0);
      await sendPendingNotices(shared);
    },
  };
}
