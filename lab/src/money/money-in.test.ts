import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { beforeAll, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, openChannel, openShop, readBooks, type Shop } from "./payments-hub.ts";
import { initiator, usePayments } from "./test-payments-town.ts";

engineSuite("money that comes in by itself", (engine) => {
  let shop: Shop;
  let channelId: string;
  const { shortcode } = sampleApp;
  let twins: "before" | "after" | "never" = "never";
  let losing = false;
  let key = 0;
  const town = usePayments(engine, { confirmsPush: () => twins, loses: () => losing, resultMs: 20 });
  const { database } = town;

  beforeAll(async () => {
    shop = await openShop(database.current());
    channelId = await openChannel(town.hub, database.current(), shop.providerId, initiator);
    const told = await town.hub.register(shop.providerId, channelId);
    expect(told).toMatchObject({ registered: true, pulls: true });
  });
  const books = () => readBooks(database.current(), shop.providerId);
  async function buy(phone: string) {
    const result = await town.hub.payments.purchases.start({ ...shop, phone, idempotencyKey: `key-${++key}` });
    if (result.kind !== "started") throw new Error(`refused: ${result.reason}`);
    return result.purchaseId;
  }
  const purchase = async (id: string) => (await books()).purchases.find((each) => each.purchaseId === id)!;
  const receiptRow = async (receipt: string) => (await books()).receipts.find((each) => each.receipt === receipt)!;
  const claim = (receipt: string, phone: string, purchaseId?: string) =>
    town.hub.rpc("claim-payment", shop, { receipt, phone, ...(purchaseId === undefined ? {} : { purchaseId }) });

  test.each(["before", "after"] as const)(
    "[PAY-04] the confirmation of a push's money, %s its callback, is one receipt and corroborates it",
    async (when) => {
      twins = when;
      const id = await buy("0700000001");
      await eventually(
        () => purchase(id),
        (now) => expect(now).toMatchObject({ state: "paid", corroborated: true }),
      );
      const { receipts, grants } = await books();
      expect(receipts.filter((each) => each.purchaseId === id)).toHaveLength(1);
      expect(grants.filter((each) => each.purchaseId === id)).toHaveLength(1);
      twins = "never";
    },
  );

  test("[PAY-04] a lost callback and a lost answer: the confirmation alone pays, joined by the reference", async () => {
    twins = "after";
    losing = true;
    const id = await buy("0700000010");
    await eventually(
      () => purchase(id),
      (now) => expect(now).toMatchObject({ state: "paid" }),
    );
    losing = false;
    twins = "never";
  });

  test("[BEY-06] money for an unknown account is in suspense until its payer claims it; nobody else can", async () => {
    const success = (await town.daraja.organisation.payBill({
      shortcode,
      msisdn: "254711222333",
      amount: 70,
      account: "wifi ???",
    }))!;
    await eventually(
      () => receiptRow(success.receipt),
      (row) => expect(row).toMatchObject({ state: "suspense", suspenseCents: 7000 }),
    );
    expect(await claim(success.receipt, "0799888777")).toEqual({ kind: "refused", reason: "another-payer" });
    expect(await claim(`${success.receipt} Confirmed. Ksh70.00 sent`, "0711222333")).toMatchObject({
      kind: "settled",
    });
    expect(await receiptRow(success.receipt)).toMatchObject({ state: "credit", creditCents: 7000 });
    expect(await claim(success.receipt, "0711222333")).toMatchObject({ kind: "settled" });
    expect((await receiptRow(success.receipt)).creditCents).toBe(7000);
  });

  test("[BEY-06] a purchase that failed is paid by hand with its reference, badly typed", async () => {
    const id = await buy("0700000002");
    await eventually(
      () => purchase(id),
      (now) => expect(now.state).toBe("failed"),
    );
    const { reference } = await purchase(id);
    const typed = `a/c no. ${reference.slice(0, 4).toLowerCase()} ${reference.slice(4)}`;
    await town.daraja.organisation.payBill({
      shortcode,
      msisdn: "254722000111",
      amount: 50,
      account: typed,
      confirmation: "twice",
    });
    await eventually(
      () => purchase(id),
      (now) => expect(now).toMatchObject({ state: "paid" }),
    );
  });

  test("[BEY-07] money without a callback is found by a query about its receipt, and pays the waiting purchase", async () => {
    losing = true;
    const id = await buy("0712000001");
    const prompt = () => town.daraja.prompts().find((each) => each.msisdn === "254712000001")!;
    town.daraja.act("254712000001", { kind: "pay", pin: "1234" });
    const receipt = prompt().result?.receipt as string;
    expect(await claim(receipt, "0712000001", id)).toEqual({ kind: "asked" });
    await eventually(
      () => receiptRow(receipt),
      (row) => expect(row).toMatchObject({ purchaseId: id, corroborated: true }),
    );
    expect(await purchase(id)).toMatchObject({ state: "paid", receipt });
    losing = false;
  });

  test("a claim with a receipt that the channel does not know is refused in the end", async () => {
    expect(await claim("ZZZ1234567", "0712000001")).toEqual({ kind: "asked" });
    await eventually(
      () => town.hub.claims(shop.providerId),
      (rows) => expect(rows.find((row) => row.receipt === "ZZZ1234567")).toMatchObject({ state: "refused" }),
    );
  });

  test("[PAY-04] the list finds what every callback lost, page by page, and running it again changes nothing", async () => {
    const paid: { receipt: string }[] = [];
    for (let index = 0; index < 7; index++) {
      paid.push(
        (await town.daraja.organisation.payBill({
          shortcode,
          msisdn: `25470900000${index}`,
          amount: 10 + index,
          account: `X${index}Q`,
          confirmation: "never",
        }))!,
      );
    }
    const pull = () => town.hub.pull(shop.providerId, channelId);
    await pull();
    await eventually(books, ({ receipts }) => {
      for (const { receipt } of paid) expect(receipts.map((each) => each.receipt)).toContain(receipt);
    });
    const before = await books();
    await pull();
    await pull();
    const after = await books();
    expect(after.accounts).toEqual(before.accounts);
    const moved = town.daraja.successes().reduce((sum, each) => sum + each.amount * 100, 0);
    expect(after.receipts.reduce((sum, each) => sum + each.amountCents, 0)).toBe(moved);
  });

  test("[PAY-15] a refund by reversal is sent once, and its result turns the entry round and ends the grant", async () => {
    const id = await buy("0700000001");
    await eventually(
      () => purchase(id),
      (now) => expect(now).toMatchObject({ state: "paid", corroborated: true }),
    );
    const first = await town.hub.refund(shop.providerId, id, "reversal", "r-1");
    const same = await town.hub.refund(shop.providerId, id, "reversal", "r-1");
    expect(same.refundId).toBe(first.refundId);
    await eventually(
      () => purchase(id),
      (now) => expect(now).toMatchObject({ state: "reversed" }),
    );
    const { grants, accounts } = await books();
    expect(grants.find((each) => each.purchaseId === id)?.revokedAtMs).not.toBeNull();
    expect(town.daraja.organisation.reversals()).toHaveLength(1);
    expect(accounts.refunds).toBe(5000);
    expect(Object.values(accounts).reduce((sum, each) => sum + each, 0)).toBe(0);
  });

  test("[PAY-12] a plan is bought out of the customer's credit, and not beyond it", async () => {
    const credit = { ...shop, phone: "0711222333", pay: "credit" as const, soldBy: "u2" };
    const { cash = 0 } = (await books()).accounts;
    const start = (idempotencyKey: string) => town.hub.payments.purchases.start({ ...credit, idempotencyKey });
    const bought = await start("credit-1");
    expect(bought).toMatchObject({ kind: "started", state: { state: "paid" } });
    expect(await start("credit-2")).toEqual({ kind: "refused", reason: "no-credit" });
    // Who sold it took no money: neither the till nor a float has changed.
    const { accounts } = await books();
    expect([accounts.cash ?? 0, accounts["float:u2"] ?? 0]).toEqual([cash, 0]);
  });

  test("[PAY-21] cash that somebody took is a payment like any other", async () => {
    const before = (await books()).accounts.revenue ?? 0;
    const cash = { ...shop, phone: "0711222444", pay: "cash" as const, soldBy: "u1", idempotencyKey: "cash-1" };
    expect(await town.hub.payments.purchases.start(cash)).toMatchObject({ kind: "started", state: { state: "paid" } });
    expect(await town.hub.payments.purchases.start(cash)).toMatchObject({ kind: "started", state: { state: "paid" } });
    expect((await books()).accounts.revenue).toBe(before - 5000);
  });
});
