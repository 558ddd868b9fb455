/** Money: what customers pay, by which channel, what it opens, and where it stands in the books. Each room is created once, here. */

import type { World } from "@karibu/protocol/world";
import type { Router } from "express";
import { createOpenGrants } from "../catalogue/grants/open-grants.ts";
import { createPurchaseGrants } from "../catalogue/grants/purchase-grant.ts";
import { createVerifyGrants } from "../catalogue/grants/verify-grants.ts";
import { type HeldCodes, noHeldCodes } from "../catalogue/vouchers/held-codes.ts";
import type { CallSite } from "../ground/agents/rpc-handler.ts";
import type { Parties } from "../ground/amounts/parties.ts";
import type { Announce } from "../ground/db/announce.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import { type District, joined } from "../ground/district.ts";
import type { Emit } from "../ground/events/emit.ts";
import type { EmitMany } from "../ground/events/record.ts";
import type { Publish, PublishMany } from "../ground/feed/publish.ts";
import type { ReadFile } from "../ground/foreign-files/read-file.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import type { JobQueue } from "../ground/jobs/queue.ts";
import type { Mailer } from "../ground/mail/mailer.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { knownInMemory } from "../ground/spool/known-paths.ts";
import type { Sweeps } from "../ground/sweeps/sweeps.ts";
import type { Messaging } from "../messaging/create-messaging.ts";
import { createCallbacks } from "./callbacks/create-callbacks.ts";
import type { CallbackSpool } from "./callbacks/keep-in-spool.ts";
import type { CallbackIntake } from "./callbacks/raw-callback.ts";
import { createCashSales } from "./cash-sales/create-cash-sales.ts";
import { cashSaleFinder } from "./cash-sales/find-cash-sales.ts";
import { troublesOf, viewTroubles } from "./channel-health/troubles.ts";
import { viewCircuit } from "./channel-health/view-circuit.ts";
import { channelList } from "./channel-list.ts";
import { recordingRoutes } from "./channel-recording/recording-routes.ts";
import type { Channels } from "./channels/channels.ts";
import { createChannels } from "./channels/create-channels.ts";
import type { NewChannel } from "./channels/key-fields.ts";
import { createClaims } from "./claims/create-claims.ts";
import { createCorrections } from "./corrections/create-corrections.ts";
import { createDocuments } from "./documents/create-documents.ts";
import { passUnwanted } from "./documents/sales-summaries.ts";
import { createExpenses } from "./expenses/create-expenses.ts";
import type { TaxAdapters } from "./fiscal/fiscal-contract.ts";
import { createInitiators } from "./initiators/create-initiators.ts";
import { initiatorChanged } from "./initiators/initiator.ts";
import { ownerMails } from "./initiators/owner-mails.ts";
import { createInvoices } from "./invoices/create-invoices.ts";
import { invoiceFinder } from "./invoices/find-invoices.ts";
import { type InvoiceJobParts, wakeInvoices } from "./invoices/settle-invoices.ts";
import { createLedger } from "./ledger/create-ledger.ts";
import type { AccountOwners } from "./ledger/names-in-books.ts";
import type { Ledger } from "./ledger/post-entry.ts";
import { createMatching } from "./matching/create-matching.ts";
import { createMessages } from "./messages/create-messages.ts";
import { createPaperSales } from "./paper-sales/create-paper-sales.ts";
import { createPayerHelp } from "./payer-help/create-payer-help.ts";
import { promotionRoutes } from "./promotions/promotion-routes.ts";
import { createPurchases } from "./purchases/create-purchases.ts";
import { paymentFinder } from "./purchases/find-payments.ts";
import { settleCounterSale } from "./purchases/settle-counter-sale.ts";
import type { Purchases } from "./purchases/start-purchase.ts";
import { unverifiedCentsMaxDefault } from "./purchases/unverified-limit.ts";
import { type AskSettings, defaultAskSettings } from "./questions/ask-policy.ts";
import { createQuestions } from "./questions/create-questions.ts";
import { countWaiting } from "./questions/waiting-questions.ts";
import { createReceipts } from "./receipts/create-receipts.ts";
import { receiptFinder } from "./receipts/find-receipts.ts";
import { toldCreditOf } from "./receipts/told-credit.ts";
import { receivedRoutes } from "./received/received-routes.ts";
import { createReconciliation } from "./reconciliation/create-reconciliation.ts";
import { unreadReturnOf } from "./reconciliation/unread-returns.ts";
import { createRefunds, type RefundsRoom } from "./refunds/create-refunds.ts";
import { type RefundParts, refundedOf } from "./refunds/refund-rows.ts";
import { createReminders } from "./reminders/create-reminders.ts";
import { createReturnedMoney } from "./returned-money/create-returned-money.ts";
import { createReview } from "./review/create-review.ts";
import { createSellers } from "./sellers/create-sellers.ts";
import { sellerFinder } from "./sellers/find-sellers.ts";
import { standingSellers } from "./sellers/sellers.ts";
import { createSettings } from "./settings/create-settings.ts";
import { createSubscriptions } from "./subscriptions/create-subscriptions.ts";
import { isRenewalPrompt, wakePrompted } from "./subscriptions/package-prompts.ts";
import { wakeSubscriptions } from "./subscriptions/subscription-jobs.ts";
import { createSweep } from "./sweep/create-sweep.ts";
import type { SweepParts } from "./sweep/money-sweep.ts";
import { taxRoutes } from "./tax/tax-routes.ts";

export interface MoneyParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
  readonly publish: Publish;
  readonly publishMany: PublishMany;
  readonly emit: Emit;
  readonly quietEmitMany: EmitMany;
  readonly announce: Announce;
  /** `undiciCall`, or the simulation's. */
  readonly http: HttpCall;
  readonly readFile: ReadFile;
  readonly sweeps: Pick<Sweeps, "add">;
  /** A provider's channels changed: tell its sites, in the same transaction, whether they can sell online. */
  readonly channelsChanged: (tx: Tx, providerId: string) => Promise<void>;
  /** Sends text messages to customers. Null: none is sent. */
  readonly messaging: Messaging | null;
  /** Left out: no site can be called. */
  readonly callSite?: CallSite;
  /** Sends mail about initiators to the provider's owners. Left out: none is sent. */
  readonly mailer?: Pick<Mailer, "write">;
  /** Reminders go out by e-mail too. Default: no. */
  readonly hasMailServer?: boolean;
  /** Bring documents to tax authorities. Left out: documents wait, and people type the replies. */
  readonly taxAdapters?: TaxAdapters;
  /** Takes callbacks while the database does not. Left out: there is none, and they are refused then. */
  readonly callbackSpool?: CallbackSpool | undefined;
  /** Of modules: a provider paid an invoice of the platform. Left out: nobody wants to hear it. */
  readonly onPlatformInvoicePaid?: NonNullable<InvoiceJobParts["onPlatformInvoicePaid"]>;
  /** Of modules, also those that are off: whose accounts they keep in the books. Left out: none. */
  readonly accountOwners?: readonly AccountOwners[];
  /** Of modules, also those that are off. Left out: no code lies with anybody. */
  readonly heldCodes?: HeldCodes;
  /** Instead of the mail about a refused initiator. */
  readonly onInitiatorRefused?: NonNullable<SweepParts["onInitiatorRefused"]>;
}

/** Simulators instead of the payment services' hosts. */
export interface ChannelUrls {
  readonly darajaBaseUrl: string | null;
  readonly airtelBaseUrl?: string | null;
  readonly mtnBaseUrl?: string | null;
  readonly pesapalBaseUrl?: string | null;
  readonly stripeBaseUrl?: string | null;
}

export interface MoneySettings extends ChannelUrls {
  /** Where payment channels reach this hub, without a slash at the end. */
  readonly publicUrl: string;
  readonly ask?: AskSettings;
  /** For providers that have set no limit: see `unverified-limit.ts`. Minor units; default KES 50,000. */
  readonly unverifiedCentsMax?: number;
}

type Contributions = Required<
  Pick<
    District,
    | "routes"
    | "rpcHandlers"
    | "projectors"
    | "maintenance"
    | "retention"
    | "finders"
    | "registerJobs"
    | "start"
    | "stop"
  >
>;

export interface Money extends Contributions, Pick<RefundsRoom, "askRefund"> {
  /** Callbacks of payment services. Mount it at `/hooks`, before anything that reads bodies. */
  readonly hooks: Router;
  /** What a hook does, without HTTP: for the simulation. */
  readonly intake: CallbackIntake;
  readonly purchases: Purchases;
  /** For what customers do by themselves on their own page. */
  readonly ledger: Ledger;
  readonly channels: Channels;
  /** For set-up by program (the sample provider). @returns the channel's id */
  createChannel(tx: Tx, providerId: string, channel: NewChannel): Promise<string>;
}

/** So long at most a message lets payments go first that wait for their booking. */
const messagesWaitMs = 2000;

export function createMoney(parts: MoneyParts, settings: MoneySettings): Money {
  const { world, mailer, accountOwners = [], heldCodes = noHeldCodes } = parts;
  const { publicUrl, ask = defaultAskSettings, unverifiedCentsMax = unverifiedCentsMaxDefault } = settings;
  const { darajaBaseUrl: daraja, pesapalBaseUrl: pesapal = null, stripeBaseUrl: stripe = null } = settings;
  const { airtelBaseUrl: airtel = null, mtnBaseUrl: mtn = null } = settings;

  // What every other room uses: the channels and the books.
  const baseUrls = { daraja, airtel, mtn, pesapal, stripe };
  const knownPaths = parts.callbackSpool?.paths ?? knownInMemory();
  const announcePaths = knownPaths.announce;
  const channelsRoom = createChannels({ ...parts, announcePaths }, { definitions: channelList, publicUrl, baseUrls });
  const { channels } = channelsRoom;
  const { kinds } = channels;
  const wake = [wakeInvoices(world), wakeSubscriptions(world)];
  const ledgerRoom = createLedger({
    world,
    kinds,
    toldCreditOf,
    accountOwners,
    async onCredit(tx, posted) {
      for (const each of wake) await each(tx, posted);
    },
  });
  const { ledger } = ledgerRoom;
  const { onPaid, onPaidTogether, providersThatTell, onRenewalPrompt, onRenewalStopped } = createMessages(
    parts,
    parts.messaging,
  );
  const goOnFromPrompt = wakePrompted(world);
  const shared: RefundParts & SweepParts = {
    ...parts,
    ...(mailer === undefined ? {} : ownerMails(kinds, mailer)),
    ...(parts.onInitiatorRefused === undefined ? {} : { onInitiatorRefused: parts.onInitiatorRefused }),
    channels,
    ledger,
    heldCodes,
    unverifiedCentsMax,
    grants: createPurchaseGrants(parts),
    openGrants: createOpenGrants(parts),
    verifyGrants: createVerifyGrants(parts),
    refundedCents: refundedOf,
    sellers: standingSellers(parts),
    unreadReturnOf,
    async onPaid(tx, purchase) {
      await settleCounterSale(ledger, tx, purchase);
      await onPaid(tx, purchase);
      await goOnFromPrompt(tx, purchase);
    },
    async onPaidTogether(tx, paid) {
      const hasMore = ({ purchase }: (typeof paid)[number]) => isRenewalPrompt(purchase) || purchase.soldBy !== null;
      const [alone, others] = [paid.filter(hasMore), paid.filter((each) => !hasMore(each))];
      const tell = await providersThatTell(tx, [...new Set(others.map(({ purchase }) => purchase.providerId))]);
      const messages = await onPaidTogether(
        tx,
        others.filter(({ purchase }) => tell.has(purchase.providerId)),
      );
      return { alone: alone.map(({ purchase }) => purchase), messages };
    },
  };

  // What customers buy, and what the channels say of it.
  const purchasesRoom = createPurchases(shared, ask.agesMs[0] ?? 0);
  const { purchases } = purchasesRoom;
  const questions = createQuestions(shared, ask);
  const refunds = createRefunds(shared);
  const callbacks = createCallbacks(shared, knownPaths, parts.callbackSpool?.spool ?? null);
  // Who has paid wants to be online first; the text message about it may come a moment later.
  parts.messaging?.letPass(() => callbacks.whenCalm(messagesWaitMs));
  const channelDoors = channelsRoom.mount({
    initiatorChanged: (tx, row) => initiatorChanged(shared, tx, row),
    countWaiting: async (tx, row) =>
      kinds.definitionOf(row.kind).results === null ? 0 : countWaiting(tx, row, world.clock.wall().atMs),
    healthOf: async (tx, row) => ({
      circuit: await viewCircuit(tx, row, world.clock.wall().atMs),
      troubles: await viewTroubles(tx, row),
    }),
    troublesOf,
  });

  // What is done with the money afterwards.
  const rooms: readonly District[] = [
    createSettings({ unverifiedCentsMax }),
    channelDoors,
    ledgerRoom,
    createReceipts(),
    { routes: promotionRoutes(shared) },
    createCashSales({ ...shared, ledger, messaging: parts.messaging }),
    createPaperSales({ ...shared, ledger }),
    purchasesRoom,
    createMatching({ ...shared, kinds }),
    createClaims({ ...shared, publish: parts.publish, announcePaths }, questions, publicUrl),
    refunds,
    questions,
    callbacks,
    createInitiators(shared),
    createReview(world, kinds),
    createReconciliation({ ...shared, readFile: parts.readFile }),
    createReturnedMoney(shared),
    { routes: recordingRoutes(shared) },
    {
      routes: taxRoutes(world, async (tx, providerId, { salesSummaries }) => {
        if (!salesSummaries) await passUnwanted({ world }, tx, providerId);
      }),
    },
    createDocuments({
      ...shared,
      kinds,
      ledger,
      publicUrl,
      messaging: parts.messaging,
      taxAdapters: parts.taxAdapters ?? {},
      accountOwners,
    }),
    createSubscriptions({
      ...shared,
      ledger,
      kinds,
      purchases,
      sweeps: parts.sweeps,
      onPrompt: onRenewalPrompt,
      onSuspended: onRenewalStopped,
    }),
    createSellers({ ...shared, ledger }),
    createExpenses(world, kinds, ledger),
    createInvoices({ ...shared, kinds }),
    createCorrections({ ...shared, kinds }),
    { routes: receivedRoutes(accountOwners) },
    ...(parts.messaging === null
      ? []
      : [
          createReminders({
            ...shared,
            messaging: parts.messaging,
            sweeps: parts.sweeps,
            publicUrl,
            hasMailServer: parts.hasMailServer === true,
          }),
        ]),
    createPayerHelp({ ...shared, messaging: parts.messaging, callSite: parts.callSite ?? null }),
    createSweep(shared),
  ];
  return {
    hooks: callbacks.hooks,
    intake: callbacks.intake,
    purchases,
    ledger,
    channels,
    createChannel: channelsRoom.createChannel,
    askRefund: refunds.askRefund,
    routes: joined(rooms, "routes"),
    rpcHandlers: joined(rooms, "rpcHandlers"),
    projectors: joined(rooms, "projectors"),
    maintenance: joined(rooms, "maintenance"),
    retention: joined(rooms, "retention"),
    finders: [receiptFinder, paymentFinder(parts.parties), cashSaleFinder(parts.parties), invoiceFinder, sellerFinder],
    async registerJobs() {
      for (const room of rooms) await room.registerJobs?.();
    },
    async start() {
      for (const room of rooms) await room.start?.();
    },
    async stop() {
      for (const room of rooms.toReversed()) await room.stop?.();
    },
  };
}
