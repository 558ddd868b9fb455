/**
 * A hub where nothing happens, under simulated time: its code on the embedded engine and the in-process queue, a provider, and no site. What it
 * sends to the database by itself is counted by the reason of each transaction.
 */

import type { Database } from "@karibu/cloud/ground/db/database";
import { openInMemory } from "@karibu/cloud/ground/db/memory-template";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { countMessages } from "@karibu/cloud/ground/db/test-server-session";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub, type Hub } from "@karibu/cloud/hub";
import { setUpProvider } from "@karibu/cloud/operations/provider-life/set-up-provider";
import type { World } from "@karibu/protocol/world";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualTime, type VirtualTime } from "../world/virtual-time.ts";

export interface QuietHub {
  readonly hub: Hub;
  readonly time: VirtualTime;
  readonly database: Database;
  /** Transactions since the last call, by their reason; those of a provider under "provider". */
  takeTransactions(): ReadonlyMap<string, number>;
  /** Statements, those that begin and end transactions among them, and how often the engine was entered, since the last call. */
  takeStatements(): { readonly statements: number; readonly messages: number };
  close(): Promise<void>;
}

export async function openQuietHub(seed = 1): Promise<QuietHub> {
  const time = createVirtualTime(Date.UTC(2026, 10, 20, 6, 0, 0));
  const silent = () => {};
  const world: World = {
    clock: time.clock(),
    random: seededRandom(seed),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  const opened = await openInMemory(world);
  const counts = countSent(opened);
  let transactions = new Map<string, number>();
  const noted = (reason: string) => transactions.set(reason, (transactions.get(reason) ?? 0) + 1);
  const database: Database = {
    engine: opened.engine,
    asProvider: (providerId, work, options) => {
      noted("provider");
      return time.track(opened.asProvider(providerId, work, options));
    },
    asPlatform: (reason, work, options) => {
      noted(reason);
      return time.track(opened.asPlatform(reason, work, options));
    },
    asBooker: (providerIds, work, options) => {
      noted("booker");
      return time.track(opened.asBooker(providerIds, work, options));
    },
    notify: (notices) => time.track(opened.notify(notices)),
    listen: (channel, onNotify) => opened.listen(channel, onNotify),
    close: () => opened.close(),
  };
  const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
  const hub = await createHub(
    world,
    {
      database,
      jobs: createInProcessQueue(world, database),
      envelope,
      fileReader: createOwnProcessReader(),
      http: async () => {
        throw new Error("nobody is asked");
      },
    },
    {
      publicUrl: "http://hub.example",
      darajaBaseUrl: null,
      admin: null,
      masterKeyFrom: "setting",
      consoleFolder: null,
    },
  );
  await database.asPlatform("quiet-hub", (tx) =>
    setUpProvider(
      { world, publish: createPublish(world, envelope), onNewProvider: [] },
      tx,
      { name: "Baraka WiFi", currency: "KES", locale: "en", utcOffsetMinutes: 180, supportPhone: null },
      { email: "owner@karibu.example", name: "Owner", passwordHash: "never used" },
    ),
  );
  const started = hub.start();
  await time.settle();
  await started;
  return {
    hub,
    time,
    database,
    takeTransactions() {
      const taken = transactions;
      transactions = new Map();
      return taken;
    },
    takeStatements: counts.take,
    async close() {
      const stopped = hub.stop();
      await time.advance(1000);
      await stopped;
      await opened.close();
    },
  };
}

function countSent({ handle }: OpenDatabase) {
  if (handle.kind !== "embedded") throw new TypeError("the hub in memory has the embedded engine");
  const { pglite } = handle;
  let [statements, messages] = [0, 0];
  const send = pglite.execProtocol.bind(pglite);
  pglite.execProtocol = (asked, options) => {
    messages++;
    // PostgreSQL's protocol runs a statement by "Q", a simple query, or by "E", Execute.
    statements += countMessages(asked, "Q", "E");
    return send(asked, options);
  };
  return {
    take() {
      const taken = { statements, messages };
      [statements, messages] = [0, 0];
      return taken;
    },
  };
}
