/** Sellers sell for cash as far as they have paid ahead, or as far as somebody trusts them; both engines. */
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("floats", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const { token } = await hub.makeProvider(name);
    const post = (path: string, body: object, as = token) =>
      hub.call("POST", path, { token: as, body, headers: { "idempotency-key": `key-${++keys}` } });
    const { siteId } = (await post("/api/v1/sites", { name: "Kiosk" })).body.site;
    const terms = { validitySeconds: 3600 };
    const { planId } = (await post("/api/v1/plans", { name: "Hour", priceCents: 2000, terms })).body;
    const person = { email: `seller@${name.toLowerCase()}.test`, password: "some-long-password", role: "seller" };
    const { userId } = (await post("/api/v1/users", { ...person, name: "Asha" })).body as { userId: string };
    const seller = await hub.logIn(person.email, person.password);
    const sell = (as: string) =>
      post("/api/v1/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" }, as);
    const floats = async () => (await hub.call("GET", "/api/v1/floats", { token })).body.items;
    const limit = (creditLimitCents: number, of = userId) =>
      hub.call("PUT", `/api/v1/floats/${of}/limit`, { token, body: { creditLimitCents } });
    return { token, siteId, userId, seller, post, sell, floats, limit };
  }

  test("[PAY-21] nothing is sold for cash beyond what was paid ahead, also by two at once", async () => {
    const shop = await openShop("Ahead");
    expect(await shop.sell(shop.seller)).toMatchObject({ status: 409, body: { code: "no-float", field: "pay" } });
    await shop.post(`/api/v1/floats/${shop.userId}/top-up`, { amountCents: 3000 });
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
    await shop.post(`/api/v1/floats/${shop.userId}/top-up`, { amountCents: 3000 });
    const settle = () => shop.post(`/api/v1/floats/${shop.userId}/settle`, { amountCents: 3000 });
    const all = await Promise.all([settle(), settle(), settle(), settle()]);
    expect(all.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const kona = { name: "Kona", pin: "4821", sites: [{ siteId: shop.siteId }] };
    const { sellerId } = (await shop.post("/api/v1/sellers", kona)).body;
    const dollars = { siteId: shop.siteId, amountCents: 500, currency: "USD" };
    expect(await shop.post(`/api/v1/sellers/${sellerId}/hand-in`, dollars)).toMatchObject({
      status: 422,
      body: { field: "currency" },
    });
  });

  test("[PAY-21] a seller who is trusted sells from the first sale on, as far as the limit, and all of it is owed", async () => {
    const shop = await openShop("Trusted");
    expect(await shop.limit(4000)).toMatchObject({ status: 200, body: { creditLimitCents: 4000 } });
    for (const status of [201, 201, 409]) expect((await shop.sell(shop.seller)).status).toBe(status);
    expect(await shop.floats()).toMatchObject([{ balanceCents: -4000, creditLimitCents: 4000 }]);
    const { items } = (await hub.call("GET", "/api/v1/ledger/accounts", { token: shop.token })).body;
    const accounts = items.map(({ account }: { account: string }) => account);
    expect(accounts).toContain(`float:${shop.userId}`);
    expect(accounts).not.toContain("cash");
  });

  test("[PAY-21] who has a float takes in no more by hand than they have paid ahead: for credit, an invoice, a renewal", async () => {
    const shop = await openShop("Hand");
    const { siteId } = shop;
    const made = async (path: string, body: object) => (await shop.post(`/api/v1${path}`, body)).body;
    const person = { email: "clerk@hand.test", password: "some-long-password", role: "accountant" };
    const { userId } = await made("/users", { ...person, name: "Kesi" });
    const clerk = await hub.logIn(person.email, person.password);
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
      const take = () => shop.post(`/api/v1${path}`, body, clerk);
      expect([path, (await take()).body.code]).toEqual([path, "no-float"]);
      await made(`/floats/${userId}/top-up`, { amountCents: 3000 });
      expect([path, (await take()).status]).toEqual([path, path === "/credits" ? 201 : 200]);
      expect(await shop.floats()).toContainEqual(expect.objectContaining({ userId, balanceCents: 0 }));
    }
    const { items } = (await hub.call("GET", "/api/v1/ledger/accounts", { token: shop.token })).body;
    const till = items.find(({ account }: { account: string }) => account === "cash");
    expect(till, "what was paid ahead, three times").toMatchObject({ balanceCents: 9000 });
  });

  longTest("[PAY-21] a top-up that a clerk mistyped is put right on the float that its cash went onto", async () => {
    const shop = await openShop("Mistyped");
    const person = { email: "clerk@mistyped.test", password: "some-long-password", role: "accountant" };
    const { userId } = (await shop.post("/api/v1/users", { ...person, name: "Kesi" })).body;
    const clerk = await hub.logIn(person.email, person.password);
    await shop.limit(5000, userId);
    const phone = "0712345678";
    expect((await shop.post("/api/v1/credits", { phone, amountCents: 3000 }, clerk)).status).toBe(201);
    const read = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token: shop.token })).body;
    const [{ entryId }] = (await read(`/credits/history?phone=${phone}`)).items;
    const back = { kind: "take-back-top-up", entryId, amountCents: 2700, reason: "300 was meant" };
    expect((await shop.post("/api/v1/corrections", back)).status).toBe(201);
    expect(await shop.floats()).toContainEqual(expect.objectContaining({ userId, balanceCents: -300 }));
    const { items } = await read("/ledger/accounts");
    const till = items.find(({ account }: { account: string }) => account === "cash");
    expect(till?.balanceCents ?? 0).toBe(0);
  });

  test("what the office takes goes into its till; a seller at a site stands among the sellers at sites alone", async () => {
    const shop = await openShop("Office");
    expect((await shop.sell(shop.token)).status).toBe(201);
    const { sellerId } = (
      await shop.post("/api/v1/sellers", { name: "Kona", pin: "4821", sites: [{ siteId: shop.siteId }] })
    ).body;
    const handIn = { siteId: shop.siteId, amountCents: 500 };
    expect((await shop.post(`/api/v1/sellers/${sellerId}/hand-in`, handIn)).status).toBe(201);
    expect((await shop.floats()).map(({ userId }: { userId: string }) => userId)).toEqual([shop.userId]);
    const sellers = (await hub.call("GET", "/api/v1/sellers", { token: shop.token })).body.items;
    expect(sellers.map((one: { sellerId: string }) => one.sellerId)).toEqual([sellerId]);
    expect((await shop.post(`/api/v1/floats/${sellerId}/top-up`, { amountCents: 500 })).status).toBe(404);
    expect((await shop.limit(500, sellerId)).status).toBe(404);
  });
});
