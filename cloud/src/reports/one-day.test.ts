/**
 * One day with everything that is sold, given and taken back: counter, promotion, refunds, a reseller's vouchers, a site's cash sale, a bundle, credit,
 * a subscription with a fee and a deposit, a trial, a venue's share. Whoever shows figures of that day shows the same. Where resellers or venues were
 * deleted, the day is without a commission or a share.
 */
import { freeGrantId } from "@karibu/protocol/grant-id";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { beforeAll, expect, test, vi } from "vitest";
import { createEmit } from "../ground/events/record.ts";
import { platformProviderId } from "../ground/http/actor.ts";
import { lacksModules } from "../modules/test-lacks-modules.ts";
import { channelList } from "../money/channel-list.ts";
import { createChannelKinds } from "../money/channels/channel-kinds.ts";
import { summariseSales } from "../money/documents/sales-summaries.ts";
import { transferEntry } from "../money/ledger/entries.ts";
import { createLedgerWriter } from "../money/ledger/post-entry.ts";
import { sureAskerOf } from "../test-asking.ts";
import { hubSuite, ownerPassword } from "../test-hub.ts";
import { createTestIntake } from "../test-intake.ts";
import { keepRollUps } from "./roll-ups/keep-roll-ups.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const patience = { timeout: 30_000, interval: 50 };
const phone = "0712345678";

/** By hand. Half of 25 shillings is 13: prices are whole ones. */
const halfCents = 1300;
const counterCents = 2500 + 2500 + halfCents + halfCents;
const siteCents = counterCents + 2 * 2500 + 2000 + 10_000 + 2500;
const subscriptionCents = 250_000 + 3_000;
const soldCents = siteCents + subscriptionCents;
const sales = 10;
const refundedCents = 500 + halfCents + 2500;
const hasResellers = !lacksModules("resellers");
const hasVenues = !lacksModules("venues");
const commissionCents = hasResellers ? 250 : 0;

const sum = <Row>(rows: readonly Row[], pick: (row: Row) => unknown): number =>
  rows.reduce((all, row) => all + Number(pick(row)), 0);

hubSuite("one day", { timeout: 120_000 }, (hub) => {
  let [token, providerId, ownerEmail, siteId, venueId, resellerId, today] = ["", "", "", "", "", "", ""];
  let seq = 0;

  const get = async (path: string) => {
    const answer = await hub.call("GET", `/api/v1${path}`, { token });
    expect(answer.status, `${path}: ${answer.text}`).toBe(200);
    return answer;
  };
  const send = sureAskerOf(hub, () => token);
  const post = (path: string, body: object | null) => send("POST", path, body);
  /** Ten in the morning of the provider's next day. */
  const toMorning = async () => {
    const now = hub.world.clock.wall().atMs + 3 * hourMs;
    hub.moveClock(Math.ceil(now / dayMs) * dayMs + 10 * hourMs - now);
    token = await hub.logIn(ownerEmail, ownerPassword); // the one before has ended
  };
  const tell = async (...events: readonly object[]) => {
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const atMs = unixMs(hub.world.clock.wall().atMs);
    const records = events.map((event) => ({ seq: ++seq, atMs, clock: "synced" as const, upMs: 1, ...event }));
    await intake.take(providerId, { siteId, epoch: "e1", records } as never);
  };
  const grant = (grantId: string, startedAtMs: number | null) => ({
    ...{ grantId, origin: "voucher", planName: "Day", unverified: false, terms: unlimitedTerms },
    ...{ startedAtMs, endsAtMs: null, revokedAtMs: null },
  });
  const figures = async (query: string) => (await get(`/reports/figures?language=en&report=${query}`)).body;
  const ofDay = () => `&fromDay=${today}&untilDay=${today}`;

  beforeAll(async () => {
    ({ token, providerId, ownerEmail } = await hub.makeProvider("One Day"));
    await toMorning();
    const nowMs = hub.world.clock.wall().atMs;
    today = new Date(nowMs + 3 * hourMs).toISOString().slice(0, 10);

    const { country: _, ...taxes } = (await get("/tax-settings")).body;
    await send("PUT", "/tax-settings", {
      ...taxes,
      vatRegistered: true,
      exciseRegistered: true,
      salesSummaries: true,
      subscriptionDocuments: "each",
    });
    await send("PATCH", "/money-settings", { refundUsed: "any", twoPersonRefunds: false });
    siteId = (await post("/sites", { name: "Kiosk" })).site.siteId;
    const plan = async (name: string, priceCents: number, terms: object = {}) =>
      (await post("/plans", { name, priceCents, terms })).planId as string;
    const dayId = await plan("Day", 2500);
    const hourId = await plan("Hour", 2000);
    const familyId = await plan("Family", 10_000, { codes: 4 });
    const homeId = await plan("Home", 250_000);
    await send("PUT", `/plan-taxes/${homeId}`, { treatment: "exempt" });
    await post("/promotions", { name: "Half", gift: { kind: "percent", permille: 500 }, code: "HALF" });
    if (hasVenues) {
      ({ venueId } = await post("/venues", { name: "Hotel" }));
      await send("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 150 }] });
    }
    hub.moveClock(1000);

    const buy = async (more: object, planId = dayId) =>
      (await post("/payments/purchase", { siteId, planId, pay: "cash", ...more })).id as string;
    const refund = (what: object) => post("/refunds", { ...what, method: "cash", reason: "no power" });
    await buy({});
    await refund({ paymentId: await buy({}), amountCents: 500 });
    await buy({ code: "HALF" });
    await refund({ paymentId: await buy({ code: "HALF" }) });
    await buy({}, familyId);
    await post("/credits", { phone, amountCents: 5000 });
    await buy({ phone, pay: "credit" });

    const { batchId } = await post("/vouchers/batches", { planId: dayId, siteId, quantity: 4 });
    await vi.waitFor(
      async () => expect((await get(`/vouchers?batchId=${batchId}`)).body.items).toHaveLength(4),
      patience,
    );
    if (hasResellers) {
      ({ resellerId } = await post("/resellers", { name: "Asha", commissionPermille: 100 }));
      await post(`/resellers/${resellerId}/hand-overs`, { batchId, codes: 4 });
    }
    const countSold = async () => hasResellers && post(`/resellers/${resellerId}/count`, null);
    const voucher = (serial: number) => ({
      kind: "grant-started",
      grant: grant(`v.${batchId}.${serial}`, hub.world.clock.wall().atMs),
      voucher: { batchId, serial },
    });
    const { sellerId } = await post("/sellers", { name: "Wanjiru", pin: "482193", sites: [{ siteId }] });
    const saleId = "ab".repeat(16);
    await tell(
      voucher(0),
      voucher(1),
      {
        kind: "grant-started",
        grant: grant(freeGrantId({ what: "trial", planId: dayId, device: "0".repeat(32) }), nowMs),
        voucher: null,
      },
      {
        ...{ kind: "cash-sale", saleId, sellerId, planId: hourId, priceCents: 2000, currency: "KES" },
        ...{ code: "4821993015", grant: grant(`c.${saleId}`, null) },
      },
    );
    await countSold();
    await refund({ voucherId: `${batchId}.1`, revoke: true });
    await countSold();

    const { customerId } = await post("/customers", { name: "Jane", phone: "0712345670" });
    const order = { customerId, username: "jane.home", planId: homeId, siteIds: [siteId] };
    const { accountId } = await post("/accounts", order);
    const line = { customerId, accountId, planId: homeId, autoRenew: false };
    const { subscriptionId } = await post("/subscriptions", line);
    const item = (kind: string, amountCents: number) =>
      post(`/subscriptions/${subscriptionId}/items`, { kind, name: kind, amountCents });
    await item("fee", 3_000);
    await item("deposit", 100_000);
    await post(`/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    await vi.waitFor(
      async () => expect((await get("/documents?kind=tax-invoice")).body.items).toHaveLength(1),
      patience,
    );
    hub.moveClock(6 * 60_000);
    await hub.hub().maintenance.runDue(); // shares of venues among others
  }, 120_000);

  /** What the owner of the place gets, as their statement has it. */
  const shareTold = async (): Promise<number> => {
    const shares = (await get(`/venues/${venueId}/statement`)).body;
    expect(sum(shares.sales, (row: { saleCents: number }) => row.saleCents)).toBe(siteCents - refundedCents);
    const shareCents = sum(shares.sales, (row: { shareCents: number }) => row.shareCents);
    expect(shares.balances).toEqual([{ currency: "KES", balanceCents: shareCents }]);
    return shareCents;
  };

  test("[REP-02] [REP-05] home, reports, books, venue, reseller and accountants' files tell the same of one day", async () => {
    for (const isCounted of [false, true]) {
      if (isCounted) await keepRollUps(hub.world, hub.database());
      const [first] = (await figures(`revenue&by=plan${ofDay()}`)).rows;
      expect([isCounted, ...first]).toEqual([isCounted, "Home", 1, 250_000, 0, 250_000, 250_000]);
      for (const by of ["day", "month", "plan", "site", "channel", "seller"]) {
        const { total } = await figures(`revenue&by=${by}${ofDay()}`);
        expect([by, ...total.slice(1)]).toEqual([
          by,
          sales,
          soldCents,
          refundedCents,
          soldCents - refundedCents,
          soldCents - 2500,
        ]);
      }
    }
    const bySite = await figures(`revenue&by=site${ofDay()}`);
    expect(bySite.rows.map((row: unknown[]) => row.slice(2))).toEqual([
      [subscriptionCents, 0, subscriptionCents, subscriptionCents],
      [siteCents, refundedCents, siteCents - refundedCents, siteCents - 2500],
    ]);
    const byPlan = await figures(`revenue&by=plan${ofDay()}`);
    expect(byPlan.rows.slice(0, 2)).toEqual([
      ["Home", 1, 250_000, 0, 250_000, 250_000],
      [
        "Day",
        7,
        counterCents + 3 * 2500,
        refundedCents,
        counterCents + 3 * 2500 - refundedCents,
        counterCents + 2 * 2500,
      ],
    ]);
    expect(byPlan.rows).toContainEqual(["Without a plan", 0, 3_000, 0, 3_000, 3_000]);
    const csv = (await get(`/reports/file?report=revenue&format=csv&by=plan${ofDay()}`)).text.trimEnd().split("\r\n");
    expect(sum(csv.slice(1), (row) => row.split(",").at(-4))).toBe(soldCents / 100);

    const { sales: home, moneyWaiting } = (await get("/home")).body;
    expect(moneyWaiting).toMatchObject({ pendingCents: 0 });
    expect(home).toMatchObject({
      todayCents: soldCents,
      todaySales: sales,
      refundedCents,
      cashCents: soldCents - 2500,
    });
    expect(sum(home.byHourCents, Number)).toBe(soldCents);
    expect((await get("/reports/today")).body).toMatchObject({
      takenCents: soldCents,
      payments: sales,
      givenBackCents: refundedCents,
    });
    const { days } = (await get("/reports/analytics?days=2")).body;
    expect(days.at(-1)).toMatchObject({ takenCents: soldCents, payments: sales, vouchersStarted: 2, trials: 1 });
    expect(sum(days, (day: { takenCents: number }) => day.takenCents)).toBe(soldCents);
    expect(
      sum((await get("/reports/revenue?months=1")).body.items, (row: { takenCents: number }) => row.takenCents),
    ).toBe(soldCents);

    const refunds = (await get(`/refunds?siteId=${siteId}`)).body.items;
    expect(sum(refunds, (row: { amountCents: number }) => row.amountCents)).toBe(refundedCents);

    const shareCents = hasVenues ? await shareTold() : 0;
    const [profit] = (await get("/ledger/profit")).body.items;
    expect(profit).toMatchObject({
      revenueCents: soldCents,
      discountsCents: 2 * (2500 - halfCents),
      pendingCents: 0,
      refundsCents: refundedCents,
      commissionCents,
      venueSharesCents: shareCents,
      profitCents: soldCents - refundedCents - commissionCents - shareCents,
    });
    // Both vouchers' money is with the reseller, less what one of them earned.
    const owed = hasResellers ? (await get(`/resellers/${resellerId}`)).body.standings : [];
    const owing = { sold: 2, balanceCents: -(2 * 2500 - commissionCents) };
    expect(owed).toMatchObject(hasResellers ? [owing] : []);

    const span = `fromMs=0&untilMs=${hub.world.clock.wall().atMs + 1}`;
    const journal = (await get(`/accounting/export?layout=xero-journal&${span}`)).text;
    const booked = (...codes: string[]) =>
      Math.round(
        100 *
          sum([...journal.matchAll(/,([A-Z]+),Tax Exempt,(-?[\d.]+)\r?$/gm)], ([, code = "", amount]) =>
            codes.includes(code) ? amount : 0,
          ),
      );
    expect(booked("REVENUE", "DISCOUNTS", "PENDING")).toBe(-soldCents);
    expect([booked("REFUNDS"), booked("COMMISSION"), booked("VENUESHARE")]).toEqual([
      refundedCents,
      commissionCents,
      shareCents,
    ]);
    expect((await get("/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  test("[REP-05] what providers pay for the platform is not counted among what they sold", async () => {
    const admin = await hub.adminToken();
    const sold = async () => {
      const { revenue } = (await hub.call("GET", "/api/v1/platform/statistics?days=30", { token: admin })).body;
      const { items } = (await hub.call("GET", "/api/v1/platform/revenue?months=1", { token: admin })).body;
      return { revenue, items };
    };
    const before = await sold();
    expect(sum(before.items, (row: { takenCents: number }) => row.takenCents)).toBe(soldCents);
    await hub.database().asProvider(platformProviderId, (tx) => {
      const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
      const charge = { from: "revenue", to: "cash", amountCents: 300_000, currency: "KES" } as const;
      const cause = { providerId: platformProviderId, purchaseId: null, party: null };
      return ledger.post(tx, cause, transferEntry("invoice:of-the-platform", "receipt", charge));
    });
    expect(await sold()).toEqual(before);
  });

  test("[REP-09] [PAY-24] the taxes of the books are those of the day's documents, to the cent, whatever was sold how", async () => {
    await toMorning();
    const emit = createEmit(hub.world);
    const kinds = createChannelKinds(channelList);
    await hub
      .database()
      .asProvider(providerId, (tx) => summariseSales({ world: hub.world, emit, kinds }, tx, providerId));
    const until = hub.world.clock.wall().atMs;
    const untilDay = new Date(until + 3 * hourMs).toISOString().slice(0, 10);
    const told = await figures(`tax&fromDay=${today}&untilDay=${untilDay}`);
    const isPaper = ([, what]: readonly unknown[]) => String(what).startsWith("On documents");
    const totals = (rows: readonly (readonly unknown[])[]) => [2, 3, 4, 5].map((at) => sum(rows, (row) => row[at]));
    const books = told.rows.filter((row: unknown[]) => !isPaper(row));
    expect(totals(books)).toEqual(totals(told.rows.filter(isPaper)));
    expect(totals(books)[0]).toBe(soldCents - refundedCents);
    const exempt = books.find((row: unknown[]) => row[1] === "Exempt");
    expect(exempt.slice(2)).toEqual([250_000, 250_000, 0, 0]);

    const invoices = (await get(`/accounting/export?layout=xero-invoices&fromMs=0&untilMs=${until + 1}`)).text;
    const lines = [...invoices.matchAll(/,1,(-?[\d.]+),REVENUE,/g)];
    expect(Math.round(100 * sum(lines, ([, amount]) => amount))).toBe(soldCents - refundedCents);
  });

  test("[REP-05] [CUS-04] a line that goes to a dearer plan brings money and is no further sale, in no figure", async () => {
    const { planId } = await post("/plans", { name: "Home Plus", priceCents: 300_000, terms: {} });
    const [{ subscriptionId: id }] = (await get("/subscriptions")).body.items;
    await post(`/subscriptions/${id}/change-plan`, { planId, from: "cash" });
    const nowMs = hub.world.clock.wall().atMs;
    const now = new Date(nowMs + 3 * hourMs).toISOString().slice(0, 10);
    const { sales: home } = (await get("/home")).body;
    expect(home).toMatchObject({ todaySales: 0, todayCents: expect.any(Number) });
    expect(home.todayCents).toBeGreaterThan(0);
    for (const isCounted of [false, true]) {
      if (isCounted) await keepRollUps(hub.world, hub.database());
      for (const by of ["day", "plan"]) {
        const { rows, total } = await figures(`revenue&by=${by}&fromDay=${now}&untilDay=${now}`);
        expect([by, isCounted, total.slice(1, 3)]).toEqual([by, isCounted, [0, home.todayCents]]);
        for (const row of rows) expect(row[1], row[0]).toBe(0);
      }
    }
  });
});
