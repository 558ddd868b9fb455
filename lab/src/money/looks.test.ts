/** What it costs to look whether there is anything to ask about purchases, where many pay and their app has no question to spare. */
import { randomBytes } from "node:crypto";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { sendAllToOutbox, sendToOutbox } from "@karibu/cloud/ground/jobs/outbox";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { askJob } from "@karibu/cloud/money/purchases/purchase-rows";
import type { AskSettings } from "@karibu/cloud/money/questions/ask-policy";
import { sql } from "kysely";
import { describe, expect, onTestFinished, test } from "vitest";
import { realWorld } from "../world/real-world.ts";
import { eventually, quickAsk, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";

const engine = "postgresql";
const hourMs = 3_600_000;
/** A question is due at once, and an app that was asked has none to spare for an hour. */
const settings: AskSettings = { ...quickAsk, agesMs: [0, 0, hourMs], spacingMs: hourMs };

interface Standing {
  readonly waiting: number;
  readonly asked: number;
}

describe.skipIf(isAbsent(engine))("looks at eighty purchases of two providers", { timeout: 120_000 }, () => {
  const database = useDatabase(engine);

  /** Their purchases in this state, whose first look has come. */
  async function lookAt(state: "paid" | "prompted", hands = (real: OpenDatabase) => real) {
    const base = hands(database.current());
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(base, daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask: settings,
      jobs: (world) => createPgBossQueue(world, base),
    });
    onTestFinished(async () => {
      await hub.stop();
      await daraja.stop();
    });
    const first = state === "paid" ? 910 : 920;
    const shops = [
      await openPromptedShop({ hub, database: base, daraja }, { number: first, count: 40 }),
      await openPromptedShop({ hub, database: base, daraja }, { number: first + 1, count: 40 }),
    ];
    const ids = shops.flat().map(({ purchaseId }) => purchaseId);
    const of = (shop: readonly PromptedPurchase[]) => (shop[0] as PromptedPurchase).shop.providerId;
    const asPlatform = <Row>(text: ReturnType<typeof sql<Row>>) =>
      base.asPlatform("test", async (tx) => (await text.execute(tx)).rows);
    // Nobody asks about the genuine ones.
    await asPlatform(
      sql`update purchases set state = 'failed', reason = 'wrong-pin' where purchase_id <> all(${ids}::text[])`,
    );
    await asPlatform(sql`update purchases set state = ${state} where purchase_id = any(${ids}::text[])`);
    await asPlatform(sql`update app_budgets set next_at_ms = 0`);
    const statements = watchStatements();
    await base.asPlatform("test", (tx) =>
      sendAllToOutbox(realWorld())(
        tx,
        askJob,
        shops.flatMap((shop) => shop.map(({ purchaseId }) => ({ providerId: of(shop), purchaseId }))),
      ),
    );
    statements.forget();
    await eventually(
      async () =>
        (
          await asPlatform(sql<Standing>`
            select count(*) filter (where waits_since_ms is not null)::int as waiting, sum(questions)::int as asked
            from purchases where purchase_id = any(${ids}::text[])`)
        )[0] as Standing,
      ({ waiting, asked }) => expect({ waiting, asked }).toEqual({ waiting: 78, asked: 2 }),
    );
    return statements.sent();
  }

  test("[PAY-03] of which all have paid share their transactions: one of each is asked about, the others wait", async () => {
    const sent = await lookAt("paid");
    // Whoever has a job of its own locks the budget: one of each provider for a batch that begins before the first question is put.
    const alone = sent.filter((text) => text.includes('"app_budgets"') && text.includes("for update"));
    expect(alone.length).toBeLessThanOrEqual(20);
  });

  test("[PAY-03] of which all wait before a page: one of each is asked about, the others wait for their turn", async () => {
    await lookAt("prompted");
  });

  test("[PAY-03] of which all wait before a page, one after the other, where a transaction of all fails", async () => {
    await lookAt("prompted", (real) => ({
      ...real,
      asPlatform: (reason, work, options) =>
        reason === "look-at-purchases"
          ? Promise.reject(new Error("a row in the way"))
          : real.asPlatform(reason, work, options),
    }));
  });

  test("[PAY-03] one that comes a moment too early leads to the next at once: nobody waits for the queue to look by itself", async () => {
    const base = database.current();
    const daraja = await startDaraja({ promptMs: 600_000 });
    const hub = await startHub(base, daraja, {
      masterKey: new Uint8Array(randomBytes(32)),
      ask: { ...quickAsk, agesMs: [4000, 4000, hourMs] },
      jobs: (world) => createPgBossQueue(world, base),
    });
    onTestFinished(async () => {
      await hub.stop();
      await daraja.stop();
    });
    const [early] = await openPromptedShop({ hub, database: base, daraja }, { number: 930, count: 1 });
    const { purchaseId, shop } = early as PromptedPurchase;
    await base.asPlatform("test", (tx) =>
      sendToOutbox(realWorld())(tx, askJob, { providerId: shop.providerId, purchaseId }),
    );
    const handedOn = () =>
      base.asPlatform("test", async (tx) => {
        await sql`set local role none`.execute(tx);
        const { rows } = await sql<{
          tries: number;
        }>`select 1 from pgboss.job where name = ${askJob} and state = 'created'
          and data -> 'data' ->> 'purchaseId' = ${purchaseId} and start_after > now()`.execute(tx);
        return rows.length;
      });
    await eventually(handedOn, (count) => expect(count).toBe(1), 3000);
  });
});
