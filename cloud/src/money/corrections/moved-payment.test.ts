/** Money that paid for the wrong customer's purchase goes to the right one, through the API: what it bought ends, and nothing is lost. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { openClaimShop } from "../claims/test-claim-shop.ts";

const [anna, ben] = ["254712000111", "254712000222"];
const minuteMs = 60_000;

hubSuite("money of another customer's purchase", { timeout: 300_000 }, (hub) => {
  async function openShop(name: string) {
    const shop = await openClaimShop(hub, name);
    const nowMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000;
    return {
      ...shop,
      move: (receipt: string, toPhone = ben, who = shop.token) =>
        shop.post("/corrections", { kind: "move-receipt", receipt, toPhone, reason: "Ben paid it" }, who),
      credit: async (phone: string) => (await shop.read(`/credits?phone=${phone}`)).balanceCents as number,
      payment: (id: string) => shop.read(`/payments/${id}`),
      /** The statement that has these payments, and others around them. */
      prove: (...receipts: string[]) =>
        shop.statement(
          ...[-15, -1].map((by, index) => ({ receipt: `UKZ${index}AAAAAA`, atMs: nowMs + by * minuteMs })),
          ...receipts.map((receipt) => ({ receipt, atMs: nowMs - 5 * minuteMs })),
        ),
      grants: () => shop.inDatabase((tx) => tx.selectFrom("grants").select(["purchaseId", "revokedAtMs"]).execute()),
      fed: () =>
        shop.inDatabase((tx) => tx.selectFrom("feed_rows").select("body").where("kind", "=", "grant").execute()),
      /** Ben's money, which somebody gave to Anna's purchase. */
      async mixUp(receipt: string): Promise<string> {
        const paymentId = await shop.prompted(anna);
        await shop.confirm(receipt);
        const given = await shop.post(`/receipts/${receipt}/assign`, { paymentId });
        expect(given.status, JSON.stringify(given.body)).toBeLessThan(300);
        expect(await shop.read(`/payments/${paymentId}`)).toMatchObject({ state: "paid", receipt });
        return paymentId;
      },
    };
  }

  test("[PAY-12] [BEY-05] is taken back from the wrong customer with the grant, and is the right one's credit, who buys with it; what proves it later finds it there", async () => {
    const shop = await openShop("Moved");
    const paymentId = await shop.mixUp("UKM0000001");
    expect(await shop.balances()).toEqual({ clearing: 2000, pending: -2000 });
    const done = await shop.move("UKM0000001");
    expect(done).toMatchObject({ status: 201, body: { state: "done", amountCents: 2000, paymentId } });
    expect(await shop.payment(paymentId)).toMatchObject({ state: "moved", pendingCents: 0, provenance: null });
    expect(await shop.grants()).toMatchObject([{ purchaseId: paymentId, revokedAtMs: expect.any(Number) }]);
    expect(await shop.fed()).toMatchObject([{ body: { grant: { revokedAtMs: expect.any(Number) } } }]);
    expect([await shop.credit(anna), await shop.credit(ben)]).toEqual([0, 2000]);
    expect(await shop.balances()).toEqual({ clearing: 2000, credit: -2000 });
    // Told money is told also with the right customer.
    expect(await shop.receiptRow("UKM0000001")).toMatchObject({ state: "credit", provenance: "told" });
    const entries = (await shop.read("/ledger/entries")).items as { kind: string; key: string }[];
    expect(entries.filter(({ kind }) => kind === "correction")).toHaveLength(2);

    await shop.prove("UKM0000001");
    expect(await shop.receiptRow("UKM0000001")).toMatchObject({ state: "credit", provenance: "proved" });
    expect(await shop.payment(paymentId)).toMatchObject({ state: "moved", review: null });
    const sold = await shop.post("/payments/purchase", {
      pay: "credit",
      phone: ben,
      planId: shop.planId,
      siteId: shop.siteId,
    });
    expect(sold.status, JSON.stringify(sold.body)).toBe(201);
    expect(await shop.credit(ben)).toBe(0);
    expect((await shop.grants()).filter(({ revokedAtMs: revoked }) => revoked === null)).toHaveLength(1);
  });

  test("[PAY-12] what was proved is revenue no more; money that has left can't leave again, and what was moved in error is moved back as credit", async () => {
    const shop = await openShop("Proved");
    const paymentId = await shop.mixUp("UKM0000002");
    await shop.prove("UKM0000002");
    expect(await shop.payment(paymentId)).toMatchObject({ verified: true, pendingCents: 0 });
    expect((await shop.move("UKM0000002")).status).toBe(201);
    const { revenue = 0, pending = 0 } = await shop.balances();
    expect([revenue, pending]).toEqual([0, 0]);
    expect(await shop.move("UKM0000002")).toMatchObject({ status: 409, body: { code: "same-customer" } });
    // A mistake can be put right once more: it is Anna's credit then, and opens nothing by itself.
    expect((await shop.move("UKM0000002", anna)).status).toBe(201);
    expect([await shop.credit(anna), await shop.credit(ben)]).toEqual([2000, 0]);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "moved" });
  });

  longTest(
    "[PAY-12] the customer who paid as well keeps what was bought: the own payment takes the place",
    async () => {
      const shop = await openShop("Twice");
      const paymentId = await shop.mixUp("UKM0000003");
      await shop.confirm("UKM0000004");
      expect((await shop.post("/receipts/UKM0000004/assign", { paymentId })).status).toBeLessThan(300);
      expect(await shop.credit(anna)).toBe(2000);
      expect((await shop.move("UKM0000003")).status).toBe(201);
      expect(await shop.payment(paymentId)).toMatchObject({ state: "paid", receipt: "UKM0000004" });
      expect(await shop.grants()).toMatchObject([{ revokedAtMs: null }]);
      expect([await shop.credit(anna), await shop.credit(ben)]).toEqual([0, 2000]);
      expect(await shop.balances()).toEqual({ clearing: 4000, credit: -2000, pending: -2000 });
    },
  );

  test("[PAY-12] of two payments for one purchase the one that is only credit leaves it, and the grant stays", async () => {
    const shop = await openShop("Second");
    const paymentId = await shop.mixUp("UKM0000005");
    await shop.confirm("UKM0000006");
    await shop.post("/receipts/UKM0000006/assign", { paymentId });
    expect((await shop.move("UKM0000006")).status).toBe(201);
    expect(await shop.payment(paymentId)).toMatchObject({ state: "paid", receipt: "UKM0000005" });
    expect([await shop.credit(anna), await shop.credit(ben)]).toEqual([0, 2000]);
  });

  longTest(
    "[PAY-12] a second person approves it where the provider wants one; until then nothing ends, and a refund made meanwhile stops it; so does an invoice",
    async () => {
      const shop = await openShop("Second person");
      const email = "accountant@second.test";
      await shop.post("/users", { email, name: "A", role: "accountant", password: ownerPassword });
      const accountant = await hub.logIn(email, ownerPassword);
      await shop.send("PATCH", "/money-settings", { correctionsNeedSecond: true });
      const first = await shop.mixUp("UKM0000007");
      await shop.prove("UKM0000007");
      const asked = (await shop.move("UKM0000007", ben, accountant)).body;
      expect(asked).toMatchObject({ state: "asked", phone: "2547***111", toPhone: "2547***222" });
      expect(await shop.payment(first)).toMatchObject({ state: "paid" });
      expect(await shop.grants()).toMatchObject([{ revokedAtMs: null }]);
      expect(await shop.post(`/corrections/${asked.id}/approve`, {}, accountant)).toMatchObject({ status: 403 });
      const refund = { paymentId: first, method: "credit", amountCents: 500, reason: "slow" };
      expect((await shop.post("/refunds", refund)).status).toBe(201);
      const late = await shop.post(`/corrections/${asked.id}/approve`);
      expect(late).toMatchObject({ status: 409, body: { code: "refunded" } });
      expect(await shop.credit(ben)).toBe(0);

      const second = await shop.mixUp("UKM0000008");
      await shop.prove("UKM0000008");
      const again = (await shop.move("UKM0000008", ben, accountant)).body;
      expect((await shop.post(`/corrections/${again.id}/approve`)).body).toMatchObject({ state: "done" });
      expect(await shop.credit(ben)).toBe(2000);
      expect(await shop.payment(second)).toMatchObject({ state: "moved" });

      const third = await shop.mixUp("UKM0000009");
      await shop.prove("UKM0000009");
      expect((await shop.post("/invoices", { paymentId: third, customerName: "Anna" })).status).toBe(201);
      expect(await shop.move("UKM0000009", ben, accountant)).toMatchObject({
        status: 409,
        body: { code: "invoiced" },
      });
    },
  );

  test("[PAY-12] money of the counter is refunded, and not moved", async () => {
    const shop = await openShop("Counter");
    const sold = await shop.post("/payments/purchase", {
      pay: "cash",
      phone: anna,
      planId: shop.planId,
      siteId: shop.siteId,
    });
    expect(sold.status, JSON.stringify(sold.body)).toBe(201);
    const { receipt } = (await shop.read("/payments")).items[0];
    expect(await shop.move(receipt)).toMatchObject({ status: 409, body: { code: "not-credit" } });
  });
});
