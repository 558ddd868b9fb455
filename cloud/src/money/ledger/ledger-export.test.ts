/** The books as an accountant takes them: names, whole amounts, local time, a period, and what is left of it. */
import { expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { readOwners } from "./names-in-books.ts";

hubSuite("the books of a period", (hub) => {
  test("[SYS-16] as CSV: each posting with the names of its account, in whole currency and local time; and the profit", async () => {
    const { token } = await hub.makeProvider("Books");
    const call = askerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Kiosk, main" })).body.site;
    const { planId } = (await call("POST", "/plans", { name: "Day", priceCents: 3000, terms: {} })).body;
    const sold = await call("POST", "/payments/purchase", { siteId, planId, phone: "0712345678", pay: "cash" });
    const { reference } = sold.body.payment;
    const beforeMs = hub.world.clock.wall().atMs;
    hub.moveClock(60_000);

    const payments = (await call("GET", "/payments/export")).text.trimEnd().split("\r\n");
    expect(payments[0]).toBe(
      "Made (UTC),Made (local),Reference,Receipt,State,Amount,Currency,Refunded,Plan,Phone,Site,Channel,Sold by,Confirmed by the channel,Why,Source,Not revenue yet",
    );
    const local = new Date(sold.body.payment.createdAtMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    expect(payments[1]).toContain(`,${local},${reference},${reference},Paid,30.00,KES,0.00,Day,`);
    expect(payments[1]).toMatch(/,"Kiosk, main",Cash,[^,]+,,,Entered by a person,0\.00$/);
    expect(payments[1]).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);

    const [head, ...lines] = (await call("GET", "/ledger/export")).text.trimEnd().split("\r\n");
    expect(head).toBe(
      "Booked (UTC),Booked (local),What it is about,Kind,Account,Its nature,Currency,Debit,Credit,Payment's reference,By how much the account grew",
    );
    expect(lines.some((line) => line.endsWith(`,Plans sold,Income,KES,0.00,30.00,${reference},30.00`))).toBe(true);
    // One rule of signs: what an account is for grows upwards, on both sides of a sale.
    expect(lines.some((line) => line.endsWith(`,Held by Cash,What you have,KES,30.00,0.00,${reference},30.00`))).toBe(
      true,
    );
    expect(lines.some((line) => line.endsWith(`,Held by Cash,What you have,KES,0.00,30.00,${reference},-30.00`))).toBe(
      true,
    );
    const workbook = await call("GET", "/ledger/export?format=xlsx");
    expect(workbook.headers.get("content-disposition")).toContain("ledger.xlsx");
    const sale = (await call("GET", "/ledger/entries?kind=receipt")).body.items[0];
    expect(sale.lines).toContainEqual(
      expect.objectContaining({ account: "revenue", nature: "income", amountCents: -3000, growthCents: 3000 }),
    );
    expect((await call("GET", "/ledger/statement?account=revenue")).body.items).toMatchObject([
      { amountCents: -3000, balanceCents: -3000, growthCents: 3000, grownCents: 3000 },
    ]);
    expect((await call("GET", "/ledger/statement?account=cash")).body.items).toMatchObject([
      { growthCents: 3000, grownCents: 3000 },
    ]);
    const later = (await call("GET", `/ledger/export?fromMs=${beforeMs + 1}`)).text.trimEnd().split("\r\n");
    expect(later).toHaveLength(1);

    const spent = {
      spentOn: new Date(beforeMs).toISOString().slice(0, 10),
      category: "rent",
      amountCents: 1050,
      currency: "KES",
    };
    const expense = await call("POST", "/expenses", { ...spent, note: "stall" });
    expect(expense.status, expense.text).toBeLessThan(300);
    const costs0 = { refundsCents: 0, commissionCents: 0, venueSharesCents: 0, feesCents: 0, writeOffsCents: 0 };
    const none = { discountsCents: 0, ...costs0 };
    const [top, ...costs] = (await call("GET", "/expenses/export")).text.trimEnd().split("\r\n");
    expect(top).toBe(
      "Spent on,Kind,Paid to,Note,Paid from,Receipt,Amount,Currency,Void,Recorded by,Recorded (UTC),Recorded (local)",
    );
    expect(costs).toHaveLength(1);
    expect(costs[0]).toMatch(/^[\d-]{10},rent,,stall,Cash in the till,,10\.50,KES,No,[^,]+,[^,]+Z,[\d-]{10} [\d:]{8}$/);
    const clock = new Date(expense.body.createdAtMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    expect(costs[0]).toContain(`Z,${clock}`);
    const empty = await call("GET", `/expenses/export?untilDay=${spent.spentOn}`);
    expect(empty.text.trimEnd().split("\r\n")).toHaveLength(1);
    expect((await call("GET", "/expenses/export?format=xlsx")).headers.get("content-disposition")).toContain(
      'filename="expenses.xlsx"',
    );
    expect((await call("GET", "/ledger/profit")).body.items).toEqual([
      { currency: "KES", revenueCents: 3000, pendingCents: 0, expensesCents: 1050, profitCents: 1950, ...none },
    ]);
    // By the day on which it was spent, as in the list of expenses, though it was recorded later.
    expect((await call("GET", `/ledger/profit?untilMs=${beforeMs + 1}`)).body.items).toMatchObject([
      { revenueCents: 3000, expensesCents: 1050, profitCents: 1950 },
    ]);
    expect((await call("GET", `/ledger/profit?fromMs=${beforeMs + 1}`)).body.items).toEqual([]);
    const mistake = await call("POST", "/expenses", spent);
    expect((await call("POST", `/expenses/${mistake.body.id}/void`)).status).toBeLessThan(300);
    expect((await call("GET", "/ledger/profit")).body.items).toMatchObject([{ expensesCents: 1050 }]);
    const people = (await call("GET", "/users")).body.items as { userId: string; name: string }[];
    const { userId, name } = people[0] as { userId: string; name: string };
    expect((await call("POST", `/floats/${userId}/top-up`, { amountCents: 700 })).status).toBe(201);
    const bill = { customerName: "Guest house", dueOn: "2999-01-01" };
    await call("POST", "/invoices", { ...bill, lines: [{ text: "Internet", quantity: 1, unitCents: 100 }] });
    const { items: bills } = (await call("GET", "/invoices")).body;
    const paid = await call("POST", `/invoices/${bills[0].id}/pay`, { with: "cash" });
    expect(paid.status, paid.text).toBeLessThan(300);
    const back = { paymentId: sold.body.id, method: "cash", amountCents: 100, reason: "too slow" };
    expect((await call("POST", "/refunds", back)).status).toBeLessThan(300);
    const all = (await call("GET", "/ledger/export")).text.trimEnd().split("\r\n").slice(1);
    const causes = all.map((line) => line.split(",")[2]);
    for (const cause of ["rent", name, "Invoice 1", "too slow", reference]) expect(causes, cause).toContain(cause);
    expect(all.filter((line) => line.split(",")[4] === "")).toEqual([]);
    expect(all.join("\n")).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    const balance = (await call("GET", "/ledger/trial-balance")).body.rows as {
      account: string;
      name: string | null;
    }[];
    expect(balance.find(({ account }) => account === `float:${userId}`)?.name).toBe(name);
    const { items: entries } = (await call("GET", "/ledger/entries?kind=float")).body;
    expect(entries[0].lines).toContainEqual(expect.objectContaining({ account: `float:${userId}`, name }));
  });

  test("[SYS-16] [REP-10] no two accounts of the books have one name, and files speak the reader's language", async () => {
    const { token, providerId: p } = await hub.makeProvider("Vitabu");
    const call = askerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Kibanda" })).body.site;
    const plans = (await call("GET", "/plans")).body.items as { planId: string; name: string; priceCents: number }[];
    const plan = plans.find(({ name }) => name === "1GB-DAILY");
    const sale = { siteId, planId: plan?.planId, phone: "0712345678", pay: "cash" };
    const sold = await call("POST", "/payments/purchase", sale);
    expect(sold.status, sold.text).toBe(201);
    const price = ((plan?.priceCents ?? 0) / 100).toFixed(2);
    await hub.database().alone("write", async (run) => {
      for (const [id, number] of [
        ["till-a", "600100"],
        ["till-b", "600200"],
      ]) {
        await run(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed,
              hook_token_hash, notice_token_hash, active, created_at_ms, updated_at_ms)
            values ('${p}', '${id}', 'mpesa-paybill', 'M-Pesa', '${number}', 'sandbox', '', 'hook-${id}', 'notice-${id}', false, 1, 1)`);
        await run(`insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
            values ('${p}', 'fee-${id}', 'fee:${id}', 'fee', 1)`);
        await run(`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
            values ('${p}', 'fee-${id}', 0, 'fees', 'KES', 100), ('${p}', 'fee-${id}', 1, 'clearing:${id}', 'KES', -100)`);
      }
    });

    const english = (await call("GET", "/ledger/export")).text.trimEnd().split("\r\n").slice(1);
    const accounts = new Set(english.map((line) => line.split(",")[4]));
    expect(accounts).toContain("Cash in the till");
    expect(accounts).toContain("Held by Cash");
    expect(accounts).toContain("Held by M-Pesa (600100)");
    expect(accounts).toContain("Held by M-Pesa (600200)");
    const { rows } = (await call("GET", "/ledger/trial-balance")).body;
    expect(accounts.size).toBe(new Set(rows.map(({ account }: { account: string }) => account)).size);

    const [head, ...lines] = (await call("GET", "/ledger/export?language=sw")).text.trimEnd().split("\r\n");
    expect(head).toContain("Iliwekwa (UTC),Iliwekwa (saa za hapa),Kuhusu,Aina,Akaunti,");
    expect(lines.some((line) => line.includes(",Malipo,Vifurushi vilivyouzwa,Mapato,KES,"))).toBe(true);
    const [payHead, payment] = (await call("GET", "/payments/export?language=sw")).text.split("\r\n");
    expect(payHead).toContain(",Rejeleo,Risiti,Hali,Kiasi,Sarafu,");
    expect(payment).toContain(`,Imelipwa,${price},KES,0.00,GB 1 kwa siku,`);
    expect(payment).toMatch(/,,,Imeandikwa na mtu,0\.00$/);
    const wrong = await call("GET", "/payments/export?language=fr");
    expect(wrong.body).toMatchObject({ status: 400, field: "language" });
  });

  test("[SYS-16] an account of paper vouchers is called by its plan as people read it, and by the provider's day", async () => {
    const { token, providerId } = await hub.makeProvider("Paper");
    const call = (method: string, path: string, body?: object) =>
      hub.call(method, `/api/v1${path}`, {
        token,
        headers: { "Idempotency-Key": "paper" },
        ...(body === undefined ? {} : { body }),
      });
    const plans = (await call("GET", "/plans")).body.items as { planId: string; name: string }[];
    const planId = plans.find(({ name }) => name === "1GB-DAILY")?.planId;
    const { siteId } = (await call("POST", "/sites", { name: "Kiosk" })).body.site;
    const made = await call("POST", "/vouchers/batches", { planId, quantity: 1, siteId });
    expect(made.status, made.text).toBeLessThan(300);
    const { batchId } = made.body;
    // In Kenya it is one in the night of the 21st.
    const madeAtMs = Date.UTC(2026, 10, 20, 22);
    await hub.database().alone("write", async (run) => {
      await run(`update voucher_batches set created_at_ms = ${madeAtMs} where batch_id = '${batchId}'`);
      await run(`insert into voucher_sales (provider_id, batch_id, serial, how, sold_at_ms, booked_at_ms, price_cents, currency, entry_id)
          values ('${providerId}', '${batchId}', 0, 'handed-out', 1, 1, 100, 'KES', 'e')`);
    });
    const nameFor = (screen?: "en" | "sw") =>
      hub
        .database()
        .asProvider(providerId, async (tx) =>
          (await readOwners(tx, providerId, screen === undefined ? {} : { screen })).get(batchId),
        );
    expect(await nameFor()).toBe("1 GB Daily, 2026-11-21");
    expect([await nameFor("en"), await nameFor("sw")]).toEqual([
      "1 GB Daily, 21 Nov 2026",
      "GB 1 kwa siku, 21 Nov 2026",
    ]);
    await hub.database().alone("write", async (run) => {
      await run(`insert into ledger_entries (provider_id, entry_id, entry_key, kind, at_ms)
          values ('${providerId}', 'e', 'voucher-sale:e', 'voucher-sale', 1)`);
      await run(`insert into ledger_postings (provider_id, entry_id, line, account, currency, amount_cents)
          values ('${providerId}', 'e', 0, 'paper:${batchId}', 'KES', 100), ('${providerId}', 'e', 1, 'revenue', 'KES', -100)`);
    });
    const { rows } = (await call("GET", "/ledger/trial-balance?language=sw")).body;
    expect(rows).toContainEqual(expect.objectContaining({ name: "GB 1 kwa siku, 21 Nov 2026" }));
    const { items } = (await call("GET", "/ledger/entries?language=sw")).body;
    expect(items[0].lines).toContainEqual(expect.objectContaining({ name: "GB 1 kwa siku, 21 Nov 2026" }));
  });
});
