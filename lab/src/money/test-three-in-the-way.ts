/**
 * 200 callbacks in one moment. Some of them can't be booked at once: a person holds the row of one purchase, one breaks a rule of the database, and the
 * provider of twenty is being suspended. It checks that the others are online soon, and these in the end, each booked once.
 */
import type { Tx } from "@karibu/cloud/ground/db/database";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { stepProvider } from "@karibu/cloud/operations/provider-life/life-cycle";
import { silentWorld } from "@karibu/cloud/real-world";
import { createTestSites } from "@karibu/cloud/test-sites";
import { sleep } from "@karibu/protocol/world";
import { sql } from "kysely";
import { expect, onTestFinished } from "vitest";
import { silentAsk, startDaraja, startHub } from "./payments-hub.ts";
import { openPromptedShop, type PromptedPurchase } from "./prompted-purchases.ts";
import { deliver, expectBookedOnce, onlineOf, untilOnline } from "./test-booked.ts";

/** How many of each provider pay: the last one is the provider that is being suspended. */
const counts = [60, 60, 60, 20];

export async function payWithThreeInTheWay(run: {
  readonly database: OpenDatabase;
  readonly masterKey: Uint8Array;
  /** For how long the person and the suspension are in the middle of what they do, once the others are online. */
  readonly heldForMs: number;
  /** Of the others. @param freeMs how long as many take in whose way nobody is, on the machine as it is now */
  readonly onlineMsMax: (freeMs: number) => number;
}): Promise<void> {
  const { database, masterKey } = run;
  const world = silentWorld();
  const daraja = await startDaraja({ promptMs: 600_000 });
  const hub = await startHub(database, daraja, { masterKey, ask: silentAsk, emit: createEmit });
  onTestFinished(async () => {
    await hub.stop();
    await daraja.stop();
  });
  const shops: PromptedPurchase[][] = [];
  for (const [index, count] of counts.entries()) {
    // The first payment of a channel shows that its keys fit, and is booked by itself.
    const own = await openPromptedShop({ hub, database, daraja }, { number: 800 + index, count: 2 * count + 1 });
    await deliver(own.slice(0, 1));
    await untilOnline(database, own.slice(0, 1));
    shops.push(own);
  }
  // In turns, so that some of each provider are in each batch.
  const place = ({ purchaseId }: PromptedPurchase) => Number(purchaseId.split("-")[1]);
  const inTurns = (some: readonly PromptedPurchase[]) => some.toSorted((one, other) => place(one) - place(other));
  const all = inTurns(shops.flatMap((own, index) => own.slice(1, 1 + (counts[index] ?? 0))));
  expect(all).toHaveLength(200);
  const [held, broken] = [shops[0]?.[7], shops[1]?.[9]] as [PromptedPurchase, PromptedPurchase];
  const suspended = all.filter(({ shop }) => shop === shops[3]?.[0]?.shop);
  const inTheWay = new Set([held, broken, ...suspended]);
  const others = all.filter((each) => !inTheWay.has(each));

  /** Sends these. @returns until those are online */
  async function takes(sent: readonly PromptedPurchase[], awaited: readonly PromptedPurchase[]): Promise<number> {
    const startedMs = performance.now();
    await deliver(sent);
    await untilOnline(database, awaited);
    return performance.now() - startedMs;
  }
  const free = inTurns(shops.flatMap((own, index) => own.slice(1 + (counts[index] ?? 0))));
  const freeMs = await takes(free, free);

  /** A transaction that has done this and does not end, as of a person who is in the middle of something. @returns ends it */
  async function inTheMiddle(work: (tx: Tx) => Promise<unknown>): Promise<() => Promise<void>> {
    const [done, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holder = database.asPlatform("in-the-middle", async (tx) => {
      await work(tx);
      done.resolve();
      await end.promise;
    });
    const release = async () => {
      end.resolve();
      await holder;
    };
    onTestFinished(release);
    await Promise.race([done.promise, holder]);
    return release;
  }

  const rule = (script: string) => database.alone("write", (execute) => execute(script));
  await rule(`create function refuse_one() returns trigger language plpgsql as $$ begin
      if new.receipt = '${broken.receipt}' then raise exception 'refused by this test' using errcode = '23514'; end if; return new; end $$;
    create trigger refuse_one before insert on receipts for each row execute function refuse_one()`);
  const letGo = await inTheMiddle((tx) =>
    sql`select from purchases where purchase_id = ${held.purchaseId} for no key update`.execute(tx),
  );
  // The admin's own step: it has the provider's row, and the feeds of its sites.
  const sites = createTestSites(world, createPublish(world, createEnvelope(world.random, [masterKey])));
  const suspendIt = await inTheMiddle((tx) =>
    stepProvider({ world, sites, areArrearsKept: true }, tx, suspended[0]?.shop.providerId ?? "", {
      step: "suspend",
      graceDays: 14,
    }),
  );

  const ms = await takes(all, others);
  expect(ms).toBeLessThan(run.onlineMsMax(freeMs));
  expect(await onlineOf(database, [...inTheWay])).toEqual([]);

  // Their jobs try meanwhile, and can't either.
  await sleep(world.clock, run.heldForMs);
  expect(await onlineOf(database, [...inTheWay])).toEqual([]);
  await letGo();
  await suspendIt();
  await rule("drop trigger refuse_one on receipts; drop function refuse_one()");
  await untilOnline(database, all);
  await expectBookedOnce(database, shops.flat());
  const provider = await database.asPlatform("test", (tx) =>
    tx
      .selectFrom("providers")
      .select("state")
      .where("providerId", "=", suspended[0]?.shop.providerId ?? "")
      .executeTakeFirstOrThrow(),
  );
  // What was sold before stays valid.
  expect(provider.state).toBe("suspended");
}
