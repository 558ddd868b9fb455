/**
 * Two providers whose customers look the same: one phone number, one short code, one account number, even one receipt number. What one
 * of them takes is in no account, list, export, report or correction of the other.
 */
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { enginesOfThisRun } from "../ground/db/test-databases.ts";
import { openClaimShop } from "../money/claims/test-claim-shop.ts";
import { readSpendable } from "../money/receipts/told-credit.ts";
import { hubSuite } from "../test-hub.ts";

const phone = "254712000111";
const minuteMs = 60_000;
const patience = { timeout: 60_000 };

hubSuite("the money of two providers", { on: enginesOfThisRun, timeout: 300_000 }, (hub) => {
  async function openShop(name: string) {
    const shop = await openClaimShop(hub, name);
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    const party = hub.hub().parties.ofPhone(shop.providerId, phone);
    return {
      ...shop,
      party,
      credit: async () => (await shop.read(`/credits?phone=${phone}`)).balanceCents as number,
      spendable: () =>
        shop.inDatabase((tx) => readSpendable(tx, { providerId: shop.providerId, party, currency: "KES" })),
      receipts: async () => (await shop.read("/receipts")).items.map((one: { receipt: string }) => one.receipt),
    };
  }

  test("[PAY-20] one phone, one paybill number, one account text and one receipt number at two providers: each has its own money, and no way leads from one to the other", async () => {
    const [mine, theirs] = [await openShop("Mine"), await openShop("Theirs")];

    // Channels: the address decides whose money it is, and not the short code or the account that stand in the message.
    const paid = { MSISDN: phone, BillRefNumber: "SHOP 7", FirstName: "ANNA" };
    await mine.confirm("UKP0000001", paid);
    expect(await mine.balances()).toEqual({ clearing: 2000, pending: -2000 });
    expect(await theirs.balances()).toEqual({});
    expect((await theirs.read("/payments")).items).toEqual([]);

    // Suspense: it is claimed, assigned and moved by nobody but its provider.
    await mine.confirm("UKP0000002", { BillRefNumber: "somebody" });
    expect(await theirs.claim({ receipt: "UKP0000002", phone, amountCents: 2000 })).toMatchObject({ kind: "asked" });
    expect(await theirs.post("/receipts/UKP0000002/assign", { phone })).toMatchObject({ status: 404 });
    const move = { kind: "move-receipt", receipt: "UKP0000002", toPhone: phone, reason: "x" };
    expect(await theirs.post("/corrections", move)).toMatchObject({ status: 404 });
    expect(await mine.receiptRow("UKP0000002")).toMatchObject({ state: "suspense" });

    // Credit: the same phone has it with one of them, and buys, renews and is paid out with that one alone.
    await mine.post("/credits", { phone, amountCents: 7777 });
    expect([await mine.credit(), await theirs.credit()]).toEqual([7777, 0]);
    expect(await theirs.spendable()).toEqual({ creditCents: 0, provedCents: 0 });
    const sale = { phone, planId: theirs.planId, siteId: theirs.siteId };
    expect(await theirs.post("/payments/purchase", { ...sale, pay: "credit" })).toMatchObject({
      body: { code: "no-credit" },
    });
    await theirs.send("PATCH", "/money-settings", { renewalPromptsMax: 0 });
    const renewal = (await theirs.post("/subscriptions", sale)).body;
    await vi.waitFor(
      async () =>
        expect(await theirs.read(`/subscriptions/${renewal.subscriptionId}`)).toMatchObject({ state: "over" }),
      patience,
    );
    for (const kind of ["pay-out-credit", "settle-debt-from-credit", "write-off-debt"])
      expect(await theirs.post("/corrections", { kind, phone, reason: "x" })).toMatchObject({
        body: { code: "too-much" },
      });
    expect(await mine.credit()).toBe(7777);

    // Entered payments: the same receipt is another receipt there; nobody enters money at another one's channel.
    const entered = { receipt: "UKP0000001", amountCents: 2000, phone };
    expect(await theirs.post("/payments/entered", { ...entered, channelId: mine.paybill })).toMatchObject({
      status: 404,
    });
    const own = await theirs.post("/payments/entered", { ...entered, channelId: theirs.paybill });
    expect(own).toMatchObject({ status: 201, body: { provenance: "entered" } });
    expect(await mine.receiptRow("UKP0000001")).toMatchObject({ provenance: "told", state: "booked" });
    expect(await theirs.receiptRow("UKP0000001")).toMatchObject({ provenance: "entered", state: "suspense" });

    // Statements: what proves one of them proves nothing for the other, and misses nothing of it.
    const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - 5 * minuteMs;
    await theirs.statement({ receipt: "UKP0000001", atMs, phone });
    expect(await theirs.receiptRow("UKP0000001")).toMatchObject({ provenance: "proved" });
    expect(await mine.receiptRow("UKP0000001")).toMatchObject({ provenance: "told" });
    expect((await theirs.read("/reconciliation/differences")).items).toEqual([]);
    expect(await mine.balances()).toEqual({
      cash: 7777,
      clearing: 4000,
      credit: -7777,
      pending: -2000,
      suspense: -2000,
    });

    // A correction of mine moves nothing of theirs.
    const before = await theirs.balances();
    const out = { kind: "pay-out-credit", phone, amountCents: 777, reason: "she moves away" };
    expect((await mine.post("/corrections", out)).status).toBe(201);
    expect([await mine.credit(), await theirs.balances()]).toEqual([7000, before]);
  });

  test("[PAY-20] no list, export or report of one names money of the other, also under filters that name it", async () => {
    const [mine, theirs] = [await openShop("Sunrise"), await openShop("Sunset")];
    await mine.confirm("UKP1111111", { MSISDN: phone, BillRefNumber: "SHOP 7", FirstName: "WANJIRU" });
    await mine.confirm("UKP2222222", { BillRefNumber: "nobodys", FirstName: "WANJIRU" });
    await mine.post("/credits", { phone, amountCents: 765_400 });
    await mine.post("/corrections", { kind: "pay-out-credit", phone, amountCents: 100, reason: "Sunrise-only" });
    await mine.post("/expenses", { category: "Sunrise-only", amountCents: 100, spentOn: "2026-01-02" });
    await mine.post("/invoices", {
      customerName: "Sunrise-only",
      phone,
      lines: [{ text: "x", quantity: 1, unitCents: 765_400 }],
    });
    const marks = [/UKP1111111/, /UKP2222222/, /WANJIRU/, /Sunrise/, /765400|7654\.00/, new RegExp(mine.providerId)];
    const marked = (text: string) => marks.some((mark) => mark.test(text));
    const routes = hub
      .hub()
      .routes.filter((one) => one.method === "GET" && !one.path.includes("{") && one.path.startsWith("/api/v1/"))
      .filter(({ path, as }) => as !== "platform" && path !== "/api/v1/events");
    const sees = async (token: string) => {
      const found: string[] = [];
      const filters = ["", `?phone=${phone}`, "?q=UKP1111111", `?channelId=${mine.paybill}`];
      for (const [at, { path }] of routes.entries()) {
        // In `npm test` one filter of each, in turn.
        for (const query of inLongRunAll(filters, (_, nth) => nth === 0 || nth === 1 + (at % 3))) {
          const { status, text } = await hub.call("GET", `${path}${query}`, { token });
          if (status === 200 && marked(text)) found.push(`${path}${query}`);
        }
      }
      return found;
    };
    expect(await sees(theirs.token)).toEqual([]);
    // The same sweep sees it where it is: in lists, books, exports and reports.
    const own = await sees(mine.token);
    for (const path of ["/payments", "/receipts", "/ledger/entries", "/ledger/export", "/corrections", "/expenses"])
      expect(own).toContain(`/api/v1${path}`);
    expect(own.length).toBeGreaterThan(20);
  });

  test("[PAY-20] the database keeps them apart by itself: no entry has lines of two providers, and nobody writes or reads another one's", async () => {
    const [mine, theirs] = [await openShop("East"), await openShop("West")];
    await mine.post("/credits", { phone, amountCents: 1000 });
    const [entry] = await mine.inDatabase((tx) => tx.selectFrom("ledger_entries").select("entryId").execute());
    const entryId = entry?.entryId ?? "";
    expect(entryId).not.toBe("");
    const line = (providerId: string) => sql`insert into ledger_postings
        (provider_id, entry_id, line, account, party, currency, amount_cents)
        values (${providerId}, ${entryId}, 9, 'credit', ${mine.party}, 'KES', -1)`;
    // Under its own name the entry is not there; under the other's it may not write.
    await expect(theirs.inDatabase((tx) => line(theirs.providerId).execute(tx))).rejects.toThrow();
    await expect(theirs.inDatabase((tx) => line(mine.providerId).execute(tx))).rejects.toThrow();
    for (const table of ["ledger_entries", "ledger_postings", "receipts", "corrections", "credit_holds", "channels"]) {
      const { rows } = await theirs.inDatabase((tx) =>
        sql<{ providerId: string }>`select provider_id from ${sql.table(table)}`.execute(tx),
      );
      expect([table, rows.filter(({ providerId: id }) => id !== theirs.providerId)]).toEqual([table, []]);
    }
    expect([await mine.credit(), await theirs.credit()]).toEqual([1000, 0]);
  });
});
