/** A package that renews itself with too little credit: the phone is asked for the rest, with real HTTP between hub and channel. */
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { freeCreditOf } from "@karibu/cloud/money/ledger/credit";
import { packageRows } from "@karibu/cloud/money/subscriptions/package-rows";
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { eventually, quickAsk, readBooks } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

const customer = "254712000900";
const dayMinutes = 24 * 60;

/** Minutes east of UTC where it is this hour now. */
function offsetWhereItIs(hour: number): number {
  const now = new Date();
  const minutes = (hour * 60 + 30 - (now.getUTCHours() * 60 + now.getUTCMinutes()) + dayMinutes) % dayMinutes;
  return minutes > 12 * 60 ? minutes - dayMinutes : minutes;
}

engineSuite("renewal with too little credit", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  async function openTown(creditCents: number, hour = 12) {
    const options: DarajaOptions = { resultMs: 20, confirmsPush: () => "never" };
    const town = await startPayments(database.current(), options, { ask: quickAsk });
    const { daraja, hub, shop, channelId, books } = town;
    const { providerId, planId, siteId } = shop;
    const party = testParties.ofPhone(providerId, customer);
    const run = (query: ReturnType<typeof sql>) => database.current().asProvider(providerId, (tx) => query.execute(tx));
    await database
      .current()
      .asPlatform("test", (tx) =>
        sql`update providers set utc_offset_minutes = ${offsetWhereItIs(hour)} where provider_id = ${providerId}`.execute(
          tx,
        ),
      );
    const post = <Answer>(path: string, body: object) =>
      hub.channelRoute<Answer>("POST", path, { providerId, channelId }, body);
    const topUp = (amountCents: number) => post("/api/v1/credits", { phone: customer, amountCents });
    await topUp(creditCents);
    const { subscriptionId: id } = await post<{ subscriptionId: string }>("/api/v1/subscriptions", {
      phone: customer,
      planId,
      siteId,
    });
    return {
      daraja,
      topUp,
      books,
      free: () => database.current().asProvider(providerId, (tx) => freeCreditOf(tx, providerId, party, "KES")),
      row: () =>
        database
          .current()
          .asProvider(providerId, (tx) =>
            packageRows(tx).where("subscriptions.subscriptionId", "=", id).executeTakeFirstOrThrow(),
          ),
      /** The pause between two tries is over: money that comes in makes the hub look again. */
      later: async () => {
        await run(sql`update subscriptions set prompted_at_ms = prompted_at_ms - 900000 where subscription_id = ${id}`);
        await topUp(100);
      },
      prompted: (times: number) =>
        eventually(
          async () => daraja.prompts(),
          (prompts) => expect(prompts).toHaveLength(times),
        ),
      /** The newest prompt is over, and nothing is held for it. */
      ended: async (times: number) =>
        eventually(
          () => readBooks(database.current(), providerId),
          ({ purchases }) => expect(purchases.filter(({ state }) => state === "failed")).toHaveLength(times),
        ),
    };
  }

  test("[PAY-12] [PAY-16] credit is held, the phone is asked for the rest, and the PIN buys the package once", async () => {
    const town = await openTown(2000);
    const [prompt] = await town.prompted(1);
    expect(prompt).toMatchObject({ msisdn: customer, amount: 30 });
    expect(await town.free()).toBe(0);
    expect(await town.row()).toMatchObject({
      endedAtMs: null,
      suspendedAtMs: null,
      prompts: 1,
      problem: "prompted",
    });
    town.daraja.act(customer, { kind: "pay", pin: "1234" });
    await eventually(town.row, (row) => expect(row.lastPurchaseId).not.toBeNull());
    expect(await town.row()).toMatchObject({ prompts: 0, problem: null, suspendedAtMs: null });
    const { accounts, purchases, grants } = await town.books();
    expect(accounts).toEqual({ cash: 2000, clearing: 3000, revenue: -5000 });
    expect(purchases).toMatchObject([{ state: "paid", askedCents: 3000 }]);
    expect(grants).toHaveLength(1);
  });

  test("[PAY-12] [PAY-16] who does not pay is asked so often and no more; each time the credit is free again; then the package waits for money, and goes on with it", async () => {
    const town = await openTown(2000);
    for (const index of [0, 1, 2]) {
      const prompts = await town.prompted(index + 1);
      // What came in meanwhile is credit too.
      expect([30, 29, 28]).toContain(prompts.at(-1)?.amount);
      town.daraja.act(customer, { kind: "cancel" });
      await town.ended(index + 1);
      expect(await town.free()).toBe(2000 + index * 100);
      await town.later();
    }
    await eventually(town.row, (row) => expect(row).toMatchObject({ problem: "no-credit", prompts: 3 }));
    expect((await town.row()).suspendedAtMs).not.toBeNull();
    expect(town.daraja.prompts()).toHaveLength(3);
    expect((await town.books()).grants).toEqual([]);
    await town.topUp(2700);
    await eventually(town.row, (row) => expect(row).toMatchObject({ problem: null, suspendedAtMs: null }));
    expect((await town.books()).accounts).toEqual({ cash: 5000, revenue: -5000 });
    expect(await town.row()).toMatchObject({ prompts: 0 });
  });

  test("[PAY-16] nobody's phone rings at night: the package waits for money, and the phone is asked in the morning", async () => {
    const town = await openTown(2000, 3);
    const row = await eventually(town.row, (now) => expect(now.suspendedAtMs).not.toBeNull());
    expect(row).toMatchObject({ problem: "no-credit", prompts: 0 });
    expect(town.daraja.prompts()).toEqual([]);
    expect(await town.free()).toBe(2000);
  });
});
