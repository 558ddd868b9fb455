import { randomBytes } from "node:crypto";
import type { Database } from "@karibu/cloud/ground/db/database";
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { eventually, openChannel, openShop, quickAsk, readBooks, startDaraja, startHub } from "./payments-hub.ts";

/** For the crash tests: lost calls time out soon. */
const impatient = { ...quickAsk, agesMs: [50, 80, 120, 200, 300], answerLostAfterMs: 250 };

const masterKey = new Uint8Array(randomBytes(32));

engineSuite("a hub that dies between any two steps", (engine) => {
  const database = useDatabase(engine);

  // The steps of a purchase are its transactions: the hub dies before or after each of them, and another one takes over.
  const steps = Array.from({ length: 14 }, (_, step) => step);
  test.each(inLongRunAll(steps, (step) => step % 3 === 0))("loses and doubles nothing: step %i", async (step) => {
    const daraja = await startDaraja();
    const shop = await openShop(database.current());
    const setUp = await startHub(database.current(), daraja, { masterKey });
    const port = Number(new URL(setUp.url).port);
    await openChannel(setUp, database.current(), shop.providerId);
    await setUp.stop();

    const mortal = dieAt(database.current(), Math.floor(step / 2), step % 2 === 0 ? "before" : "after");
    const first = await startHub(mortal.database, daraja, { masterKey, port, ask: impatient });
    mortal.arm();
    await first.payments.purchases.start({ ...shop, phone: "0700000001", idempotencyKey: "k" }).catch(() => null);
    await eventually(
      async () => daraja.prompts().every((prompt) => prompt.result !== null),
      (done) => expect(done).toBe(true),
    );
    await daraja.delivered();
    await first.stop();

    const second = await startHub(database.current(), daraja, { masterKey, port, ask: impatient });
    const moved = daraja.successes();
    // The payment is paid or on the review list. Without a purchase no money may have moved.
    await eventually(
      () => readBooks(database.current(), shop.providerId),
      ({ purchases: [purchase] }) => {
        if (purchase === undefined) expect(moved).toEqual([]);
        else if (purchase.review === null) expect(["paid", "paid_unreceipted"]).toContain(purchase.state);
      },
    );
    await second.stop();
    const after = await readBooks(database.current(), shop.providerId);
    await daraja.stop();
    const paid = Number(after.purchases[0]?.state === "paid" || after.purchases[0]?.state === "paid_unreceipted");
    expect(after.receipts.length).toBeLessThanOrEqual(1);
    expect(after.grants).toHaveLength(paid);
    expect(after.accounts.revenue ?? 0).toBe(paid === 1 ? -5000 : 0);
    expect(Object.values(after.accounts).reduce((sum, balance) => sum + balance, 0)).toBe(0);
    for (const { receipt } of after.receipts) expect(moved.map((each) => each.receipt)).toContain(receipt);
  });
});

/** A database whose process ends at its n-th transaction once armed: nothing that it does afterwards has any effect. */
function dieAt(real: Database, transaction: number, when: "before" | "after"): { database: Database; arm(): void } {
  let left = Number.POSITIVE_INFINITY;
  const dead = () => new Error("the hub is dead");
  async function mortal<T>(work: () => Promise<T>): Promise<T> {
    if (left < 0) throw dead();
    const last = left-- === 0;
    if (last && when === "before") throw dead();
    const result = await work();
    if (last) throw dead();
    return result;
  }
  return {
    arm: () => {
      left = transaction;
    },
    database: {
      ...real,
      asProvider: (providerId, work) => mortal(() => real.asProvider(providerId, work)),
      asPlatform: (reason, work) => mortal(() => real.asPlatform(reason, work)),
    },
  };
}
