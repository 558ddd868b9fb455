/** What a seller earned with a sale over the counter goes back with the sale's money, in the same part. */
import { describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("the commission of a sale that is refunded", () => {
    const hub = useHub(engine);
    let keys = 0;

    test("[PAY-15] [PAY-12] a part of the money takes its part of the commission off the seller's float, the rest takes the rest", async () => {
      const { token } = await hub.makeProvider("Commission");
      const as = (who: string) => (method: string, path: string, body?: object) =>
        hub.call(method, `/api/v1${path}`, {
          token: who,
          headers: { "Idempotency-Key": `key-${++keys}` },
          ...(body === undefined ? {} : { body }),
        });
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
  });
});
