/** What the lists of money add up to, with their filters: by currency, and apart what is not proved yet. */
import { beforeAll, expect, test } from "vitest";
import { askerOf } from "../test-asking.ts";
import { hubSuite, type TestProvider } from "../test-hub.ts";

hubSuite("the sums of lists", (hub) => {
  let provider: TestProvider;
  let siteId = "";
  const call = askerOf(hub, () => provider.token);
  const totalOf = async (path: string) =>
    (await call("GET", `${path}${path.includes("?") ? "&" : "?"}count=true`)).body.total;

  beforeAll(async () => {
    provider = await hub.makeProvider("Sums");
    siteId = (await call("POST", "/sites", { name: "Kiosk" })).body.site.siteId;
    const { providerId: p } = provider;
    await hub.database().alone("write", async (run) => {
      await run(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
            notice_token_hash, active, created_at_ms, updated_at_ms)
          values ('${p}', 'channel', 'mpesa-paybill', 'Paybill', '600100', 'sandbox', '', 'hook', 'notice', false, 1, 1)`);
      const purchase = (id: string, state: string, cents: number, pending: number, currency: string, atMs: number) =>
        run(`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
              pending_cents, phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, created_at_ms, changed_at_ms)
            values ('${p}', '${id}', 'channel', '${siteId}', 'plan', 'Hour', '{}', ${cents}, '${currency}',
              ${pending}, '', 'hash', '2547***', '${id}', 'REF${id}', 'secret-${id}', '${state}', ${atMs}, ${atMs})`);
      await purchase("a", "paid", 1000, 0, "KES", 10);
      await purchase("b", "paid", 2500, 2500, "KES", 20);
      await purchase("c", "failed", 9000, 0, "KES", 30);
      await purchase("d", "paid_unreceipted", 700, 700, "UGX", 40);
      const refund = (id: string, state: string, cents: number) =>
        run(`insert into refunds (provider_id, refund_id, idempotency_key, purchase_id, method, amount_cents, currency, reason, state,
              asked_by, created_at_ms, changed_at_ms)
            values ('${p}', '${id}', '${id}', 'a', 'cash', ${cents}, 'KES', 'why', '${state}', 'somebody', 5, 5)`);
      await refund("r1", "done", 400);
      await refund("r2", "asked", 150);
      await refund("r3", "refused", 999);
      const sale = (id: string, cents: number) =>
        run(`insert into cash_sales (provider_id, site_id, sale_id, seller_id, plan_name, price_cents, commission_cents, currency,
              grant_id, code_end, sold_at_ms, received_at_ms, epoch, seq)
            values ('${p}', '${siteId}', '${id}', 'seller', 'Hour', ${cents}, ${cents / 10}, 'KES', 'g-${id}', '1234', 5, 5, 'e', 1)`);
      await sale("s1", 1000);
      await sale("s2", 3000);
    });
    const spent = { category: "power", currency: "KES", spentOn: "2026-01-01" };
    await call("POST", "/expenses", { ...spent, amountCents: 1200 });
    const { body: wrong } = await call("POST", "/expenses", { ...spent, amountCents: 5000 });
    expect((await call("POST", `/expenses/${wrong.id}/void`)).status).toBeLessThan(300);
    const bill = { customerName: "Guest house", dueOn: "2999-01-01" };
    for (const unitCents of [100, 250, 600])
      await call("POST", "/invoices", { ...bill, lines: [{ text: "Internet", quantity: 2, unitCents }] });
    const { items } = (await call("GET", "/invoices?sort=number")).body;
    expect((await call("POST", `/invoices/${items[0].id}/pay`, { with: "cash" })).status).toBeLessThan(300);
    expect((await call("POST", `/invoices/${items[2].id}/void`)).status).toBeLessThan(300);
  }, 300_000);

  test("[UIX-03] [PAY-18] payments: what is paid by currency, proved and pending apart, and what did not pay is in no sum", async () => {
    const paid = { currency: "KES", amountCents: 3500, pendingCents: 2500, provedCents: 1000 };
    const other = { currency: "UGX", amountCents: 700, pendingCents: 700, provedCents: 0 };
    // Beside them the invoice that was paid in cash.
    const all = await totalOf("/payments");
    expect(all.sums).toContainEqual(paid);
    expect(all.sums).toContainEqual(other);
    expect((await totalOf("/payments?state=failed")).sums).toEqual([
      { currency: "KES", amountCents: 0, pendingCents: 0, provedCents: 0 },
    ]);
    expect((await totalOf("/payments?fromMs=15&untilMs=25")).sums).toEqual([
      { currency: "KES", amountCents: 2500, pendingCents: 2500, provedCents: 0 },
    ]);
    expect((await totalOf("/payments?fromMs=15&untilMs=16")).sums).toEqual([]);
    expect((await call("GET", "/payments?limit=1")).body.total).toBeUndefined();
    // All pages, not the one that is read.
    expect((await totalOf("/payments?limit=1&untilMs=25")).sums).toEqual([paid]);
  });

  test("[UIX-03] [PAY-14] [PAY-15] [PAY-11] cash sales, refunds, invoices and expenses: without what was refused, void or voided", async () => {
    expect((await totalOf("/cash-sales")).sums).toEqual([{ currency: "KES", amountCents: 4000, commissionCents: 400 }]);
    expect((await totalOf("/refunds")).sums).toEqual([{ currency: "KES", amountCents: 400, pendingCents: 150 }]);
    expect((await totalOf("/invoices")).sums).toEqual([{ currency: "KES", amountCents: 700, pendingCents: 500 }]);
    expect((await totalOf("/expenses")).sums).toEqual([{ currency: "KES", amountCents: 1200 }]);
    expect((await totalOf("/plans")).sums).toBeUndefined();
  });

  test("[UIX-03] above 10,000 rows nothing is added up, and the answer says that there are more", async () => {
    const { providerId: p } = provider;
    await hub.database().alone("write", (run) =>
      run(`insert into cash_sales (provider_id, site_id, sale_id, seller_id, plan_name, price_cents, commission_cents, currency,
            grant_id, code_end, sold_at_ms, received_at_ms, epoch, seq)
          select '${p}', '${siteId}', 'm' || n, 'many', 'Hour', 100, 0, 'KES', 'gm-' || n, '1234', 9, 9, 'e', n from generate_series(1, 10001) n`),
    );
    const total = await totalOf("/cash-sales?sellerId=many");
    expect(total).toEqual({ count: 10_000, more: true });
    expect((await totalOf("/cash-sales?sellerId=seller")).sums).toMatchObject([{ amountCents: 4000 }]);
  });
});
