/** Sellers sell for cash as far as they have paid ahead, or as far as somebody trusts them; both engines. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { mayTakeCash } from "./floats.ts";

hubSuite("floats", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name);
    const { userId, token: seller } = await kiosk.hire("seller", "Asha");
    return {
      ...kiosk,
      userId,
      seller,
      sell: (by: string) => kiosk.sell({ phone: "0712345678", pay: "cash" }, by),
      floats: async () => (await kiosk.read("/floats")).items,
      limit: (creditLimitCents: number, of = userId) => kiosk.ask("PUT", `/floats/${of}/limit`, { creditLimitCents }),
    };
  }

  test("[PAY-21] nothing is sold for cash beyond what was paid ahead, also by two at once", async () => {
    const shop = await openShop("Ahead");
    expect(await shop.sell(shop.seller)).toMatchObject({ status: 409, body: { code: "no-float", field: "pay" } });
    await shop.post(`/floats/${shop.userId}/top-up`, { amountCents: 3000 });
    const both = await Promise.all([shop.sell(shop.seller), shop.sell(shop.seller)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await shop.floats()).toMatchObject([{ userId: shop.userId, name: "Asha", balanceCents: 1000 }]);
  });

  test("[PAY-14] a key that topped up one customer's credit tops up nobody else's, also when its answer is kept no longer", async () => {
    const shop = await openShop("Keys");
    const topUp = (phone: string) =>
      hub.call("POST", "/api/v1/credits", {
        token: shop.token,
        body: { phone, amountCents: 1000 },
        headers: { "idempotency-key": "till-1" },
      });
    expect(await topUp("0712345678")).toMatchObject({ status: 201, body: { balanceCents: 1000 } });
    await hub.database().asPlatform("a-day-later", (tx) => tx.deleteFrom("idempotent_answers").execute());
    expect(await topUp("0712345678")).toMatchObject({ status: 201, body: { balanceCents: 1000 } });
    await hub.database().asPlatform("a-day-later", (tx) => tx.deleteFrom("idempotent_answers").execute());
    expect(await topUp("0798765432")).toMatchObject({ status: 409, body: { code: "key-reused" } });
  });

  test("[PAY-21] what was paid ahead goes back once, also when it is asked for twice at once; and in the provider's money alone", async () => {
    const shop = await openShop("Back");
    await shop.post(`/floats/${shop.userId}/top-up`, { amountCents: 3000 });
    const settle = () => shop.post(`/floats/${shop.userId}/settle`, { amountCents: 3000 });
    const all = await Promise.all([settle(), settle(), settle(), settle()]);
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const kona = { name: "Kona", pin: "4821", sites: [{ siteId: shop.siteId }] };
    const { sellerId } = (await shop.post("/sellers", kona)).body;
    const dollars = { siteId: shop.siteId, amountCents: 500, currency: "USD" };
    expect(await shop.post(`/sellers/${sellerId}/hand-in`, dollars)).toMatchObject({
      status: 422,
      body: { field: "currency" },
    });
  });

  test("[PAY-21] a seller who is trusted sells from the first sale on, as far as the limit, and all of it is owed", async () => {
    const shop = await openShop("Trusted");
    expect(await shop.limit(4000)).toMatchObject({ status: 200, body: { creditLimitCents: 4000 } });
    for (const status of [201, 201, 409]) expect((await shop.sell(shop.seller)).status).toBe(status);
    expect(await shop.floats()).toMatchObject([{ balanceCents: -4000, creditLimitCents: 4000 }]);
    const { items } = await shop.read("/ledger/accounts");
    const accounts = items.map(({ account }: { account: string }) => account);
    expect(accounts).toContain(`float:${shop.userId}`);
    expect(accounts).not.toContain("cash");
  });

  test("[PAY-21] trust is agreed in the provider's own money; who has another role by now still has the float that is theirs", async () => {
    const shop = await openShop("Agreed");
    await shop.limit(4000);
    const mayTake = (currency: string, amountCents: number) =>
      hub
        .database()
        .asProvider(shop.providerId, (tx) =>
          mayTakeCash(tx, { providerId: shop.providerId, userId: shop.userId, currency }, amountCents),
        );
    expect([await mayTake("KES", 4000), await mayTake("KES", 4001)]).toEqual([true, false]);
    expect(await mayTake("USD", 1), "four thousand cents of a dollar were never agreed").toBe(false);
    const { userId } = await shop.hire("seller", "Baraka");
    const ofBaraka = { providerId: shop.providerId, userId, currency: "KES" };
    await shop.post(`/floats/${userId}/top-up`, { amountCents: 3000 });
    await hub.database().asProvider(shop.providerId, async (tx) => {
      await tx.updateTable("users").set({ role: "accountant" }).where("userId", "=", userId).execute();
      expect([await mayTakeCash(tx, ofBaraka, 3000), await mayTakeCash(tx, ofBaraka, 3001)]).toEqual([true, false]);
    });
  });

  test("[PAY-21] who has a float takes in no more by hand than they have paid ahead: for credit, an invoice, a renewal", async () => {
    const shop = await openShop("Hand");
    const { siteId } = shop;
    const made = async (path: string, body: object) => (await shop.post(`${path}`, body)).body;
    const { userId, token: clerk } = await shop.hire("accountant", "Kesi");
    await shop.limit(0, userId);
    const { planId } = await made("/plans", { name: "Home", priceCents: 3000, terms: {} });
    const { customerId } = await made("/customers", { name: "Amina", phone: "0712345678" });
    const { accountId } = await made("/accounts", { customerId, username: "home.1", planId, siteIds: [siteId] });
    const { subscriptionId } = await made("/subscriptions", { customerId, accountId, planId });
    const lines = [{ text: "Cable", quantity: 1, unitCents: 3000 }];
    const { id } = await made("/invoices", { customerName: "Amina", lines });
    const taking = [
      ["/credits", { phone: "0712345678", amountCents: 3000 }],
      [`/invoices/${id}/pay`, { with: "cash" }],
      [`/subscriptions/${subscriptionId}/renew`, { from: "cash" }],
    ] as const;
    for (const [path, body] of taking) {
      const take = () => shop.post(`${path}`, body, clerk);
      expect([path, (await take()).body.code]).toEqual([path, "no-float"]);
      await made(`/floats/${userId}/top-up`, { amountCents: 3000 });
      expect([path, (await take()).status]).toEqual([path, path === "/credits" ? 201 : 200]);
      expect(await shop.floats()).toContainEqual(expect.objectContaining({ userId, balanceCents: 0 }));
    }
    const { items } = await shop.read("/ledger/accounts");
    const till = items.find(({ account }: { account: string }) => account === "cash");
    expect(till, "what was paid ahead, three times").toMatchObject({ balanceCents: 9000 });
  });

  longTest("[PAY-21] a top-up that a clerk mistyped is put right on the float that its cash went onto", async () => {
    const shop = await openShop("Mistyped");
    const { userId, token: clerk } = await shop.hire("accountant", "Kesi");
    await shop.limit(5000, userId);
    const phone = "0712345678";
    expect((await shop.post("/credits", { phone, amountCents: 3000 }, clerk)).status).toBe(201);
    const [{ entryId }] = (await shop.read(`/credits/history?phone=${phone}`)).items;
    const back = { kind: "take-back-top-up", entryId, amountCents: 2700, reason: "300 was meant" };
    expect((await shop.post("/corrections", back)).status).toBe(201);
    expect(await shop.floats()).toContainEqual(expect.objectContaining({ userId, balanceCents: -300 }));
    const { items } = await shop.read("/ledger/accounts");
    const till = items.find(({ account }: { account: string }) => account === "cash");
    expect(till?.balanceCents ?? 0).toBe(0);
  });

  test("what the office takes goes into its till; a seller at a site stands among the sellers at sites alone", async () => {
    const shop = await openShop("Office");
    expect((await shop.sell(shop.token)).status).toBe(201);
    const kona = { name: "Kona", pin: "4821", sites: [{ siteId: shop.siteId }] };
    const { sellerId } = (await shop.post("/sellers", kona)).body;
    const handIn = { siteId: shop.siteId, amountCents: 500 };
    expect((await shop.post(`/sellers/${sellerId}/hand-in`, handIn)).status).toBe(201);
    expect((await shop.floats()).map(({ userId }: { userId: string }) => userId)).toEqual([shop.userId]);
    const sellers = (await shop.read("/sellers")).items;
    expect(sellers.map((one: { sellerId: string }) => one.sellerId)).toEqual([sellerId]);
    expect((await shop.post(`/floats/${sellerId}/top-up`, { amountCents: 500 })).status).toBe(404);
    expect((await shop.limit(500, sellerId)).status).toBe(404);
  });
});
