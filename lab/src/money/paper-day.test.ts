/**
 * A day of sales by paper, phone, cash and reseller over two sites, lived by whole agents on one hub. One site is cut off from noon until the next
 * morning, when the day is closed and its tax document issued: what it sold comes with its journal then. Everybody who tells of money tells the same,
 * to the shilling, and keeps apart what is proved from what people entered.
 */
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { keepRollUps } from "@karibu/cloud/reports/roll-ups/keep-roll-ups";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { ownerPassword, useHub } from "@karibu/cloud/test-hub";
import { afterEach, expect, test, vi } from "vitest";
import { airtelKeys, createSimulatedAirtel } from "../airtel/simulated-airtel.ts";
import { until } from "../link/link-ends.ts";
import { type DrillSite, startSite, typeCode } from "../link/test-drill-sites.ts";
import { realWorld } from "../world/real-world.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const waitMs = 60_000;
const patience = { timeout: waitMs, interval: 50 };
const priceCents = 2000;
const offsetMs = 3 * hourMs;

engineSuite("a day of paper at two sites", (engine) => {
  const airtel = createSimulatedAirtel(realWorld());
  const http: HttpCall = async (call) => {
    if (/^https:\/\/openapi\.airtelkenya\.com\//.test(call.url)) return airtel.request(call);
    throw new Error(`nobody answers ${call.url}`);
  };
  const lab = useHub(engine, { http });
  const running: DrillSite[] = [];
  afterEach(async () => {
    for (const { agent } of running.splice(0)) await agent.stop();
  });

  test("[VOU-21] Home, reports, books, venue and VAT agree to the shilling, and keep proved money and entered money apart", async () => {
    const owner = await lab.makeProvider("Paper Day");
    let { token } = owner;
    const send = sureAskerOf(lab, () => token);
    const post = (path: string, body: object | null = null) => send("POST", path, body);
    const get = (path: string) => send("GET", path);
    const dayOf = () => new Date(lab.world.clock.wall().atMs + offsetMs).toISOString().slice(0, 10);
    // Time passes at the sites too: their own clocks count it, with or without the hub.
    let passedMs = 0;
    const passTime = (byMs: number) => {
      passedMs += byMs;
      lab.moveClock(byMs);
    };
    const ofSites = { ...lab.world.clock, monotonicMs: () => lab.world.clock.monotonicMs() + passedMs };
    const world = { ...lab.world, clock: ofSites };
    const open = async (name: string) => {
      const { site, enrolmentToken } = await post("/sites", { name });
      const opened = await startSite(lab, { siteId: site.siteId, enrolToken: enrolmentToken, world });
      running.push(opened);
      await until(`${name} is connected`, () => opened.agent.hub.state === "connected", waitMs);
      return opened;
    };
    const toHour = async (hour: number, days = 0) => {
      const now = lab.world.clock.wall().atMs + offsetMs;
      passTime(Math.floor(now / dayMs) * dayMs + days * dayMs + hour * hourMs - now);
      token = await lab.logIn(owner.ownerEmail, ownerPassword);
    };
    await toHour(9, 1);
    const today = dayOf();

    const { country: _, ...taxes } = await get("/tax-settings");
    const registered = { vatRegistered: true, exciseRegistered: true, taxPin: "P051234567X", authority: "etims" };
    await send("PUT", "/tax-settings", { ...taxes, ...registered, salesSummaries: true });
    const channel = await post("/channels", { kind: "airtel-money", environment: "production", ...airtelKeys });
    const [market, hill] = [await open("Market"), await open("Hill")];
    const { planId } = await post("/plans", { name: "Hour", priceCents, terms: { validitySeconds: 3600 } });
    const { venueId } = await post("/venues", { name: "Hotel" });
    await send("PUT", `/venues/${venueId}/shares`, {
      shares: [{ siteId: hill.siteId, planId: null, permille: 100 }],
    });
    passTime(1000);

    const makeBatch = async ({ siteId }: DrillSite, more: object = {}) => {
      const { batchId } = await post("/vouchers/batches", { planId, siteId, quantity: 5, ...more });
      await vi.waitFor(async () => expect((await get(`/vouchers/batches/${batchId}`)).state).toBe("ready"), patience);
      const { items } = await get(`/vouchers?batchId=${batchId}`);
      return { batchId: batchId as string, codes: items.map(({ code }: { code: string }) => code) as string[] };
    };
    const paper = await makeBatch(market);
    const roaming = await makeBatch(market);
    await send("PUT", `/vouchers/batches/${roaming.batchId}/sites`, { siteIds: [hill.siteId] });
    const hillPaper = await makeBatch(hill);
    const given = await makeBatch(hill, { booking: "given-away" });
    const resold = await makeBatch(hill);
    const { resellerId } = await post("/resellers", { name: "Asha", commissionPermille: 100 });
    await post(`/resellers/${resellerId}/hand-overs`, { batchId: resold.batchId, codes: 5 });
    const { sellerId } = await post("/sellers", {
      ...{ name: "Wanjiru", pin: "482193" },
      sites: [{ siteId: hill.siteId, floatCents: 100_000 }],
    });
    await until("Hill knows its seller", () => hill.agent.cash.isOpen, waitMs);
    for (const { batchId } of [hillPaper, given, resold, roaming])
      await until("Hill holds the batch", () => hill.applied.has(`batch:${batchId}`), waitMs);
    for (const { batchId } of [paper, roaming])
      await until("Market holds the batch", () => market.applied.has(`batch:${batchId}`), waitMs);
    const use = async (site: DrillSite, code: string | undefined, number: number) =>
      expect(await typeCode(site, code ?? "", number)).toMatch(/^[vb]\./);

    // By phone: the channel proves it. The other one is told and not proved yet.
    const handler = (name: string) => lab.hub().money.rpcHandlers.find(({ method }) => method === name);
    const ask = (name: string, params: object) =>
      handler(name)?.answer(
        { providerId: owner.providerId, siteId: market.siteId },
        params,
        new AbortController().signal,
      ) as Promise<{ purchaseId: string; state: string }>;
    const { purchaseId } = await ask("start-purchase", { idempotencyKey: "by-phone", planId, phone: "0733110000" });
    await vi.waitFor(
      async () => expect((await ask("purchase-state", { purchaseId })).state).toBe("prompted"),
      patience,
    );
    const notice = airtel.decide(airtel.payments().at(-1)?.id ?? "", "TS");
    await lab.call("POST", new URL(channel.noticeUrl).pathname, { body: JSON.parse(notice) });
    await vi.waitFor(async () => expect((await get(`/payments/${purchaseId}`)).provenance).toBe("proved"), patience);
    await post("/payments/purchase", { siteId: market.siteId, planId, pay: "cash" });
    await use(market, paper.codes[0], 1);
    await use(market, paper.codes[1], 2);
    await until("both are at the hub", async () => (await get(`/vouchers/batches/${paper.batchId}/money`)).sold === 2);

    // Hill is cut off from noon on, and goes on selling.
    await toHour(12);
    hill.cut(true);
    await until("Hill is cut off", () => hill.agent.hub.state === "away", waitMs);
    await use(hill, hillPaper.codes[0], 3);
    await use(hill, hillPaper.codes[1], 4);
    await use(hill, given.codes[0], 5);
    await use(hill, resold.codes[0], 6);
    await use(hill, roaming.codes[0], 7); // a bridge: Market holds it
    await use(market, roaming.codes[0], 8);
    const sold = await hill.agent.cash.sell(
      { seller: "wanjiru", pin: "482193", planKey: planId, saleId: "1".repeat(32) },
      { mac: null, address: "10.5.50.2" },
    );
    expect(sold).toMatchObject({ kind: "sold" });
    await until(
      "Market's use is at the hub",
      async () => (await get(`/vouchers/batches/${roaming.batchId}/money`)).sold === 1,
    );
    const usedOn = lab.world.clock.wall().atMs;

    const figures = async (query: string) => get(`/reports/figures?language=en&report=${query}`);
    const sum = <Row>(rows: readonly Row[], pick: (row: Row) => unknown): number =>
      rows.reduce((all, row) => all + Number(pick(row)), 0);
    const maintain = async () => {
      passTime(hourMs + 60_000);
      token = await lab.logIn(owner.ownerEmail, ownerPassword);
      await lab.hub().maintenance.runDue();
    };
    /** What everybody tells of one day; the cents in the order sold, cash. */
    const told = async (day: string) => {
      const span = `fromMs=${Date.parse(day) - offsetMs}&untilMs=${Date.parse(day) - offsetMs + dayMs}`;
      const reports = [];
      for (const by of ["day", "plan", "site", "channel", "seller"]) {
        const { total } = await figures(`revenue&by=${by}&fromDay=${day}&untilDay=${day}`);
        reports.push([total?.[2] ?? 0, total?.[5] ?? 0]);
      }
      const sums = await get(`/money-received/sums?${span}`);
      const entered = await get(`/money-received/sums?${span}&state=entered`);
      const [books] = (await get(`/money-received/books?${span}`)).items;
      return { reports, received: [sums, entered].map(({ items }) => items[0]?.amountCents ?? 0), books };
    };
    const agrees = async (day: string, soldCents: number, cashCents: number) => {
      const day1 = await told(day);
      expect(day1.reports).toEqual(day1.reports.map(() => [soldCents, cashCents]));
      expect(day1.received).toEqual([soldCents, cashCents]);
      expect(day1.books).toMatchObject({ revenueCents: soldCents, receivedCents: soldCents });
    };
    // Market's day: a payment by phone, one in the till, three vouchers.
    expect((await get("/home")).sales).toMatchObject({
      todayCents: 5 * priceCents,
      cashCents: 4 * priceCents,
      todaySales: 5,
    });
    await agrees(today, 5 * priceCents, 4 * priceCents);

    // The night: the day's tax document is issued.
    await toHour(2, 1);
    await maintain();
    const summaries = async () =>
      (await get("/documents?kind=sales-summary")).items as { totalCents: number; documentId: string }[];
    await vi.waitFor(async () => expect(await summaries()).toHaveLength(1), patience);
    expect((await summaries())[0]?.totalCents).toBe(5 * priceCents);

    // In the morning Hill's journal comes.
    await toHour(8);
    const tomorrow = dayOf();
    hill.cut(false);
    await until("Hill is back", () => hill.agent.hub.state === "connected", waitMs);
    const lateMoney = async () => get(`/vouchers/batches/${hillPaper.batchId}/money`);
    await until("its vouchers are at the hub", async () => (await lateMoney()).sold === 2, waitMs);
    await until("its sale is at the hub", async () => (await get("/cash-sales")).items.length === 1, waitMs);
    await until(
      "its reseller's voucher is known",
      async () => (await post(`/resellers/${resellerId}/count`)).standings[0].sold === 1,
      waitMs,
    );
    expect(await lateMoney()).toMatchObject({ soldCents: 2 * priceCents, late: 2, lateCents: 2 * priceCents });
    expect((await get("/home")).sales).toMatchObject({
      todayCents: 4 * priceCents,
      cashCents: 4 * priceCents,
      todaySales: 4,
    });
    // The closed day is as it was; what came late stands on the day it came, and says when it was used.
    await agrees(today, 5 * priceCents, 4 * priceCents);
    await agrees(tomorrow, 4 * priceCents, 4 * priceCents);
    await keepRollUps(lab.world, lab.database());
    await agrees(today, 5 * priceCents, 4 * priceCents);
    await agrees(tomorrow, 4 * priceCents, 4 * priceCents);
    const late = (await get("/money-received?kind=voucher")).items.filter((row: { thing: { id: string } }) =>
      row.thing.id.startsWith(hillPaper.batchId),
    );
    expect(late).toHaveLength(2);
    for (const row of late) {
      expect(row).toMatchObject({ siteId: hill.siteId, state: "entered", amountCents: priceCents });
      expect(Math.abs(row.soldAtMs - usedOn)).toBeLessThan(hourMs);
      expect(row.bookedAtMs).toBeGreaterThan(usedOn + 12 * hourMs);
    }

    // The second day's document, and the venue's share of Hill.
    await toHour(2, 1);
    await maintain();
    await vi.waitFor(async () => expect(await summaries()).toHaveLength(2), patience);
    const both = await figures(`tax&fromDay=${today}&untilDay=${dayOf()}`);
    const isPaper = ([, what]: readonly unknown[]) => String(what).startsWith("On documents");
    const totals = (rows: readonly (readonly unknown[])[]) => [2, 3, 4, 5].map((at) => sum(rows, (row) => row[at]));
    const books = totals(both.rows.filter((row: unknown[]) => !isPaper(row)));
    expect(books).toEqual(totals(both.rows.filter(isPaper)));
    expect([books[0], Number(books[3]) > 0]).toEqual([9 * priceCents, true]);
    expect(both.notes.join(" ")).toContain(`${Math.round((8 / 9) * 1000) / 10} %`);
    const paid = [];
    for (const { documentId } of await summaries())
      paid.push((await get(`/documents/${documentId}/fiscal-data`)).message.pmtTyCd);
    expect(paid.toSorted()).toEqual(["01", "07"]); // cash alone; cash and mobile money
    const shares = await get(`/venues/${venueId}/statement`);
    expect(shares.sales).toMatchObject([
      { siteId: hill.siteId, saleCents: 4 * priceCents, cashCents: 4 * priceCents, shareCents: 800 },
    ]);
    const { items: accounts } = await get("/ledger/accounts");
    const balance = (account: string) =>
      accounts.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
    expect(balance("revenue")).toBe(-9 * priceCents);
    expect(balance(`paper:${paper.batchId}`)).toBe(2 * priceCents);
    expect(balance(`paper:${hillPaper.batchId}`)).toBe(2 * priceCents);
    expect(balance(`paper:${roaming.batchId}`)).toBe(priceCents);
    expect(balance(`float:${resellerId}`)).toBe(priceCents - 200);
    expect(balance(`float:${sellerId}`)).toBe(priceCents);
    expect((await get("/ledger/trial-balance")).balanced).toBe(true);
  }, 240_000);
});
