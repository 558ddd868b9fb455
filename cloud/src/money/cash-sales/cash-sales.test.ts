/** A sale for cash at a site, as its page shows it: found, disabled, given back, sent again. */

import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { openKiosk } from "../../test-kiosk.ts";

hubSuite("a sale for cash at a site", (hub) => {
  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name);
    const { providerId, siteId, post, inDatabase } = kiosk;
    const { sellerId } = (await post("/sellers", { name: "Wanjiru", pin: "482193", sites: [{ siteId }] })).body;
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const nowMs = hub.world.clock.wall().atMs;
    const saleId = "ab".repeat(16);
    const code = "4821993015";
    const grant = {
      grantId: `c.${saleId}`,
      origin: "voucher" as const,
      planName: "Hour",
      terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
      ...notBegun,
    };
    const stamp = { clock: "synced", upMs: 1, atMs: unixMs(nowMs) } as const;
    const tellIn = (epoch: string, events: readonly ({ readonly seq: number } & object)[]) =>
      intake.take(providerId, { siteId, epoch, records: events.map((event) => ({ ...stamp, ...event })) as never });
    const tell = (seq: number, event: object) => tellIn("e1", [{ seq, ...event }]);
    const what = { sellerId, planId: null, priceCents: cents(2000), currency: "KES", code };
    await tell(1, { kind: "cash-sale", saleId, ...what, grant, phone: "254722000444" });
    const start = () =>
      tell(2, {
        kind: "grant-started",
        grant: { ...grant, startedAtMs: unixMs(nowMs), endsAtMs: unixMs(nowMs + 3_600_000) },
        voucher: null,
      });
    /** What the site is told about the sale. Undefined: nothing. */
    const row = () =>
      inDatabase(async (tx) => {
        const { rows } = await sql<{ body: object | null }>`select body from feed_rows
            where scope = ${`site:${siteId}`} and kind = 'cash-sale' and key = ${`c.${saleId}`}`.execute(tx);
        return rows[0]?.body;
      });
    const id = `${siteId}.${saleId}`;
    /** The same page's number again. */
    const sellAgain = (code: string) => ({ kind: "cash-sale", saleId, ...what, code, grant, phone: "254722000555" });
    const shop = { ...kiosk, sellerId, id, code, grant, start, tell, row, nowMs };
    return { ...shop, tellIn, sellAgain };
  }

  longTest(
    "[BEY-19] once a disabled sale's package is long over, its site is told nothing of it any more; what was never begun stays off",
    async () => {
      const [used, unused] = [await openShop("Retired"), await openShop("Unbegun")];
      await used.start();
      for (const shop of [used, unused]) {
        expect((await shop.post(`/cash-sales/${shop.id}/disable`, null)).status).toBe(200);
        expect(await shop.row()).toMatchObject({ state: "disabled" });
      }
      hub.moveClock(59 * 86_400_000);
      await hub.hub().maintenance.runDue();
      expect(await used.row()).toMatchObject({ state: "disabled" });
      hub.moveClock(3 * 86_400_000);
      await hub.hub().maintenance.runDue();
      expect(await used.row()).toBeNull();
      expect(await unused.row()).toMatchObject({ state: "disabled" });
      // In the books and on its page nothing changes.
      const [sale] = await hub
        .database()
        .asProvider(used.providerId, (tx) => tx.selectFrom("cash_sales").select("disabledAtMs").execute());
      expect(sale?.disabledAtMs).toEqual(expect.any(Number));
    },
  );

  longTest(
    "[SYS-15] a wild price from one provider's site never reaches the books, and no sum breaks the platform's figures",
    async () => {
      const shop = await openShop("Wild");
      const wild = (seq: number, priceCents: number) => {
        const saleId = seq.toString(16).padStart(32, "0");
        const what = { sellerId: shop.sellerId, planId: null, priceCents, currency: "KES", code: "4821993016" };
        return shop.tell(seq, {
          kind: "cash-sale",
          saleId,
          ...what,
          grant: { ...shop.grant, grantId: `c.${saleId}` },
        });
      };
      for (const [index, cents] of [Number.MAX_SAFE_INTEGER, 1_000_000_000_001, -1].entries())
        expect(await wild(index + 2, cents)).toEqual({ kind: "ack", seq: index + 2 });
      const statistics = async () => {
        const answer = await hub.call("GET", "/api/v1/platform/statistics", { token: await hub.adminToken() });
        expect(answer.status, answer.text).toBe(200);
        return answer.body.revenue.find((one: { currency: string }) => one.currency === "KES").takenCents;
      };
      const before = await statistics();
      expect(before).toBeLessThan(1_000_000);
      expect((await shop.get(`/sites/${shop.siteId}/link`)).body.journal.damagedRecords).toBe(3);
      expect((await shop.get("/cash-sales")).body.items).toHaveLength(1);
      // What was taken off a price stands in the books, too.
      const discounted = (seq: number, discountCents: number) => {
        const saleId = seq.toString(16).padStart(32, "0");
        const discount = { promotionId: "p", discountCents };
        const what = {
          sellerId: shop.sellerId,
          planId: null,
          priceCents: 0,
          currency: "KES",
          code: "4821993016",
          discount,
        };
        return shop.tell(seq, {
          kind: "cash-sale",
          saleId,
          ...what,
          grant: { ...shop.grant, grantId: `c.${saleId}` },
        });
      };
      for (const [index, cents] of [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -1].entries())
        expect(await discounted(index + 5, cents)).toEqual({ kind: "ack", seq: index + 5 });
      expect((await shop.get("/ledger/trial-balance")).status).toBe(200);
      expect((await shop.get(`/sites/${shop.siteId}/link`)).body.journal.damagedRecords).toBe(6);
      expect((await shop.get("/cash-sales")).body.items).toHaveLength(1);
      // What came in under a release before: two of them can't be added in a number.
      await hub.database().asProvider(shop.providerId, async (tx) => {
        for (const id of ["w1", "w2"]) {
          const entry = { providerId: shop.providerId, entryId: id };
          const about = { entryKey: id, kind: "cash-sale", purchaseId: null, atMs: shop.nowMs };
          await tx
            .insertInto("ledger_entries")
            .values({ ...entry, ...about } as never)
            .execute();
          const line = { ...entry, currency: "KES", party: null };
          const most = Number.MAX_SAFE_INTEGER;
          await tx
            .insertInto("ledger_postings")
            .values([
              { ...line, line: 0, account: `float:${shop.sellerId}`, amountCents: most },
              { ...line, line: 1, account: "revenue", amountCents: -most },
            ] as never)
            .execute();
        }
      });
      expect(await statistics()).toBe(Number.MAX_SAFE_INTEGER);
    },
  );

  test("[SYS-15] wild counters of one site spoil no list: what no session can have used is damaged, and what many add up to is the largest number", async () => {
    const shop = await openShop("Counters");
    await shop.start();
    const { grantId } = shop.grant;
    let seq = 2;
    const session = async (bytes: number, onlineSeconds: number) => {
      const sessionKey = `s${++seq}`;
      const device = { user: "x", mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.9" };
      const begun = { sessionKey, sessionId: sessionKey, nas: "r1", ...device, grantId };
      await shop.tell(seq, { kind: "session-started", ...begun, startedAtMs: unixMs(shop.nowMs) });
      const used = { sessionKey, inputBytes: bytes, outputBytes: bytes, onlineSeconds };
      await shop.tell(++seq, { kind: "session-used", ...used });
    };
    const most = Number.MAX_SAFE_INTEGER;
    for (const [bytes, seconds] of [
      [most, 1],
      [most, 1],
      [1, most],
      [1, most],
    ] as const)
      await session(bytes, seconds);
    const { damagedRecords } = (await shop.get(`/sites/${shop.siteId}/link`)).body.journal;
    for (let more = 0; more < 6; more++) await session(1e15, 1e10);
    const lists = [
      "/sessions",
      "/grants",
      `/grants/${grantId}`,
      "/reports/double-use",
      `/refunds/options?cashSaleId=${shop.id}`,
    ];
    for (const path of lists) expect([path, (await shop.get(path)).status]).toEqual([path, 200]);
    expect(damagedRecords).toBe(4);
    expect((await shop.get(`/grants/${grantId}`)).body).toMatchObject({ usedBytes: most });
  });

  test("[BEY-19] a number that is used again with another code is another sale, and its seller owes both; the same code is the same sale, whenever it is told", async () => {
    const shop = await openShop("Again");
    const owedCents = async () => {
      const { rows } = (await shop.get("/ledger/trial-balance")).body;
      return rows.find(({ account }: { account: string }) => account.startsWith("float"))?.debitCents;
    };
    expect(await owedCents()).toBe(2000);
    await shop.tell(2, shop.sellAgain("1111111111"));
    expect(await owedCents(), "60 days later its site has forgotten the first").toBe(4000);
    const told = [shop.sellAgain(shop.code), shop.sellAgain("1111111111"), shop.sellAgain("2222222222")];
    await shop.tellIn(
      "e2",
      [...told, ...told].map((event, index) => ({ seq: index + 1, ...event })),
    );
    expect(await owedCents(), "a site without its memory tells some again, and makes one").toBe(6000);
    const { items } = (await shop.get("/cash-sales")).body;
    expect(items.map(({ codeEnd }: { codeEnd: string }) => codeEnd).sort()).toEqual(["1111", "2222", "3015"]);
    await shop.post("/message-senders", {
      kind: "africastalking",
      name: "AT",
      username: "sandbox",
      apiKey: "the-key",
    });
    for (const { id, codeEnd } of items) {
      expect((await shop.get(`/cash-sales/${id}`)).body, id).toMatchObject({ codeEnd });
      expect((await shop.post(`/cash-sales/${id}/send`, {})).status, id).toBe(202);
      const refund = { cashSaleId: id, method: "cash", reason: "the Wi-Fi was down" };
      expect(await shop.post("/refunds", refund), id).toMatchObject({ status: 201, body: { state: "done" } });
    }
    expect((await shop.get("/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  test("[BEY-19] that was stamped by a wrong clock stands at its right time once its site's clock is set, and no other site's does", async () => {
    const [shop, other] = [await openShop("Clock"), await openShop("Clock of others")];
    const soldAtMs = async ({ get, id }: typeof shop) => (await get(`/cash-sales/${id}`)).body.soldAtMs as number;
    const before = [await soldAtMs(shop), await soldAtMs(other)] as const;
    await shop.tell(2, { kind: "clock-corrected", boot: 1, stepMs: 7_200_000 });
    expect([await soldAtMs(shop), await soldAtMs(other)]).toEqual([before[0] + 7_200_000, before[1]]);
  });

  test("[BEY-19] is found by its code and by the customer's number, and its page has seller, site and code", async () => {
    const { get, id, siteId, code, hireFor } = await openShop("Found");
    const found = async (typed: string) => {
      const { items } = (await get(`/search?q=${encodeURIComponent(typed)}`)).body;
      // Of a whole number the page of whose it is can be opened too.
      return items.filter(({ kind }: { kind: string }) => kind !== "person");
    };
    for (const typed of [code, "482 199 3015", "0722000444", "+254 722 000 444"])
      expect(await found(typed), typed).toEqual([
        expect.objectContaining({
          kind: "cash-sale",
          id,
          title: "…3015",
          siteId,
          isExact: true,
          phone: "2547***444",
        }),
      ]);
    expect((await get(`/cash-sales/${id}`)).body).toMatchObject({
      id,
      siteName: "Kiosk",
      sellerName: "Wanjiru",
      planName: "Hour",
      priceCents: 2000,
      phone: "2547***444",
      code,
      codeEnd: "3015",
      disabledAtMs: null,
      startedAtMs: null,
      refundedCents: 0,
      refunds: [],
    });
    expect((await get("/cash-sales?phone=0722000444")).body.items).toHaveLength(1);
    expect((await get("/cash-sales?phone=0722000445")).body.items).toHaveLength(0);
    expect((await get("/cash-sales")).text).not.toContain(code);
    const { token: reader } = await hireFor(["payments.read"]);
    expect((await get(`/cash-sales/${id}`, reader)).body).toMatchObject({ code: null, codeEnd: "3015" });
    expect((await get(`/cash-sales/${siteId}.none`)).status).toBe(404);
  });

  longTest("[TEN-04] the whole export has unused codes for those who may see codes, and for nobody else", async () => {
    const { get, code, hireFor } = await openShop("Exported");
    const without = await get("/settings/export", (await hireFor(["provider.export"])).token);
    expect(without.status).toBe(200);
    expect(without.text).toContain("cash_sales");
    expect(without.text).not.toContain(code);
    expect((await get("/settings/export")).text).toContain(code);
  });

  test("[BEY-19] its sessions show code, customer and plan, and lead to it", async () => {
    const { get, id, start, tell, nowMs, code, hireFor } = await openShop("Sessions");
    await start();
    const session = { sessionId: "81000001", nas: "r1", user: code, mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.9" };
    const grantId = `c.${"ab".repeat(16)}`;
    await tell(3, { kind: "session-started", sessionKey: "s1", ...session, grantId, startedAtMs: unixMs(nowMs) });
    const [shown] = (await get("/sessions")).body.items;
    expect(shown).toMatchObject({ planName: "Hour", voucherCode: code, phone: "2547***444", cashSaleId: id });
    const { token: watcher } = await hireFor(["sessions.read"]);
    expect((await get("/sessions", watcher)).body.items).toMatchObject([{ voucherCode: null }]);
  });

  test("[BEY-19] support disables its code and enables it again: the site is told each time, and the audit log has both", async () => {
    const { get, post, id, row, hire } = await openShop("Disable");
    const { token: support } = await hire("support");
    const off = await post(`/cash-sales/${id}/disable`, null, support);
    expect([off.status, off.body.disabledAtMs]).toEqual([200, expect.any(Number)]);
    expect(await row()).toEqual({ state: "disabled", atMs: off.body.disabledAtMs });
    expect((await post(`/cash-sales/${id}/disable`, null, support)).body.disabledAtMs).toBe(off.body.disabledAtMs);
    expect((await post(`/cash-sales/${id}/enable`, null, support)).body.disabledAtMs).toBeNull();
    expect(await row()).toBeNull();
    const actions = (await get("/audit?limit=100")).body.items.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(["POST /api/v1/cash-sales/{id}/disable", "POST /api/v1/cash-sales/{id}/enable"]),
    );
    expect((await post(`/cash-sales/${id}/disable`, null, (await hire("seller")).token)).status).toBe(403);
  });

  test("[PAY-15] is given back in cash with a reason, once; its code ends at the site and stays off", async () => {
    const { get, post, id, row } = await openShop("Refund");
    expect((await get(`/refunds/options?cashSaleId=${id}`)).body).toMatchObject({ leftCents: 2000, currency: "KES" });
    const refund = { cashSaleId: id, method: "cash", reason: "the Wi-Fi was down" };
    expect(await post("/refunds", { ...refund, method: "payout" })).toMatchObject({
      status: 422,
      body: { code: "method-impossible" },
    });
    expect(await post("/refunds", refund)).toMatchObject({ status: 201, body: { cashSaleId: id, state: "done" } });
    expect(await post("/refunds", refund)).toMatchObject({ status: 409, body: { code: "too-much" } });
    expect(await row()).toMatchObject({ state: "disabled" });
    expect((await get(`/cash-sales/${id}`)).body).toMatchObject({
      refundedCents: 2000,
      refunds: [{ method: "cash", amountCents: 2000, reason: "the Wi-Fi was down" }],
    });
    expect(await post(`/cash-sales/${id}/enable`, null)).toMatchObject({ status: 409, body: { code: "refunded" } });
    expect((await get("/ledger/trial-balance")).body).toMatchObject({ balanced: true });
    const rows = (await get("/ledger/trial-balance")).body.rows as { account: string; debitCents: number }[];
    expect(rows.find(({ account }) => account === "refunds")?.debitCents).toBe(2000);
  });

  test("[PAY-15] it is given back into the credit of the phone that the office types, not of the one that the seller typed", async () => {
    const { post, providerId, id, inDatabase } = await openShop("Typed");
    const refund = { cashSaleId: id, method: "credit", reason: "moved away", phone: "0733000555" };
    expect((await post("/refunds", refund)).body).toMatchObject({ state: "done" });
    const { party } = await inDatabase((tx) => tx.selectFrom("refunds").select("party").executeTakeFirstOrThrow());
    expect(party).toBe(hub.hub().parties.ofPhone(providerId, "254733000555"));
  });

  test("[PAY-15] a used one is given back into the customer's credit by the provider's rule, and two persons agree where it is so", async () => {
    const { get, post, id, start, ask, hire } = await openShop("Used");
    await start();
    const rules = { refundUsed: "refuse", twoPersonRefunds: true };
    await ask("PATCH", "/money-settings", rules);
    const refund = { cashSaleId: id, method: "credit", reason: "moved away" };
    expect(await post("/refunds", refund)).toMatchObject({
      status: 409,
      body: { code: "used", field: "cashSaleId" },
    });
    await ask("PATCH", "/money-settings", { refundUsed: "any" });
    const asked = await post("/refunds", refund);
    expect(asked.body).toMatchObject({ state: "asked" });
    const { token: accountant } = await hire("accountant");
    expect((await post(`/refunds/${asked.body.id}/approve`, null, accountant)).body).toMatchObject({ state: "done" });
    const { items } = (await get("/ledger/accounts")).body;
    expect(items).toContainEqual(expect.objectContaining({ account: "credit", balanceCents: -2000 }));
  });

  longTest(
    "[BEY-19] its code is sent again to the number that the seller typed or to another, with a limit, and not when it is off",
    async () => {
      const { get, post, id, code } = await openShop("Send");
      const path = `/cash-sales/${id}/send`;
      expect(await post(path, {})).toMatchObject({ status: 409, body: { code: "no-sender" } });
      await post("/message-senders", { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" });
      expect((await post(path, {})).status).toBe(202);
      expect((await post(path, { phone: "0733000555" })).status).toBe(202);
      const { items } = (await get("/messages")).body;
      expect(items.map(({ to }: { to: string }) => to).sort()).toEqual(["2547***444", "2547***555"]);
      for (const { id: messageId } of items) expect((await get(`/messages/${messageId}`)).body.text).toContain(code);
      for (let sent = 2; sent < 5; sent++) expect((await post(path, {})).status).toBe(202);
      expect(await post(path, {})).toMatchObject({ status: 429, body: { code: "sent-too-often" } });
      await post(`/cash-sales/${id}/disable`, null);
      expect(await post(path, {})).toMatchObject({ status: 409, body: { code: "grant-revoked" } });
    },
  );

  test("[BEY-19] who may not read an unused one's code sends it to its own customer alone, and does not read the message", async () => {
    const { get, post, id, code, hire, start } = await openShop("Elsewhere");
    await post("/message-senders", { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" });
    const { token: clerk } = await hire("support");
    const path = `/cash-sales/${id}/send`;
    expect((await post(path, {}, clerk)).status).toBe(202);
    const notAllowed = { status: 403, body: { code: "codes-not-allowed" } };
    expect(await post(path, { phone: "0733000555" }, clerk)).toMatchObject(notAllowed);
    const [message] = (await get("/messages")).body.items;
    expect(await get(`/messages/${message.id}`, clerk)).toMatchObject(notAllowed);
    expect((await get(`/messages/${message.id}`)).body.text).toContain(code);
    await start();
    expect((await post(path, { phone: "0733000555" }, clerk)).status, "a used one is no cash").toBe(202);
  });

  test("the provider says how many sales a seller may make in a day, and its sites are told", async () => {
    const { get, ask, inDatabase } = await openShop("Days");
    expect((await get("/settings")).body.sellerSalesPerDay).toBe(200);
    const change = (sellerSalesPerDay: number) => ask("PATCH", "/settings", { sellerSalesPerDay });
    expect((await change(0)).body).toMatchObject({ field: "sellerSalesPerDay" });
    expect((await change(40)).body).toMatchObject({ sellerSalesPerDay: 40 });
    const told = await inDatabase(async (tx) => {
      const { rows } = await sql<{ body: object }>`
          select body from feed_rows where scope = 'provider' and kind = 'provider'`.execute(tx);
      return rows[0]?.body;
    });
    expect(told).toMatchObject({ sellerSalesPerDay: 40 });
  });
});
