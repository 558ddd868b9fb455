/** What the overview calls taken is what the ledger calls revenue, after whatever mixture of payments. */
import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createEmit } from "../../ground/events/record.ts";
import { channelList } from "../../money/channel-list.ts";
import { createChannelKinds } from "../../money/channels/channel-kinds.ts";
import { summariseSales } from "../../money/documents/sales-summaries.ts";
import { createLedgerWriter } from "../../money/ledger/post-entry.ts";
import { effectEntry } from "../../money/purchases/effect-entries.ts";
import { sureAskerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { keepRollUps } from "../roll-ups/keep-roll-ups.ts";

hubSuite("sales", (hub) => {
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
    // A voucher that nobody used yet: that it was sold is said before it is refunded.
    const order = { planId: plan.planId, quantity: 1, siteId: site.siteId };
    const { batchId } = await post("/api/v1/vouchers/batches", order);
    await expect.poll(async () => (await read(`/api/v1/vouchers?batchId=${batchId}`)).items.length).toBe(1);
    await hub.call("POST", `/api/v1/vouchers/${batchId}.0/declare-sold`, {
      token,
      headers: { "idempotency-key": "sold" },
    });
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
    expect(rows.find((one) => one.account === "cash")?.debitCents).toBe(
      2000 + 10_000 + 2000 - 2000 + 2000 - 2000 + 100_000,
    );
    // Whoever said that the voucher was sold brought its price into the till: its batch owes nothing.
    expect(rows.find((one) => one.account === `paper:${batchId}`)).toBeUndefined();
    const statistics = await hub.call("GET", "/api/v1/platform/statistics?days=7", { token: await hub.adminToken() });
    expect(statistics.body.revenue).toContainEqual({ currency: "KES", takenCents: 110_000, payments: 7 });
  });

  test("[REP-02] [PAY-24] a purchase paid partly from credit is one sale: on every page, for its payer, and on the day's document", async () => {
    const { token, providerId, ownerEmail } = await hub.makeProvider("Partly");
    let session = token;
    const get = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token: session })).body;
    const send = sureAskerOf(hub, () => session);
    const { country: _, ...taxes } = await get("/tax-settings");
    await send("PUT", "/tax-settings", { ...taxes, salesSummaries: true });
    const { siteId } = (await send("POST", "/sites", { name: "Kiosk" })).site;
    const { planId } = await send("POST", "/plans", { name: "Day", priceCents: 3000, terms: {} });
    const phone = "0712345678";
    await send("POST", "/credits", { phone, amountCents: 10_000 });
    const { id: purchaseId } = await send("POST", "/payments/purchase", { siteId, planId, phone, pay: "cash" });
    const used = { kind: "use-credit", amountCents: cents(2000), toldCents: cents(0), provesPlan: true } as const;
    const price = { channelId: "c1", rail: "mpesa", currency: "KES", purchaseId, priceCents: 5000 };
    const entry = effectEntry(used, price);
    const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
    await hub.database().asProvider(providerId, async (tx) => {
      const { phoneHash: party } = await tx.selectFrom("purchases").select("phoneHash").executeTakeFirstOrThrow();
      if (entry !== null) await ledger.post(tx, { providerId, purchaseId, party }, entry);
    });

    expect(await get("/reports/today")).toMatchObject({ takenCents: 5000, payments: 1 });
    expect((await get("/home")).sales).toMatchObject({ todayCents: 5000, todaySales: 1 });
    const { days, plans } = await get("/reports/analytics?days=7");
    expect(days.at(-1)).toMatchObject({ takenCents: 5000, payments: 1 });
    expect(plans).toEqual([{ planName: "Day", payments: 1, takenCents: 5000 }]);
    for (const isCounted of [false, true]) {
      if (isCounted) await keepRollUps(hub.world, hub.database());
      expect((await get("/reports/figures?language=en&report=revenue&by=plan")).rows).toEqual([
        ["Day", 1, 5000, 0, 5000, 3000],
      ]);
    }
    const payers = await hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("report_payers").select(["payments", "cents"]).execute());
    expect(payers).toEqual([{ payments: 1, cents: 5000 }]);
    // Ten in the morning of the provider's next day.
    const [now, dayMs] = [hub.world.clock.wall().atMs + 3 * 3_600_000, 86_400_000];
    hub.moveClock(Math.ceil(now / dayMs) * dayMs + 36_000_000 - now);
    session = await hub.logIn(ownerEmail, ownerPassword);
    const dayOfSales = new Date(now).toISOString().slice(0, 10);
    expect((await get(`/reports/analytics?days=2&untilDay=${dayOfSales}`)).days).toMatchObject([
      { fromMs: Math.floor(now / dayMs - 1) * dayMs - 3 * 3_600_000, takenCents: 0 },
      { takenCents: 5000, payments: 1 },
    ]);
    expect((await get("/reports/analytics?days=1")).days).toMatchObject([{ takenCents: 0 }]);
    await hub
      .database()
      .asProvider(providerId, (tx) =>
        summariseSales(
          { world: hub.world, emit: createEmit(hub.world), kinds: createChannelKinds(channelList) },
          tx,
          providerId,
        ),
      );
    const [summary] = (await get("/documents?kind=sales-summary")).items;
    expect((await get(`/documents/${summary.documentId}`)).lines).toMatchObject([{ quantity: 1, totalCents: 5000 }]);
  });
});
