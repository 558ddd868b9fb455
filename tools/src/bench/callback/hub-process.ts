/**
 * One hub with the production queue and its real settings, and as many prompted purchases as callbacks will come. Its parent asks it for figures, holds
 * its booker up, and has it start purchases: `hub.ts` names what may be asked.
 */

import { randomBytes } from "node:crypto";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { defaultAskSettings } from "@karibu/cloud/money/questions/ask-policy";
import { sampleApp } from "@karibu/lab/daraja/sample-app";
import { startDaraja, startHub } from "@karibu/lab/money/payments-hub";
import { openPromptedShop } from "@karibu/lab/money/prompted-purchases";
import { realWorld } from "@karibu/lab/world/real-world";
import { sql } from "kysely";
import type { Asked, CallbackJob } from "./hub.ts";
import { startPurchases } from "./start-purchases.ts";
import { countStatements, forgetStatements } from "./statements.ts";
import { bookingsOf, stateOf } from "./what-is-booked.ts";

const { databaseUrl, dataDir, count, providers, smsUrl } = JSON.parse(process.argv[2] ?? "{}") as CallbackJob;
const world = { ...realWorld(), log: { debug() {}, info() {}, warn: console.error, error: console.error } };
const database = await openDatabase(world, { databaseUrl, dataDir });
/** By connections of its own: the hub may have none left under load. The embedded engine has one for all. */
const reader = databaseUrl === null ? database : await openDatabase(world, { databaseUrl, dataDir }, "as-is");
/** Each provider has an app of its own, as in the world. */
const apps = Array.from({ length: providers }, (_, number) => ({
  ...sampleApp,
  consumerKey: `key-${number}`,
  shortcode: String(600_000 + number),
}));
const daraja = await startDaraja({ apps });
const masterKey = new Uint8Array(randomBytes(32));
/** While it is closed the booker waits, and callbacks with it. */
let gate = Promise.withResolvers<void>();
gate.resolve();
const held: typeof database = {
  ...database,
  async asBooker(providerIds, work, options) {
    await gate.promise;
    return database.asBooker(providerIds, work, options);
  },
};
const hub = await startHub(held, daraja, {
  masterKey,
  ask: defaultAskSettings,
  jobs: (quiet) => createPgBossQueue(quiet, database),
  emit: createEmit,
  ...(smsUrl === null ? {} : { smsUrl }),
});
const envelope = smsUrl === null ? null : createEnvelope(world.random, [masterKey]);
const each = Math.ceil(count / providers);
const callbacks: { purchaseId: string; url: string; body: string }[] = [];
const shops: { providerId: string; siteId: string; planId: string }[] = [];
for (let number = 0; number < providers; number++) {
  const app = apps[number] ?? sampleApp;
  const asked = { number, count: Math.min(each, count - number * each), envelope, app };
  const purchases = await openPromptedShop({ hub, database, daraja }, asked);
  callbacks.push(...purchases.map(({ purchaseId, url, body }) => ({ purchaseId, url, body })));
  const [first] = purchases;
  if (first === undefined) continue;
  shops.push(first.shop);
  if (smsUrl !== null) await hub.addSender(first.shop.providerId);
}
// Round robin over the providers, as a day at many places is.
callbacks.sort((one, other) => one.body.localeCompare(other.body));

function carryOut(asked: Asked): Promise<unknown> {
  switch (asked.kind) {
    case "state":
      return stateOf(reader);
    case "bookings":
      return bookingsOf(reader);
    case "statements":
      return countStatements(reader);
    case "forget-statements":
      return forgetStatements(reader);
    case "close-gate":
      gate = Promise.withResolvers();
      return Promise.resolve(null);
    case "open-gate":
      gate.resolve();
      return Promise.resolve(Date.now());
    case "keep-held":
      // What is made to wait must not become jobs meanwhile: they would be judged one by one beside the booker.
      return reader.asPlatform("bench", (tx) =>
        sql`update job_outbox set run_at_ms = run_at_ms + 600000 where state = 'held' and run_at_ms < ${Date.now() + 60_000}::bigint`
          .execute(tx)
          .then(() => null),
      );
    case "start-purchases":
      return startPurchases(hub, shops, asked);
  }
}

process.on("message", (asked: Asked & { id: number }) => {
  carryOut(asked).then(
    (answer) => process.send?.({ id: asked.id, answer }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
// Statistics, as a server at work has them.
await database.asPlatform("bench", (tx) => sql`analyze`.execute(tx)).catch(() => {});
process.send?.({ id: 0, answer: callbacks });
