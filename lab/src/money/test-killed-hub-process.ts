/** The hub process that tests kill (`test-hub-processes.ts`). Messages from its parent order purchases and read its books. */

import type { Tx } from "@karibu/cloud/ground/db/database";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { absorbJob } from "@karibu/cloud/money/evidence/absorb-job";
import { silentWorld } from "@karibu/cloud/real-world";
import type { DarajaApp } from "../daraja/daraja-types.ts";
import { openChannel, openShop, quickAsk, readBooks, startHub } from "./payments-hub.ts";
import type { Books, HubOrder, HubSetting, OpenedShop, Progress } from "./test-hub-processes.ts";

const setting = JSON.parse(process.argv[2] ?? "{}") as HubSetting;
const world = silentWorld();
const database = await openDatabase(world, { databaseUrl: setting.databaseUrl, dataDir: setting.dataDir });
const hub = await startHub(
  database,
  { url: setting.darajaUrl },
  {
    masterKey: new Uint8Array(32).fill(9),
    port: setting.port,
    ...(setting.publicUrl === undefined ? {} : { publicUrl: setting.publicUrl }),
    // An answer that died with the hub counts as lost after this time. It is long enough for a slow machine.
    ask: { ...quickAsk, spacingMs: setting.querySpacingMs, answerLostAfterMs: 30_000 },
    unverifiedCentsMax: Number.MAX_SAFE_INTEGER,
    jobs: (given) => createPgBossQueue(given, database),
    emit: createEmit,
  },
);
const shops: readonly OpenedShop[] = setting.shops ?? (await Promise.all(setting.apps.map(openOne)));

async function openOne({ shortcode, passkey, consumerKey, consumerSecret }: DarajaApp): Promise<OpenedShop> {
  const made = await openShop(database);
  const keys = { shortcode, passkey, consumerKey, consumerSecret };
  const channelId = await openChannel(hub, database, made.providerId, keys);
  await hub.register(made.providerId, channelId);
  return { ...made, channelId };
}

/** Purchases and receipts by state. It shows what is missing when the hub does not finish. */
async function countStates(tx: Tx): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const table of ["purchases", "receipts"] as const) {
    const rows = await tx
      .selectFrom(table)
      .select((select) => ["state" as const, select.fn.countAll().as("count")])
      .groupBy("state")
      .execute();
    for (const { state, count } of rows) counts[`${table} ${state}`] = Number(count);
  }
  return counts;
}

async function carryOut(order: HubOrder): Promise<unknown> {
  switch (order.kind) {
    case "buy": {
      const shop = shops[order.shop] as OpenedShop;
      return hub.payments.purchases.start({ ...shop, phone: order.msisdn, idempotencyKey: order.msisdn });
    }
    case "pull":
      return Promise.all(shops.map(({ providerId, channelId }) => hub.pull(providerId, channelId)));
    case "progress":
      return database.asPlatform("progress", async (tx): Promise<Progress> => {
        const receipts = tx.selectFrom("receipts").select((select) => select.fn.countAll().as("count"));
        const purchases = tx.selectFrom("purchases").select((select) => select.fn.countAll().as("count"));
        const evidence = tx.selectFrom("evidence").select((select) => select.fn.countAll().as("count"));
        const jobs = tx.selectFrom("job_outbox").select((select) => select.fn.countAll().as("count"));
        return {
          receipts: Number((await receipts.executeTakeFirstOrThrow()).count),
          paid: Number((await purchases.where("state", "=", "paid").executeTakeFirstOrThrow()).count),
          waiting: Number((await evidence.where("state", "=", "new").executeTakeFirstOrThrow()).count),
          held: Number((await jobs.where("name", "=", absorbJob).executeTakeFirstOrThrow()).count),
          states: await countStates(tx),
        };
      });
    case "books":
      return Promise.all(
        shops.map(async ({ providerId }): Promise<Books> => {
          const { receipts, grants, accounts, grantsFed } = await readBooks(database, providerId);
          return {
            receipts: receipts.map((row) => ({ receipt: row.receipt, cents: row.amountCents })),
            grants: grants.map((row) => row.purchaseId),
            grantsFed: grantsFed.length,
            accounts,
          };
        }),
      );
  }
}

process.on("message", (order: HubOrder & { id: number }) => {
  carryOut(order).then(
    (answer) => process.send?.({ id: order.id, answer }),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
  );
});
// It ends with its parent.
process.on("disconnect", () => process.exit(0));
process.send?.({ id: 0, answer: shops });
