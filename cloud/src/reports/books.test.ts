/** What the office writes down: invoices, expenses, and what was sold month by month. */
import { beforeAll, expect, test } from "vitest";
import { askerOf, balancesIn } from "../test-asking.ts";
import { hubSuite, ownerPassword } from "../test-hub.ts";

hubSuite("the office's books", (hub) => {
  let token = "";
  let providerId = "";
  const call = askerOf(hub, () => token);
  const balances = async (): Promise<Record<string, number>> => {
    const { items } = (await call("GET", "/ledger/accounts")).body;
    return balancesIn(items);
  };

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Monthly"));
  });

  test("[REP-05] revenue by month and provider: each sees their own, a platform admin all", async () => {
    const { site } = (await call("POST", "/sites", { name: "Kiosk" })).body;
    const { planId } = (await call("POST", "/plans", { name: "Day", priceCents: 2500, terms: {} })).body;
    const sale = { siteId: site.siteId, planId, phone: "0712345678", pay: "cash" };
    for (let time = 0; time < 2; time++) expect((await call("POST", "/payments/purchase", sale)).status).toBe(201);
    // As if one of them had been sold three months ago.
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().alone("write", async (run) => {
      await run("alter table ledger_entries disable trigger user");
      await run(`update ledger_entries set at_ms = at_ms - 92 * 86400000::bigint where provider_id = '${providerId}'
          and entry_id = (select min(entry_id) from ledger_entries where provider_id = '${providerId}')`);
      await run("alter table ledger_entries enable trigger user");
    });
    const month = (ms: number) => new Date(ms + 3 * 3_600_000).toISOString().slice(0, 7);
    const own = { currency: "KES", takenCents: 2500, payments: 1 };
    const [now, then] = [month(nowMs), month(nowMs - 92 * 86_400_000)];
    expect((await call("GET", "/reports/revenue")).body.items).toEqual([
      { month: now, ...own },
      { month: then, ...own },
    ]);
    expect((await call("GET", "/reports/revenue?months=2")).body.items).toEqual([{ month: now, ...own }]);
    const all = await hub.call("GET", "/api/v1/platform/revenue", { token: await hub.adminToken() });
    expect(all.body.items).toContainEqual({ month: then, ...own, providerId, providerName: "Monthly" });
    expect((await call("GET", "/platform/revenue")).status).toBe(403);
  });

  test("[PAY-11] invoices have numbers without gaps, are paid into the books once, or become void", async () => {
    const before = (await balances()).revenue ?? 0;
    const order = { customerName: "Lake view", lines: [{ text: "Internet", quantity: 2, unitCents: 150_000 }] };
    const [first, second] = [
      (await call("POST", "/invoices", order)).body,
      (await call("POST", "/invoices", order)).body,
    ];
    expect([first.totalCents, first.state, second.number - first.number]).toEqual([300_000, "issued", 1]);
    for (let time = 0; time < 2; time++)
      expect((await call("POST", `/invoices/${first.id}/pay`, { with: "cash" })).body.state).toBe("paid");
    expect((await call("POST", `/invoices/${second.id}/void`)).body.state).toBe("void");
    expect((await call("POST", `/invoices/${second.id}/pay`, { with: "cash" })).status).toBe(409);
    expect((await balances()).revenue).toBe(before - 300_000);
    const { items } = (await call("GET", "/invoices?state=paid")).body;
    expect(items).toMatchObject([{ id: first.id, number: first.number }]);
    expect((await call("GET", `/invoices/${first.id}`)).body).toMatchObject({ customerName: "Lake view" });
    const empty = await call("POST", "/invoices", { customerName: "Nobody" });
    expect([empty.status, empty.body.field]).toEqual([400, "lines"]);
  });

  test("[PAY-14] an expense is one entry in the books, is found by its kind, and a mistake is turned round", async () => {
    const { cash = 0 } = await balances();
    const order = { category: "Electricity", payee: "Kenya Power", amountCents: 120_000, spentOn: "2026-11-01" };
    const made = await call("POST", "/expenses", order);
    expect(made).toMatchObject({ status: 201, body: { ...order, paidFrom: "cash", voided: false } });
    expect(await balances()).toMatchObject({ expenses: 120_000, cash: cash - 120_000 });
    expect((await call("GET", "/expenses?category=Electricity&fromDay=2026-11-01")).body.items).toHaveLength(1);
    expect((await call("GET", "/expenses?untilDay=2026-11-01")).body.items).toEqual([]);
    expect((await call("POST", `/expenses/${made.body.id}/void`)).body.voided).toBe(true);
    expect((await balances()).cash ?? 0).toBe(cash);
    expect((await call("POST", `/expenses/${made.body.id}/void`)).status).toBe(409);
    expect((await call("GET", "/ledger/trial-balance")).body.balanced).toBe(true);
  });

  test("[REP-05] which months are asked for is of the provider's zone: just after midnight, and west of Greenwich", async () => {
    const { ownerEmail, token: first, ...zoned } = await hub.makeProvider("Zoned");
    let theirs = first;
    const ask = askerOf(hub, () => theirs);
    const { site } = (await ask("POST", "/sites", { name: "Kiosk" })).body;
    const { planId } = (await ask("POST", "/plans", { name: "Day", priceCents: 2500, terms: {} })).body;
    const sellAt = async (atMs: number) => {
      hub.moveClock(atMs - hub.world.clock.wall().atMs);
      theirs = await hub.logIn(ownerEmail, ownerPassword);
      const sale = { siteId: site.siteId, planId, phone: "0712345678", pay: "cash" };
      expect((await ask("POST", "/payments/purchase", sale)).status).toBe(201);
      const { items } = (await ask("GET", "/reports/revenue?months=1")).body;
      return items.map(({ month, payments }: { month: string; payments: number }) => [month, payments]);
    };
    const now = new Date(hub.world.clock.wall().atMs);
    const nextMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 2, 1);
    const [last, next] = [nextMs - 1, nextMs].map((ms) => new Date(ms).toISOString().slice(0, 7));
    // In Nairobi the last hour of the month, and the first of the next.
    expect(await sellAt(nextMs - 3.5 * 3_600_000)).toEqual([[last, 1]]);
    expect(await sellAt(nextMs - 2.5 * 3_600_000)).toEqual([[next, 1]]);
    await hub
      .database()
      .asProvider(zoned.providerId, (tx) => tx.updateTable("providers").set({ utcOffsetMinutes: -300 }).execute());
    expect(await sellAt(nextMs + 2 * 3_600_000)).toEqual([[last, 3]]);
  });
});
