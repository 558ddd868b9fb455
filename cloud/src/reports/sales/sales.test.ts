/** What the overview calls taken is what the ledger calls revenue, after whatever mixture of payments. */
import { describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("sales", () => {
    const hub = useHub(engine);

    test("[REP-02] cash, credit bought and spent, and a refund: overview, day by day and ledger say the same", async () => {
      const { token } = await hub.makeProvider("Mixed");
      let keys = 0;
      const post = async (path: string, body: object) => {
        const headers = { "idempotency-key": `key-${++keys}` };
        const answer = await hub.call("POST", path, { token, body, headers });
        expect([path, answer.status < 300], answer.text).toEqual([path, true]);
        return answer.body;
      };
      const { site } = await post("/api/v1/sites", { name: "Kiosk" });
      const plan = await post("/api/v1/plans", { name: "Day", priceCents: 2000, terms: { validitySeconds: 86_400 } });
      const buy = (pay: string) =>
        post("/api/v1/payments/purchase", { siteId: site.siteId, planId: plan.planId, phone: "0712345678", pay });
      await buy("cash");
      await post("/api/v1/credits", { phone: "0712345678", amountCents: 10_000 });
      await buy("credit");
      await buy("credit");
      const { id: paymentId } = await buy("cash");
      await post("/api/v1/refunds", { paymentId, method: "cash", reason: "did not work" });

      const read = async (path: string) => (await hub.call("GET", path, { token })).body;
      const today = await read("/api/v1/reports/today");
      expect(today).toMatchObject({ takenCents: 8000, payments: 4, givenBackCents: 2000 });
      expect(today.takenByHourCents.reduce((sum: number, each: number) => sum + each, 0)).toBe(8000);
      const { days, plans } = await read("/api/v1/reports/analytics?days=7");
      expect(days.at(-1)).toMatchObject({ takenCents: 8000, payments: 4 });
      expect(plans).toEqual([{ planName: "Day", payments: 4, takenCents: 8000 }]);
      const { items } = await read("/api/v1/ledger/accounts");
      const balance = (account: string) => items.find((one: { account: string }) => one.account === account);
      expect(balance("revenue")).toMatchObject({ balanceCents: -8000 });
      // A voucher that nobody used yet: its sale comes into the books with its refund.
      const order = { planId: plan.planId, quantity: 1, siteId: site.siteId };
      const { batchId } = await post("/api/v1/vouchers/batches", order);
      await expect.poll(async () => (await read(`/api/v1/vouchers?batchId=${batchId}`)).items.length).toBe(1);
      await post("/api/v1/refunds", { voucherId: `${batchId}.0`, method: "cash", reason: "did not work" });
      expect(await read("/api/v1/reports/today")).toMatchObject({
        takenCents: 10_000,
        payments: 5,
        givenBackCents: 4000,
      });
      expect((await read("/api/v1/reports/analytics?days=7")).plans).toEqual([
        { planName: "Day", payments: 5, takenCents: 10_000 },
      ]);
      // A subscription sells its plan too: each renewal once, whatever it is paid from.
      const home = await post("/api/v1/plans", { name: "Home", priceCents: 50_000, terms: {} });
      const { customerId } = await post("/api/v1/customers", { name: "Achieng", phone: "0712345670" });
      const logIn = { customerId, username: "achieng", planId: home.planId, siteIds: [site.siteId] };
      const { accountId } = await post("/api/v1/accounts", logIn);
      const line = await post("/api/v1/subscriptions", { customerId, accountId, planId: home.planId });
      await post(`/api/v1/subscriptions/${line.subscriptionId}/renew`, { from: "cash" });
      await post(`/api/v1/subscriptions/${line.subscriptionId}/renew`, { from: "cash" });
      const sold = [
        { planName: "Home", payments: 2, takenCents: 100_000 },
        { planName: "Day", payments: 5, takenCents: 10_000 },
      ];
      expect((await read("/api/v1/reports/analytics?days=7")).plans).toEqual(sold);
      expect((await read("/api/v1/home")).plans).toEqual({ today: sold, week: sold });
      const rows = (await read("/api/v1/ledger/trial-balance")).rows as { account: string; debitCents: number }[];
      expect(rows.find((one) => one.account === "refunds")?.debitCents).toBe(4000);
      expect(rows.find((one) => one.account === "cash")?.debitCents).toBe(2000 + 10_000 + 2000 - 2000 - 2000 + 100_000);
      // Who sold the voucher still has what was paid for it.
      expect(rows.find((one) => one.account === `paper:${batchId}`)?.debitCents).toBe(2000);
      const statistics = await hub.call("GET", "/api/v1/platform/statistics?days=7", { token: await hub.adminToken() });
      expect(statistics.body.revenue).toContainEqual({ currency: "KES", takenCents: 110_000, payments: 7 });
    });
  });
});
