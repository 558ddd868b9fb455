/**
 * A hub's payments and the simulated Daraja, joined by real HTTP in both directions, for tests and benches of money. Several hubs
 * can run one after the other on the same database, as after restarts.
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { insertPlan } from "@karibu/cloud/catalogue/plans/plans";
import type { SiteRow } from "@karibu/cloud/fleet/sites/sites";
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { createGround } from "@karibu/cloud/ground/create-ground";
import { createAnnounce } from "@karibu/cloud/ground/db/announce";
import type { Database } from "@karibu/cloud/ground/db/database";
import type { Emit, HubEvent } from "@karibu/cloud/ground/events/emit";
import { createQuietEmitMany } from "@karibu/cloud/ground/events/record";
import { createPublish, createPublishMany } from "@karibu/cloud/ground/feed/publish";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { createReadFile } from "@karibu/cloud/ground/foreign-files/read-file";
import { type HttpCall, undiciCall } from "@karibu/cloud/ground/http-client/http-call";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { JobQueue } from "@karibu/cloud/ground/jobs/queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createSweeps } from "@karibu/cloud/ground/sweeps/sweeps";
import { createMessaging } from "@karibu/cloud/messaging/create-messaging";
import { createSenders } from "@karibu/cloud/messaging/senders";
import type { InitiatorRefused } from "@karibu/cloud/money/channels/initiator-rules";
import { pullJob } from "@karibu/cloud/money/channels/pull-job";
import { createMoney, type Money } from "@karibu/cloud/money/create-money";
import type { AskSettings } from "@karibu/cloud/money/questions/ask-policy";
import type { RefundRow } from "@karibu/cloud/money/refunds/refund-rows";
import { sweepJob } from "@karibu/cloud/money/sweep/money-sweep";
import { setUpProvider } from "@karibu/cloud/operations/provider-life/set-up-provider";
import { createTestSites } from "@karibu/cloud/test-sites";
import type { GrantBody } from "@karibu/protocol/feed";
import { newId } from "@karibu/protocol/identifiers";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import express from "express";
import { createDarajaHttp, type DarajaOptions } from "../daraja/daraja-http.ts";
import type { SimulatedDaraja } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { sampleSmsAccount } from "../sms/simulated-africastalking.ts";
import { realWorld } from "../world/real-world.ts";
import { callRoute } from "./call-route.ts";

/**
 * The real schedule of questions in miniature. It never gives up on an answer: on a slow machine an answer may take seconds, and a
 * test of lost answers sets its own limits.
 */
export const quickAsk: AskSettings = {
  agesMs: [150, 200, 300, 500, 800, 1200],
  spacingMs: 20,
  thenEveryMs: 1000,
  giveUpAfterMs: 86_400_000,
  answerLostAfterMs: 86_400_000,
  promptOverAfterMs: 800,
};

/** It asks nothing by itself: only what a test starts is asked. */
export const silentAsk: AskSettings = { ...quickAsk, agesMs: [86_400_000, 86_400_000] };

export interface PaymentsHub {
  readonly payments: Money;
  readonly events: readonly (HubEvent & { providerId: string })[];
  readonly url: string;
  /** The refused initiators that owners would get a mail about, oldest first. */
  readonly refusedInitiators: readonly InitiatorRefused[];
  /** Calls a route of the API as an owner. `{id}` in the path is the channel's id. */
  channelRoute<Answer>(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    channel: { readonly providerId: string; readonly channelId: string },
    body?: object,
  ): Promise<Answer>;
  /** Registers the C2B addresses of the channel, as the console does. */
  register(providerId: string, channelId: string): Promise<unknown>;
  /** The provider's customers get text messages from now on: see `smsUrl`. */
  addSender(providerId: string): Promise<void>;
  /** Pulls the channel's transactions of the last two hours. */
  pull(providerId: string, channelId: string): Promise<void>;
  /** Runs the sweep that the hub runs every five minutes. */
  sweep(): Promise<void>;
  refund(providerId: string, paymentId: string, method: RefundRow["method"], key: string): Promise<RefundRow>;
  /** The list of what needs review, as the console reads it. */
  review(
    providerId: string,
  ): Promise<{ kind: string; id: string; what: string; amountCents: number | null; reason: string | null }[]>;
  /** Calls a list of the API as an owner: its path, with the query. */
  read(providerId: string, url: string): Promise<unknown>;
  /** Gives money in suspense an owner, as the console does. */
  assign(providerId: string, receipt: string, owner: object): Promise<unknown>;
  claims(providerId: string): Promise<{ receipt: string | null; state: string }[]>;
  /** Imports a statement, as the console does. */
  reconcile(providerId: string, channelId: string, csv: string): Promise<StatementTaken>;
  /** An RPC of a site, as its link hands it on. */
  rpc(method: string, site: { providerId: string; siteId: string }, params: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

export interface StatementTaken {
  readonly found: number;
  readonly differences: readonly unknown[];
  readonly failures: readonly { readonly receipt: string; readonly why: string }[];
}

/** The simulated Daraja on a port. */
export interface RunningDaraja extends SimulatedDaraja {
  readonly url: string;
  stop(): Promise<void>;
}

const quiet = (): World => {
  const silent = () => {};
  return { ...realWorld(), log: { debug: silent, info: silent, warn: silent, error: silent } };
};

export async function startDaraja(options: DarajaOptions = {}): Promise<RunningDaraja> {
  const { app, daraja } = createDarajaHttp(quiet(), {
    scriptedMs: 20,
    lateMs: 400,
    promptMs: 60_000,
    querySpacingMs: 0,
    ...options,
  });
  const server = await listen(createServer(app), 0);
  return { ...daraja, url: urlOf(server), stop: () => close(server) };
}

/** @param port for a restart: the port that pending callbacks know */
export async function startHub(
  database: Database,
  daraja: Pick<RunningDaraja, "url">,
  options: {
    masterKey: Uint8Array;
    port?: number;
    /** Where channels reach it. Left out: at its own port. */
    publicUrl?: string;
    ask?: AskSettings;
    jobs?: (world: World) => JobQueue;
    /** Instead of real HTTP to the channels. */
    http?: HttpCall;
    unverifiedCentsMax?: number;
    /** Sends text messages, by the simulated gateways at this address, of the providers that `addSender` gave a sender. Left out: none is sent. */
    smsUrl?: string;
    /** Writes events into the hub's tables, instead of the `events` here. */
    emit?: (world: World) => Emit;
  },
): Promise<PaymentsHub> {
  const world = quiet();
  const envelope = createEnvelope(world.random, [options.masterKey]);
  const events: (HubEvent & { providerId: string })[] = [];
  const refusedInitiators: InitiatorRefused[] = [];
  const app = express();
  const server = await listen(createServer(app), options.port ?? 0);
  const jobs = options.jobs?.(world) ?? createInProcessQueue(world, database);
  const sweeps = createSweeps(world, database);
  const publicUrl = options.publicUrl ?? urlOf(server);
  const ground = createGround(
    world,
    { database, jobs, envelope, http: undiciCall, fileReader: createOwnProcessReader() },
    { parties: testParties, publicUrl, modules: { names: [], withoutPermissions: new Set() } },
  );
  const smsUrls = { africastalkingBaseUrl: options.smsUrl ?? null };
  const messaging = options.smsUrl === undefined ? null : createMessaging(ground, smsUrls);
  const payments = createMoney(
    {
      world,
      parties: testParties,
      readFile: createReadFile(createOwnProcessReader()),
      sweeps,
      database,
      envelope,
      jobs,
      publish: createPublish(world, envelope),
      publishMany: createPublishMany(world, envelope),
      emit: options.emit?.(world) ?? (async (_, providerId, event) => void events.push({ providerId, ...event })),
      quietEmitMany:
        options.emit === undefined ? async (_, more) => void events.push(...more) : createQuietEmitMany(world),
      announce: createAnnounce(world, database),
      http: options.http ?? undiciCall,
      channelsChanged: async () => {},
      messaging,
      onInitiatorRefused: async (_, __, refused) => void refusedInitiators.push(refused),
    },
    { publicUrl, darajaBaseUrl: daraja.url, ask: quickAsk, ...options },
  );
  app.use("/hooks", payments.hooks);
  await messaging?.registerJobs?.();
  await payments.registerJobs();
  await jobs.start();
  sweeps.start();
  return {
    payments,
    events,
    refusedInitiators,
    url: urlOf(server),
    channelRoute: <Answer>(
      method: "GET" | "POST" | "PUT" | "DELETE",
      path: string,
      { providerId, channelId }: { providerId: string; channelId: string },
      body = {},
    ) => callRoute(payments, database, providerId, path, { id: channelId }, body, method) as Promise<Answer>,
    register: (providerId, channelId) =>
      callRoute(
        payments,
        database,
        providerId,
        "/api/v1/channels/{id}/register",
        { id: channelId },
        { responseType: "Completed", version: "v2", nominatedPhone: "0722000000" },
      ),
    async addSender(providerId) {
      const senders = createSenders({ ...ground, http: undiciCall }, smsUrls);
      const sender = { kind: "africastalking", name: "Sender", ...sampleSmsAccount } as const;
      await database.asProvider(providerId, (tx) => senders.create(tx, providerId, sender));
    },
    async pull(providerId, channelId) {
      const job = { providerId, channelId, backMs: 7_200_000 };
      await database.asProvider(providerId, (tx) => jobs.send(tx, pullJob, job));
    },
    sweep: () => database.asPlatform("sweep-now", (tx) => jobs.send(tx, sweepJob, {})),
    refund: (providerId, paymentId, method, key) =>
      database.asProvider(providerId, (tx) =>
        payments.askRefund(tx, {
          providerId,
          paymentId,
          method,
          amountCents: null,
          reason: "test",
          revoke: true,
          userId: "u1",
          idempotencyKey: key,
        }),
      ),
    review: async (providerId) => {
      const list = await callRoute(payments, database, providerId, "/api/v1/review", {}, {}, "GET");
      return (list as { items: Awaited<ReturnType<PaymentsHub["review"]>> }).items;
    },
    read: (providerId, url) => {
      const { pathname, searchParams } = new URL(url, "http://hub");
      return callRoute(payments, database, providerId, pathname, {}, {}, "GET", Object.fromEntries(searchParams));
    },
    assign: (providerId, receipt, owner) =>
      callRoute(payments, database, providerId, "/api/v1/receipts/{receipt}/assign", { receipt }, owner),
    claims: (providerId) =>
      database.asProvider(providerId, (tx) => tx.selectFrom("payment_claims").select(["receipt", "state"]).execute()),
    reconcile: (providerId, channelId, csv) =>
      callRoute(
        payments,
        database,
        providerId,
        "/api/v1/reconciliation/statements",
        {},
        { channelId, csv },
      ) as Promise<StatementTaken>,
    rpc: async (method, site, params) =>
      payments.rpcHandlers.find((each) => each.method === method)?.answer(site, params, new AbortController().signal),
    async stop() {
      await close(server);
      await sweeps.stop();
      await jobs.stop();
    },
  };
}

export interface Shop {
  readonly providerId: string;
  readonly siteId: string;
  readonly planId: string;
}

/** A provider with one site and one plan of 50 shillings. */
export async function openShop(database: Database): Promise<Shop> {
  const world = quiet();
  const publish = createPublish(world, createEnvelope(world.random, [world.random.bytes(32)]));
  const owner = { email: `${newId(world)}@shop.test`, name: "Owner", passwordHash: "none: nobody logs in here" };
  const where = { region: null, district: null, latitude: null, longitude: null };
  const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
  return database.asPlatform("open-shop", async (tx) => {
    const fields = { name: "Shop", currency: "KES", locale: "en", utcOffsetMinutes: 180, supportPhone: null } as const;
    const { providerId } = await setUpProvider({ world, publish, onNewProvider: [] }, tx, fields, owner);
    const site = { name: "Kiosk", interimSeconds: 300, autoLogIn: true, ...where };
    const [{ siteId }] = (await createTestSites(world, publish).insert(tx, providerId, [site])) as [SiteRow];
    const plan = { name: "1 hour", priceCents: 5000, currency: "KES", active: true, terms };
    const { planId } = await insertPlan(world, publish, tx, providerId, plan);
    return { providerId, siteId, planId };
  });
}

/** One more plan: an hour at this price. @returns its id */
export function addPlan(database: Database, providerId: string, priceCents: number): Promise<string> {
  const world = quiet();
  const publish = createPublish(world, createEnvelope(world.random, [world.random.bytes(32)]));
  const terms = { ...unlimitedTerms, validitySeconds: seconds(3600) };
  return database.asProvider(providerId, async (tx) => {
    const plan = { name: `An hour for ${priceCents}`, priceCents, currency: "KES", active: true, terms };
    return (await insertPlan(world, publish, tx, providerId, plan)).planId;
  });
}

export function openChannel(
  hub: PaymentsHub,
  database: Database,
  providerId: string,
  initiator: {
    initiatorName?: string;
    initiatorPassword?: string;
    certificate?: string;
    consumerKey?: string;
    consumerSecret?: string;
    shortcode?: string;
    passkey?: string;
  } = {},
): Promise<string> {
  const { shortcode, passkey, consumerKey, consumerSecret } = sampleApp;
  const channel = {
    kind: "mpesa-paybill",
    shortcode,
    passkey,
    consumerKey,
    consumerSecret,
    environment: "sandbox",
    ...initiator,
  } as const;
  return database.asProvider(providerId, (tx) => hub.payments.createChannel(tx, providerId, channel));
}

/** The channel's answers have been right about money that did come: from now on they can disprove. */
export function proveAnswers(database: Database, providerId: string, channelId: string): Promise<unknown> {
  return database.asProvider(providerId, (tx) =>
    tx
      .insertInto("proved_answers")
      .values(
        (["transaction-status", "pull"] as const).map((source) => {
          const place = { providerId, channelId };
          return { ...place, source, receipt: "UKP0000001", provedAtMs: 1 };
        }),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** All rows of a provider that concern money, as plain values. */
export function readBooks(database: Database, providerId: string) {
  // Row level security shows only the rows of this provider.
  return database.asProvider(providerId, async (tx) => {
    // Each statement sees what is committed by then. A test waits for a receipt or a purchase and then checks what its
    // transaction booked, so those are read first.
    const readPurchases = () => tx.selectFrom("purchases").selectAll().orderBy("purchaseId").execute();
    const readReceipts = () => tx.selectFrom("receipts").selectAll().orderBy("receipt").execute();
    let [purchases, receipts] = [await readPurchases(), await readReceipts()];
    // Both of one moment: a booking may be committed between the two.
    for (
      let again = await readPurchases();
      JSON.stringify(again) !== JSON.stringify(purchases);
      again = await readPurchases()
    )
      [purchases, receipts] = [again, await readReceipts()];
    const accounts = await tx
      .selectFrom("ledger_postings")
      .select((select) => ["account", select.fn.sum<number>("amountCents").as("balance")])
      .groupBy("account")
      .orderBy("account")
      .execute();
    const fed = await tx.selectFrom("feed_rows").select(["key", "body"]).where("kind", "=", "grant").execute();
    return {
      purchases,
      receipts,
      grants: await tx.selectFrom("grants").selectAll().orderBy("grantId").execute(),
      evidence: await tx.selectFrom("evidence").selectAll().orderBy("evidenceId").execute(),
      entries: await tx.selectFrom("ledger_entries").selectAll().orderBy("entryId").execute(),
      /** Balances by account without its id (`clearing`), zeros left out. What is sold is `revenue`, proved or pending. */
      accounts: Object.fromEntries(
        [...Map.groupBy(accounts, (row) => row.account.replace(/:.*/, "").replace("pending", "revenue"))]
          .map(([name, rows]) => [name, rows.reduce((sum, row) => sum + Number(row.balance), 0)] as const)
          .filter(([, balance]) => balance !== 0),
      ) as Record<string, number>,
      /** Of what is sold: how much nothing has proved yet. */
      pendingCents: 0 - Number(accounts.find(({ account }) => account === "pending")?.balance ?? 0),
      grantsFed: fed.map(({ key, body }) => ({ key, body: body as unknown as GrantBody })),
    };
  });
}

/** Repeats `look` until `check` passes. Throws what `check` threw last, before the time-out of the test hides it. */
export async function eventually<T>(look: () => Promise<T>, check: (value: T) => void, msMax = 55_000): Promise<T> {
  for (const untilMs = performance.now() + msMax; ; ) {
    const value = await look();
    try {
      check(value);
      return value;
    } catch (error) {
      if (performance.now() > untilMs) throw error;
      await pause(30);
    }
  }
}

async function listen(server: Server, port: number): Promise<Server> {
  // An idle connection stays open: a push or a callback must not meet its end on a busy machine.
  server.keepAliveTimeout = 0;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
