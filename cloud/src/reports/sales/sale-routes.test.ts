/** The list behind Home's "Sales today". */
import { expect, test } from "vitest";
import { surePosterOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";

hubSuite("the list of sales", (hub) => {
  test("[REP-02] adds up to Home's figure of today: sales for cash, from credit and of a printed code; no top-up, no refund, no other day", async () => {
    const { token } = await hub.makeProvider("One by one");
    const post = surePosterOf(hub, () => token);
    const read = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
    const { site } = await post("/sites", { name: "Kiosk" });
    const { planId } = await post("/plans", { name: "Day", priceCents: 2000, terms: { validitySeconds: 86_400 } });
    const buy = (pay: string) => post("/payments/purchase", { siteId: site.siteId, planId, phone: "0712345678", pay });
    await post("/credits", { phone: "0712345678", amountCents: 10_000 });
    await buy("cash");
    await buy("credit");
    const { id: paymentId } = await buy("cash");
    await post("/refunds", { paymentId, method: "cash", reason: "did not work" });
    const { batchId } = await post("/vouchers/batches", { planId, quantity: 1, siteId: site.siteId });
    await post(`/vouchers/${batchId}.0/declare-sold`);

    const { sales, fromMs } = await read("/home");
    expect([sales.todayCents, sales.todaySales]).toEqual([8000, 4]);
    const today = `fromMs=${fromMs}&untilMs=${fromMs + 86_400_000}`;
    const { items, total } = await read(`/sales?${today}&count=true`);
    expect(total).toMatchObject({ count: 4, sums: [{ currency: "KES", amountCents: sales.todayCents }] });
    expect(items).toMatchObject([
      {
        kind: "voucher-sale",
        paidFrom: "cash",
        planName: "Day",
        siteName: "Kiosk",
        thing: { kind: "batch", id: batchId },
      },
      { paidFrom: "cash", thing: { kind: "payment", id: paymentId } },
      { paidFrom: "credit", amountCents: 2000 },
      { paidFrom: "cash", amountCents: 2000, siteName: "Kiosk" },
    ]);
    expect((await read(`/sales?fromMs=${fromMs - 86_400_000}&untilMs=${fromMs}`)).items).toEqual([]);
  });
});
