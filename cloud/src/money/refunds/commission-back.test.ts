/** What a seller earned with a sale over the counter goes back with the sale's money, in the same part. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { askerOf, sureAskerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";

hubSuite("the commission of a sale that is refunded", (hub) => {
  test("[PAY-15] [PAY-12] a part of the money takes its part of the commission off the seller's float, the rest takes the rest", async () => {
    const { token } = await hub.makeProvider("Commission");
    const ask = askerOf(hub, () => token);
    const as = (who: string) => (method: string, path: string, body?: object) => ask(method, path, body, who);
    const owner = as(token);
    const settings = { commissionPermille: 105, twoPersonRefunds: false, refundUsed: "any" };
    expect((await owner("PATCH", "/money-settings", settings)).status).toBe(200);
    const { siteId } = (await owner("POST", "/sites", { name: "Kiosk" })).body.site;
    const { planId } = (await owner("POST", "/plans", { name: "Day", priceCents: 3000, terms: {} })).body;
    const user = { name: "Asha", email: "asha@shop.test", password: ownerPassword, role: "seller" };
    const { userId } = (await owner("POST", "/users", user)).body;
    await owner("PUT", `/floats/${userId}/limit`, { creditLimitCents: 100_000 });
    const asha = as(await hub.logIn("asha@shop.test", ownerPassword));
    const balances = async () => {
      const { items } = (await owner("GET", "/ledger/accounts")).body;
      const of = (account: string) =>
        items.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
      return { float: of(`float:${userId}`), commission: of("commission"), refunds: of("refunds") };
    };
    const order = { siteId, planId, phone: "0712345678", pay: "cash" };
    const { id: paymentId } = (await asha("POST", "/payments/purchase", order)).body;
    expect(await balances()).toEqual({ float: 2685, commission: 315, refunds: 0 });

    const refund = async (amountCents: number, method: string) =>
      (await owner("POST", "/refunds", { paymentId, method, amountCents, reason: "No Wi-Fi", revoke: true })).body;
    expect(await refund(1000, "cash")).toMatchObject({ state: "done" });
    expect(await balances()).toEqual({ float: 2790, commission: 210, refunds: 1000 });
    expect(await refund(100, "credit")).toMatchObject({ state: "done" });
    expect(await balances()).toEqual({ float: 2800, commission: 200, refunds: 1100 });
    expect(await refund(1900, "credit")).toMatchObject({ state: "done" });
    expect(await balances()).toEqual({ float: 3000, commission: 0, refunds: 3000 });
  });

  test("[PAY-15] [PAY-12] a sale for cash at a site earns its seller nothing either once it is refunded: they owe all that they took, and the site knows", async () => {
    const { token, providerId } = await hub.makeProvider("Commission at a site");
    const call = sureAskerOf(hub, () => token);
    await call("PATCH", "/money-settings", { twoPersonRefunds: false, refundUsed: "any" });
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).site;
    const wanjiru = { name: "Wanjiru", pin: "482193", commissionPermille: 105, sites: [{ siteId }] };
    const { sellerId } = await call("POST", "/sellers", wanjiru);
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const saleOf = (seq: number, saleId: string) => ({
      ...{ seq, clock: "synced", upMs: 1, atMs: unixMs(hub.world.clock.wall().atMs) },
      ...{ kind: "cash-sale", saleId, sellerId, planId: null, priceCents: cents(3000), currency: "KES" },
      code: `48219930${10 + seq}`,
      grant: {
        ...{ grantId: `c.${saleId}`, origin: "voucher", planName: "Hour", unverified: false, startedAtMs: null },
        ...{ endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms },
      },
    });
    const saleIds = ["ab".repeat(16), "cd".repeat(16)];
    const records = saleIds.map((saleId, at) => saleOf(at + 1, saleId));
    await intake.take(providerId, { siteId, epoch: "e1", records: records as never });
    const standing = async () => {
      const { items } = await call("GET", "/ledger/accounts");
      const of = (account: string) =>
        items.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
      const [at] = (await call("GET", `/sellers/${sellerId}`)).sites;
      return [of(`float:${sellerId}`), of("commission"), at.owedCents, at.commissionCents];
    };
    // By what it was told a site judges how much cash may be out there.
    const place = { providerId, scope: `site:${siteId}`, kind: "seller", key: sellerId } as const;
    const settledAtSite = async () => {
      const row = await hub.database().asProvider(providerId, (tx) => {
        const rows = tx.selectFrom("feed_rows").selectAll();
        return rows.where("scope", "=", place.scope).where("key", "=", sellerId).executeTakeFirstOrThrow();
      });
      return (readableBody(hub.envelope, place, row.body) as { settledCents: number }).settledCents;
    };
    expect(await standing()).toEqual([5370, 630, 5370, 630]);
    const refund = (amountCents: number, method: string) =>
      call("POST", "/refunds", {
        ...{ cashSaleId: `${siteId}.${saleIds[0]}`, method, amountCents, phone: "0712345678", reason: "No Wi-Fi" },
        revoke: true,
      });
    expect(await refund(1000, "cash")).toMatchObject({ state: "done" });
    expect(await standing()).toEqual([5475, 525, 5475, 525]);
    expect(await refund(100, "credit")).toMatchObject({ state: "done" });
    expect(await standing()).toEqual([5485, 515, 5485, 515]);
    await call("POST", `/sellers/${sellerId}/hand-in`, { siteId, amountCents: 1000 });
    expect(await settledAtSite()).toBe(1515);
    expect(await refund(1900, "credit")).toMatchObject({ state: "done" });
    expect(await standing()).toEqual([4685, 315, 4685, 315]);
    expect(await settledAtSite()).toBe(1315);
    // They are this site's: a list of its refunds has them, and its sums.
    const at = (site: string) => call("GET", `/refunds?siteId=${site}`);
    expect((await at(siteId)).items).toHaveLength(3);
    expect((await at("elsewhere")).items).toEqual([]);
  });
});
