/** "I already paid", and the one budget of questions that an app has: against the simulated Daraja, on both engines. */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { beforeAll, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import {
  addPlan,
  eventually,
  openChannel,
  openShop,
  type PaymentsHub,
  quickAsk,
  readBooks,
  type Shop,
  silentAsk,
  startDaraja,
  startHub,
} from "./payments-hub.ts";
import { initiator, masterKey, usePayments } from "./test-payments-town.ts";

const waitMs = 120_000;
const { shortcode } = sampleApp;

engineSuite("a customer who says: I already paid", { timeout: 400_000 }, (engine) => {
  let shop: Shop;
  /** The hub gets no report about this phone's money: neither a callback nor a confirmation. */
  const silentPhone = "254712000021";
  let ownPlan = "";
  let key = 0;

  const loses = ({ msisdn }: { msisdn: string }) => msisdn === silentPhone;
  const town = usePayments(
    engine,
    { loses, confirmsPush: (prompt) => (loses(prompt) ? "never" : "after"), resultMs: 20, promptMs: 600_000 },
    { ask: silentAsk },
  );
  const { database } = town;

  beforeAll(async () => {
    shop = await openShop(database.current());
    ownPlan = await addPlan(database.current(), shop.providerId, 3300);
    const channelId = await openChannel(town.hub, database.current(), shop.providerId, initiator);
    await town.hub.register(shop.providerId, channelId);
  });
  const books = () => readBooks(database.current(), shop.providerId);
  const purchase = async (id: string) => (await books()).purchases.find((each) => each.purchaseId === id)!;
  const receiptRow = async (receipt: string) => (await books()).receipts.find((each) => each.receipt === receipt)!;
  const claim = (params: object) => town.hub.rpc("claim-payment", shop, params);
  async function buy(phone: string) {
    const result = await town.hub.payments.purchases.start({ ...shop, phone, idempotencyKey: `key-${++key}` });
    if (result.kind !== "started") throw new Error(`refused: ${result.reason}`);
    return result.purchaseId;
  }
  const payByHand = async (msisdn: string, amount: number) =>
    (await town.daraja.organisation.payBill({ shortcode, msisdn, amount, account: "wifi ???" }))!;

  test("[BEY-07] with phone and amount, the hub queries that phone's purchase, and it is paid", async () => {
    const id = await buy("0712000021");
    town.daraja.act(silentPhone, { kind: "pay", pin: "1234" });
    const asked = { phone: "0712000021", amountCents: 5000, purchaseId: id };
    expect(await claim(asked)).toEqual({ kind: "asked" });
    await eventually(
      () => purchase(id),
      (now) => expect(["paid", "paid_unreceipted"]).toContain(now.state),
      waitMs,
    );
    expect(await claim(asked)).toEqual({ kind: "settled", purchaseId: id, planId: shop.planId });
    expect((await books()).grants.filter((each) => each.purchaseId === id)).toHaveLength(1);
  });

  test("with phone and amount, nobody sees or gets another person's purchase", async () => {
    const id = await buy("0700000001");
    await eventually(
      () => purchase(id),
      (now) => expect(now.state).toBe("paid"),
      waitMs,
    );
    const before = await books();
    expect(await claim({ phone: "0700000001", amountCents: 5000 })).toEqual({ kind: "asked" });
    expect(await claim({ phone: "0799000111", amountCents: 5000, purchaseId: id })).toEqual({ kind: "asked" });
    expect((await books()).grants).toHaveLength(before.grants.length);
  });

  test("money for an unknown account whose payer is hidden is found by the list, and becomes that phone's", async () => {
    const { receipt } = await payByHand("254711000031", 70);
    await eventually(
      () => receiptRow(receipt),
      (row) => expect(row.state).toBe("suspense"),
      waitMs,
    );
    // By an earlier claim's look at the list the payer may be known already.
    expect(await claim({ phone: "0711000031", amountCents: 7000 })).toMatchObject({
      kind: expect.stringMatching(/^(asked|settled)$/),
    });
    await eventually(
      () => receiptRow(receipt),
      (row) => expect(row).toMatchObject({ state: "credit", creditCents: 7000 }),
      waitMs,
    );
  });

  test("[BEY-07] a customer who paid the price by hand and enters the receipt at a site gets that package there", async () => {
    const { receipt } = await payByHand("254711000041", 33);
    await eventually(
      () => receiptRow(receipt),
      (row) => expect(row.state).toBe("suspense"),
      waitMs,
    );
    const settled = await claim({ receipt, phone: "0711000041" });
    expect(settled).toMatchObject({ kind: "settled", planId: ownPlan, purchaseId: expect.any(String) });
    const { purchaseId } = settled as { purchaseId: string };
    expect(await purchase(purchaseId)).toMatchObject({ state: "paid", receipt, siteId: shop.siteId });
    expect((await books()).grants.filter((each) => each.purchaseId === purchaseId)).toHaveLength(1);
    // The page asks again: the same claim, the same answer, no second package.
    expect(await claim({ receipt, phone: "0711000041" })).toEqual(settled);
    const { receipts, accounts } = await books();
    expect(receipts.filter((each) => each.receipt === receipt)).toHaveLength(1);
    expect(Object.values(accounts).reduce((sum, each) => sum + each, 0)).toBe(0);
  });

  test("a receipt that the channel does not know is refused, and settled all the same when it comes after all", async () => {
    const first = { receipt: "QQQ1234567", phone: "0711000051" };
    expect(await claim(first)).toEqual({ kind: "asked" });
    await eventually(
      () => claim(first),
      (answer) => expect(answer).toEqual({ kind: "refused", reason: "unknown-receipt" }),
      waitMs,
    );
    const rows = await town.hub.claims(shop.providerId);
    expect(rows.filter((each) => each.receipt === "QQQ1234567")).toHaveLength(1);
  });

  test("claims are limited per phone, stored with their outcome, and their input is checked", async () => {
    const phone = "0711000061";
    const answers = [];
    for (let index = 0; index < 7; index++) answers.push(await claim({ receipt: `QWE12345${index}Z`, phone }));
    expect(answers.slice(0, 5)).toEqual(Array(5).fill({ kind: "asked" }));
    expect(answers.slice(5)).toEqual(Array(2).fill({ kind: "refused", reason: "too-many" }));
    expect(await claim({ phone: "0711000062" })).toEqual({ kind: "refused", reason: "no-receipt-in-it" });
    expect(await claim({ phone: "12345678", amountCents: 100 })).toEqual({ kind: "refused", reason: "bad-phone" });
    expect(await claim({ receipt: "hello there", phone })).toEqual({ kind: "refused", reason: "no-receipt-in-it" });
  });
});

engineSuite("an app's questions", { timeout: 400_000 }, (engine) => {
  const database = useDatabase(engine);

  test("are one budget for all channels with its key and for every hub process", async () => {
    const daraja = await startDaraja({ loses: () => true, promptMs: 600_000 });
    const ask = { ...quickAsk, agesMs: [1, 1], spacingMs: 3_600_000 };
    const hubs = [
      await startHub(database.current(), daraja, { masterKey, ask }),
      await startHub(database.current(), daraja, { masterKey, ask }),
    ];
    try {
      const shop = await openShop(database.current());
      await openChannel(hubs[0]!, database.current(), shop.providerId);
      const start = async (hub: PaymentsHub, phone: string) => {
        const result = await hub.payments.purchases.start({ ...shop, phone, idempotencyKey: phone });
        if (result.kind !== "started") throw new Error(`refused: ${result.reason}`);
      };
      await start(hubs[0]!, "0712000071");
      // The newest channel sells: the second purchase goes through another channel of the same app.
      await openChannel(hubs[1]!, database.current(), shop.providerId);
      await start(hubs[1]!, "0712000072");
      await start(hubs[0]!, "0712000073");
      const look = () =>
        database
          .current()
          .asProvider(shop.providerId, (tx) =>
            tx.selectFrom("purchases").select(["channelId", "questions", "waitsSinceMs"]).execute(),
          );
      // Who was asked about may wait for the next question again: how often it is looked at says nothing.
      const waits = (each: { questions: number; waitsSinceMs: number | null }) =>
        each.questions === 0 && each.waitsSinceMs !== null;
      const rows = await eventually(look, (now) => expect(now.filter(waits)).toHaveLength(2), waitMs);
      expect(rows.reduce((sum, each) => sum + each.questions, 0)).toBe(1);
      expect(new Set(rows.map((each) => each.channelId)).size).toBe(2);
      const budgets = await database
        .current()
        .asProvider(shop.providerId, (tx) => tx.selectFrom("app_budgets").selectAll().execute());
      expect(budgets).toMatchObject([{ asked: 1 }]);
    } finally {
      for (const hub of hubs) await hub.stop();
      await daraja.stop();
    }
  });
});
