import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { createLedgerWriter } from "../../money/ledger/post-entry.ts";
import { effectEntry } from "../../money/purchases/effect-entries.ts";
import { balancesIn, keyedAskerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { lockShares } from "./accrue.ts";
import { overshares, type Sale, type Share, shareEntry, shareOf, sharesOf } from "./share-policy.ts";

const share = (more: Partial<Share>): Share => ({
  venueId: "v",
  siteId: "s",
  planId: null,
  permille: 100,
  fromMs: 0,
  untilMs: null,
  ...more,
});
const sale = (more: Partial<Sale>): Sale => ({
  entryId: "e",
  siteId: "s",
  planId: "p",
  saleCents: 1000,
  currency: "KES",
  soldAtMs: 50,
  ...more,
});

test("[TEN-16] whatever is sold and refunded in whatever parts, the venue's share is never below zero and never above its part", () => {
  const parts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 8 });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5_000_000 }),
      fc.integer({ min: 0, max: 1000 }),
      parts,
      (sold, permille, wanted) => {
        let left = sold;
        let sum = shareOf(sold, permille);
        expect(sum * 1000).toBeLessThanOrEqual(sold * permille);
        for (const part of wanted) {
          const refunded = Math.min(part, left);
          left -= refunded;
          sum += shareOf(-refunded, permille);
          expect(sum).toBeGreaterThanOrEqual(0);
          const entry = shareEntry(sale({}), "v", shareOf(-refunded, permille));
          expect(entry?.postings.reduce((total, { amountCents }) => total + amountCents, 0) ?? 0).toBe(0);
        }
        if (wanted.length === 0) expect(sum + shareOf(-sold, permille)).toBe(0);
      },
    ),
  );
});

test("[TEN-16] the share of a plan stands above that of all plans; a site's and a time's are its own", () => {
  const all = share({});
  const ofPlan = share({ planId: "p", permille: 300 });
  const nowMs = 100;
  expect(sharesOf(sale({}), [all, ofPlan], nowMs)).toEqual([ofPlan]);
  expect(sharesOf(sale({ planId: "other" }), [all, ofPlan], nowMs)).toEqual([all]);
  expect(sharesOf(sale({ planId: null }), [all, ofPlan], nowMs)).toEqual([all]);
  expect(sharesOf(sale({ siteId: "elsewhere" }), [all, ofPlan], nowMs)).toEqual([]);
  expect(sharesOf(sale({ soldAtMs: 49 }), [share({ fromMs: 50 })], nowMs)).toEqual([]);
  expect(
    sharesOf(sale({ soldAtMs: 50 }), [share({ fromMs: 50 }), share({ venueId: "w", untilMs: 50 })], nowMs),
  ).toHaveLength(1);
  expect(sharesOf(sale({}), [all, share({ venueId: "w", planId: "p" })], nowMs)).toHaveLength(2);
});

test("[TEN-16] venues of one site never get more than was sold", () => {
  expect(overshares([share({ permille: 600 }), share({ venueId: "w", permille: 400 })])).toBe(false);
  expect(overshares([share({ permille: 600 }), share({ venueId: "w", permille: 401 })])).toBe(true);
  expect(overshares([share({ permille: 600 }), share({ venueId: "w", planId: "p", permille: 401 })])).toBe(true);
  expect(overshares([share({ permille: 600 }), share({ planId: "p", permille: 1000 })])).toBe(false);
});

hubSuite("venues", (hub) => {
  let provider: TestProvider;
  let [siteId, otherSiteId, hourId, dayId, venueId] = ["", "", "", "", ""];
  const call = keyedAskerOf(hub, () => provider.token);
  const sell = async (site: string, planId: string, phone = "0712345678") =>
    (await call("POST", "/payments/purchase", { siteId: site, planId, phone, pay: "cash" })).body.id as string;
  /** As the maintenance job does it. */
  const accrue = async () => {
    hub.moveClock(6 * 60_000);
    await hub.hub().maintenance.runDue();
  };
  const statement = async (of = venueId) => (await call("GET", `/venues/${of}/statement`)).body;

  beforeAll(async () => {
    provider = await hub.makeProvider("Venues");
    siteId = (await call("POST", "/sites", { name: "Hotel" })).body.site.siteId;
    otherSiteId = (await call("POST", "/sites", { name: "School" })).body.site.siteId;
    hourId = (await call("POST", "/plans", { name: "Hour", priceCents: 1999, terms: {} })).body.planId;
    dayId = (await call("POST", "/plans", { name: "Day", priceCents: 10_000, terms: {} })).body.planId;
    venueId = (await call("POST", "/venues", { name: "Hotel Baraka", phone: "0712 000 111" })).body.venueId;
  }, 60_000);

  test("[TEN-16] from the day of the agreement each sale at the site brings its share, a refund takes it back, and the books agree to the cent", async () => {
    await sell(siteId, hourId); // before there is a share
    hub.moveClock(1000);
    const shares = [
      { siteId, planId: null, permille: 150 },
      { siteId, planId: dayId, permille: 50 },
    ];
    expect((await call("PUT", `/venues/${venueId}/shares`, { shares })).body.shares).toEqual(shares);
    hub.moveClock(1000);
    await sell(siteId, hourId);
    const refunded = await sell(siteId, hourId);
    await sell(siteId, dayId);
    await sell(otherSiteId, hourId);
    // At once, and on the list as on the page.
    const due = [{ currency: "KES", balanceCents: 299 + 299 + 500 }];
    const { items: listed } = (await call("GET", "/venues")).body;
    expect(listed).toMatchObject([{ venueId, balances: due }]);
    expect((await call("GET", `/venues/${venueId}`)).body.balances).toEqual(due);
    expect(await statement()).toMatchObject({
      balances: [{ currency: "KES", balanceCents: 299 + 299 + 500 }],
      sales: [
        { siteName: "Hotel", planName: "Day", sales: 1, saleCents: 10_000, shareCents: 500 },
        { siteName: "Hotel", planName: "Hour", sales: 2, saleCents: 3998, shareCents: 598 },
      ],
    });
    const refund = { paymentId: refunded, method: "cash", reason: "no power" };
    expect((await call("POST", "/refunds", refund)).status).toBe(201);
    // Another share from now on: what was sold before is refunded with its own.
    await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 1000 }] });
    await accrue();
    await accrue();
    const told = await statement();
    expect(told.balances).toEqual([{ currency: "KES", balanceCents: 799 }]);
    expect(told.sales).toMatchObject([
      { planName: "Day", sales: 1, refundedCents: 0 },
      { planName: "Hour", sales: 2, saleCents: 1999, refundedCents: 1999 },
    ]);
    const { items } = (await call("GET", "/ledger/accounts")).body;
    const sums = balancesIn(items);
    expect(sums).toMatchObject({ [`venue:${venueId}`]: -799, "venue-shares": 799 });
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  test("[TEN-16] of two who set the first shares at once the second is told, and overwrites nothing", async () => {
    const venue = (await call("POST", "/venues", { name: "Twice" })).body.venueId;
    const set = (planId: string, was?: object[]) =>
      call("PUT", `/venues/${venue}/shares`, {
        shares: [{ siteId: otherSiteId, planId, permille: 10 }],
        ...(was === undefined ? {} : { was }),
      });
    const both = await Promise.all([set(hourId, []), set(dayId, [])]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
    const kept = both.find(({ status }) => status === 200)?.body.shares;
    expect((await call("GET", `/venues/${venue}`)).body.shares).toEqual(kept);
    expect((await set(dayId, kept)).status).toBe(200);
  });

  test("[TEN-16] a sale for cash at a site that is given back brings no share", async () => {
    const venue = (await call("POST", "/venues", { name: "Harbour" })).body.venueId;
    const harbour = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    const seller = { name: "Wanjiru", pin: "482193", sites: [{ siteId: harbour }] };
    const { sellerId } = (await call("POST", "/sellers", seller)).body;
    await call("PUT", `/venues/${venue}/shares`, { shares: [{ siteId: harbour, planId: null, permille: 150 }] });
    hub.moveClock(1000);
    const saleId = "ab".repeat(16);
    const grant = { grantId: `c.${saleId}`, origin: "voucher", planName: "Hour", terms: unlimitedTerms, ...notBegun };
    const what = { sellerId, planId: hourId, priceCents: 2000, currency: "KES", code: "4821993015", grant };
    const stamp = { seq: 1, clock: "synced", upMs: 1, atMs: unixMs(hub.world.clock.wall().atMs) };
    const records = [{ ...stamp, kind: "cash-sale", saleId, ...what }];
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    await intake.take(provider.providerId, { siteId: harbour, epoch: "e1", records } as never);
    await accrue();
    expect((await statement(venue)).balances).toEqual([{ currency: "KES", balanceCents: 300 }]);
    const refund = { cashSaleId: `${harbour}.${saleId}`, method: "cash", reason: "no power" };
    expect((await call("POST", "/refunds", refund)).status).toBe(201);
    await accrue();
    expect((await statement(venue)).balances).toEqual([{ currency: "KES", balanceCents: 0 }]);
  });

  test("[TEN-16] [REP-02] a purchase paid partly from credit brings one sale its share, of the whole price", async () => {
    const venue = (await call("POST", "/venues", { name: "School" })).body.venueId;
    const school = (await call("POST", "/sites", { name: "Lower school" })).body.site.siteId;
    const planId = (await call("POST", "/plans", { name: "Week", priceCents: 3000, terms: {} })).body.planId;
    await call("PUT", `/venues/${venue}/shares`, { shares: [{ siteId: school, planId: null, permille: 100 }] });
    hub.moveClock(1000);
    const phone = "0712345679";
    await call("POST", "/credits", { phone, amountCents: 10_000 });
    const purchaseId = await sell(school, planId, phone);
    const used = { kind: "use-credit", amountCents: cents(2000), toldCents: cents(0), provesPlan: true } as const;
    const entry = effectEntry(used, {
      channelId: "c1",
      rail: "mpesa",
      currency: "KES",
      purchaseId,
      priceCents: 5000,
    });
    const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
    const { providerId } = provider;
    await hub.database().asProvider(providerId, async (tx) => {
      const row = tx.selectFrom("purchases").select("phoneHash").where("purchaseId", "=", purchaseId);
      const { phoneHash: party } = await row.executeTakeFirstOrThrow();
      if (entry !== null) await ledger.post(tx, { providerId, purchaseId, party }, entry);
    });
    await accrue();
    expect((await statement(venue)).sales).toMatchObject([{ sales: 1, saleCents: 5000, shareCents: 500 }]);
  });

  test("[TEN-16] a pay-out is recorded once and never beyond what there is, also by many at once", async () => {
    const pay = (amountCents: number, more: object = {}, key?: string) =>
      call("POST", `/venues/${venueId}/pay-outs`, { amountCents, method: "cash", ...more }, key);
    const all = await Promise.all([300, 300, 300, 300].map((amount) => pay(amount)));
    expect(all.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    const twice = [await pay(100, {}, "same"), await pay(100, {}, "same")];
    expect(twice[0]?.body.payOutId).toBe(twice[1]?.body.payOutId);
    expect(await pay(50, { method: "mpesa" })).toMatchObject({ status: 400, body: { field: "reference" } });
    expect(await pay(50, { reference: "QWE123RTY4" })).toMatchObject({ status: 400, body: { field: "reference" } });
    expect((await pay(50, { method: "mpesa", reference: "qwe123rty4" })).body.reference).toBe("QWE123RTY4");
    expect(await pay(49, { method: "mpesa", reference: "QWE123RTY4" })).toMatchObject({
      status: 409,
      body: { code: "reference-taken" },
    });
    expect(await pay(50)).toMatchObject({ status: 409, body: { code: "too-much", field: "amountCents" } });
    // Lists that are open hear of it: once of each.
    const heard = hub
      .database()
      .asProvider(provider.providerId, (tx) =>
        tx.selectFrom("events").select(["topic", "id"]).where("action", "=", "venue-paid").execute(),
      );
    expect(await heard).toEqual([1, 2, 3, 4].map(() => ({ topic: "payment", id: venueId })));
    // Shillings of Kenya are not paid out of an account that holds those of Uganda.
    const airtel = {
      kind: "airtel-money",
      environment: "production",
      country: "UG",
      clientId: "a",
      clientSecret: "b",
    };
    const channelId = (await call("POST", "/channels", airtel)).body.id;
    expect(await pay(1, { channelId })).toMatchObject({
      status: 400,
      body: { code: "other-currency", field: "channelId" },
    });
    const told = await statement();
    expect(told.payOuts).toHaveLength(4);
    expect(told.balances).toEqual([{ currency: "KES", balanceCents: 49 }]);
    expect((await call("GET", "/ledger/trial-balance")).body).toMatchObject({ balanced: true });
  });

  longTest(
    "[TEN-16] a sale is shared with as many venues as a site has: more rows than one statement has parameters for",
    async () => {
      const { siteId: crowded } = (await call("POST", "/sites", { name: "Mall" })).body.site;
      const { providerId } = provider;
      const venues = 8000;
      await hub.database().asProvider(providerId, async (tx) => {
        const each = sql`from generate_series(1, ${venues}::integer) n`;
        await sql`insert into venues (provider_id, venue_id, name, name_key, active, created_at_ms, updated_at_ms)
          select ${providerId}, 'many-' || n, 'many ' || n, 'many ' || n, true, 1, 1 ${each}`.execute(tx);
        await sql`insert into venue_shares (provider_id, share_id, venue_id, site_id, permille, from_ms)
          select ${providerId}, 'many-' || n, 'many-' || n, ${crowded}, case when n = 1 then 100 else 0 end, 1 ${each}`.execute(
          tx,
        );
      });
      await sell(crowded, hourId);
      await accrue();
      const shared = await hub.database().asProvider(providerId, (tx) =>
        tx
          .selectFrom("venue_accruals")
          .select((select) => select.fn.countAll<number>().as("count"))
          .where("siteId", "=", crowded)
          .executeTakeFirstOrThrow(),
      );
      expect(Number(shared.count)).toBe(venues);
      expect((await statement("many-1")).balances).toEqual([{ currency: "KES", balanceCents: 199 }]);
    },
  );

  test("[TEN-16] who switches a venue off waits for who changes shares before anything of it is held: they do not wait for each other", async () => {
    const { engine } = (await hub.call("GET", "/health/database")).body;
    if (engine === "embedded") return; // one transaction at a time
    const made = (await call("POST", "/venues", { name: "Shut" })).body.venueId;
    const off = await hub.database().asProvider(provider.providerId, async (tx) => {
      await lockShares(tx, provider.providerId);
      const answer = call("PATCH", `/venues/${made}`, { name: "Shut for good", active: false });
      const waits = async () =>
        (
          await sql<{
            count: number;
          }>`select count(*)::int from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`.execute(tx)
        ).rows[0]?.count;
      await expect.poll(waits, { timeout: 20_000 }).toBe(1);
      await sql`select from venues where venue_id = ${made} for update nowait`.execute(tx);
      return { answer };
    });
    expect((await off.answer).body).toMatchObject({ name: "Shut for good", active: false, shares: [] });
  });

  test("[TEN-16] venues of one site can't be promised more than was sold", async () => {
    const other = (await call("POST", "/venues", { name: "Landlord" })).body.venueId;
    const put = (permille: number) =>
      call("PUT", `/venues/${other}/shares`, { shares: [{ siteId, planId: null, permille }] });
    expect(await put(1)).toMatchObject({ status: 409, body: { code: "overshared", field: "shares" } });
    await call("PUT", `/venues/${venueId}/shares`, { shares: [{ siteId, planId: null, permille: 700 }] });
    expect((await put(300)).status).toBe(200);
    expect((await put(301)).status).toBe(409);
    // Whoever is switched off gets nothing of what is sold from then on.
    expect((await call("PATCH", `/venues/${other}`, { active: false })).body).toMatchObject({ shares: [] });
    hub.moveClock(1000);
    await sell(siteId, hourId);
    await accrue();
    expect((await statement(other)).sales).toEqual([]);
    const unknown = { shares: [{ siteId: "nowhere", planId: null, permille: 1 }] };
    expect(await call("PUT", `/venues/${other}/shares`, unknown)).toMatchObject({ status: 404 });
  });

  test("[TEN-16] an agreement that was changed while the hub's clock was years ahead counts from when the clock was set, and so does the end of the one before", async () => {
    const yearsMs = 3 * 365 * 86_400_000;
    const newDay = async (byMs: number) => {
      hub.moveClock(byMs);
      provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
    };
    const { siteId: here } = (await call("POST", "/sites", { name: "Lodge" })).body.site;
    const { venueId: lodge } = (await call("POST", "/venues", { name: "Lodge" })).body;
    const agree = (permille: number) =>
      call("PUT", `/venues/${lodge}/shares`, { shares: [{ siteId: here, planId: null, permille }] });
    expect((await agree(100)).status).toBe(200);
    await newDay(yearsMs);
    expect((await agree(200)).status).toBe(200);
    await sell(here, dayId); // of a day that never was: it has its share as well
    await newDay(-yearsMs);
    const sharesOfLodge = async () =>
      (await statement(lodge)).sales.map((row: { shareCents: number }) => row.shareCents);
    expect(await sharesOfLodge()).toEqual([2000]);
    await sell(here, dayId);
    expect(await sharesOfLodge()).toEqual([4000]);
    expect((await call("PUT", `/venues/${lodge}/shares`, { shares: [] })).status).toBe(200);
    hub.moveClock(1000);
    await sell(here, dayId);
    expect(await sharesOfLodge()).toEqual([4000]);
  });
});
