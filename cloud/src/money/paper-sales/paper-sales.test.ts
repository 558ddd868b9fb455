/** What a provider's own printed vouchers bring: the real hub's database and API, and journals as its sites send them. */

import type { JournalEvent } from "@karibu/protocol/journal/record";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { noHeldCodes } from "../../catalogue/vouchers/held-codes.ts";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { balancesIn, keyedAskerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { createTestIntake } from "../../test-intake.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { bringBack } from "./book-uses.ts";
import { createPaperSaleProjector } from "./project-paper-sales.ts";

engineSuite("printed vouchers", { timeout: 60_000 }, (engine) => {
  const hub = useHub(engine);
  let provider: TestProvider;
  let [planId, market, hill] = ["", "", ""];
  const seqs = new Map<string, number>();

  const call = keyedAskerOf(hub, () => provider.token);
  const read = async (path: string) => (await call("GET", path)).body;
  const makeBatch = async (more: object = {}) => {
    const made = await call("POST", "/vouchers/batches", { planId, siteId: market, quantity: 20, ...more });
    expect(made.status, made.text).toBe(201);
    return made.body.batchId as string;
  };
  const balances = async (): Promise<Record<string, number>> => {
    const { items } = await read("/ledger/accounts");
    return balancesIn(items);
  };
  const revenue = async () => 0 - ((await balances()).revenue ?? 0);
  const nowMs = () => hub.world.clock.wall().atMs;

  interface Use {
    readonly atMs?: number;
    readonly siteId?: string;
    readonly bridge?: boolean;
    readonly epoch?: string;
  }
  const used = (batchId: string, serial: number, { atMs = nowMs(), bridge = false }: Use = {}): JournalEvent => ({
    kind: "grant-started",
    grant: {
      ...{
        grantId: `${bridge ? "b" : "v"}.${batchId}.${serial}`,
        origin: "voucher",
        planName: "Hour",
        unverified: false,
      },
      ...{ startedAtMs: unixMs(atMs), endsAtMs: null, revokedAtMs: null, terms: unlimitedTerms },
    },
    voucher: { batchId, serial },
    ...(bridge ? { bridge } : {}),
  });
  const tell = async (events: readonly JournalEvent[], { siteId = market, epoch = "e1", atMs = nowMs() }: Use = {}) => {
    const intake = createTestIntake(hub.world, hub.database());
    const from = seqs.get(siteId + epoch) ?? 0;
    seqs.set(siteId + epoch, from + events.length);
    const records = events.map((event, at) => ({
      ...{ seq: from + at + 1, atMs: unixMs(atMs), clock: "synced" as const, upMs: 1 },
      ...event,
    }));
    expect(await intake.take(provider.providerId, { siteId, epoch, records } as never)).toMatchObject({
      kind: "ack",
    });
  };

  beforeAll(async () => {
    provider = await hub.makeProvider("Paper");
    market = (await call("POST", "/sites", { name: "Market" })).body.site.siteId;
    hill = (await call("POST", "/sites", { name: "Hill" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} })).body.planId;
  }, 60_000);

  test("[VOU-21] a printed voucher of KES 20 that a customer uses is KES 20 of revenue, on Home, in reports and in the list of money received", async () => {
    const before = await read("/home");
    const batchId = await makeBatch();
    await tell([used(batchId, 3)]);
    const { sales } = await read("/home");
    expect(sales.todayCents - before.sales.todayCents).toBe(2000);
    expect(sales.todaySales - before.sales.todaySales).toBe(1);
    expect(sales.cashCents).toBe(2000);
    expect(await balances()).toMatchObject({ revenue: -2000, [`paper:${batchId}`]: 2000 });
    expect((await read("/reports/today")).takenCents).toBe(2000);
    const [row] = (await read("/money-received")).items;
    expect(row).toMatchObject({
      amountCents: 2000,
      kind: "voucher",
      state: "entered",
      siteId: market,
      channelId: "cash",
    });
    expect(row.thing).toEqual({ kind: "voucher", id: `${batchId}.3` });
    const [books] = (await read("/money-received/books")).items;
    expect(books).toMatchObject({ receivedCents: 2000, vouchersCents: 2000, revenueCents: 2000 });
  });

  test("[VOU-21] a voucher is booked once: told twice, by a bridge at a second site and then whole, or in a new epoch", async () => {
    const batchId = await makeBatch();
    const before = await revenue();
    await tell([used(batchId, 0, { bridge: true })], { siteId: hill });
    await tell([used(batchId, 0), used(batchId, 0)]);
    await tell([used(batchId, 0)], { epoch: "e2" });
    await tell([used(batchId, 1), used(batchId, 2)]);
    await Promise.all([
      tell([used(batchId, 5)], { siteId: hill }),
      tell([used(batchId, 5)], { siteId: market, epoch: "e3" }),
    ]);
    expect((await revenue()) - before).toBe(4 * 2000);
    const bySite = await read("/money-received?kind=voucher");
    const where = bySite.items.filter((one: { thing: { id: string } }) => one.thing.id === `${batchId}.0`);
    expect(where).toMatchObject([{ siteId: hill, amountCents: 2000 }]);
    expect(await read(`/vouchers/batches/${batchId}/money`)).toMatchObject({
      ...{ booking: "first-use", sold: 4, soldCents: 8000, late: 0, cashCents: 8000, mayChange: false },
    });
  });

  test("[VOU-21] the batch's own price and currency count; what is free, given away or another system's books nothing", async () => {
    const before = await revenue();
    const dear = await makeBatch({ priceCents: 3500 });
    const free = await makeBatch({ priceCents: 0 });
    const given = await makeBatch({ booking: "given-away" });
    const elsewhere = await makeBatch({ booking: "elsewhere" });
    expect((await read(`/vouchers/batches/${given}`)).booking).toBe("given-away");
    await tell([dear, free, given, elsewhere].map((batchId) => used(batchId, 1)));
    expect((await revenue()) - before).toBe(3500);
    await call("PATCH", `/plans/${planId}`, { priceCents: 9900 });
    await tell([used(dear, 2)]);
    await call("PATCH", `/plans/${planId}`, { priceCents: 2000 });
    expect((await revenue()) - before).toBe(7000);
    // Nothing was paid for it, so nothing is given back.
    const refund = { voucherId: `${given}.1`, amountCents: 2000, method: "cash", reason: "slow" };
    expect((await call("POST", "/refunds", refund)).status).toBeGreaterThanOrEqual(400);
  });

  test("[VOU-21] a refund of a used voucher, in parts, books its sale no second time; nor does the use of one that was said to be sold, and refunded", async () => {
    await call("PATCH", "/money-settings", { refundUsed: "any", twoPersonRefunds: false });
    const batchId = await makeBatch();
    const before = await balances();
    await tell([used(batchId, 0)]);
    const refund = (serial: number, amountCents: number) =>
      call("POST", "/refunds", {
        voucherId: `${batchId}.${serial}`,
        amountCents,
        method: "cash",
        reason: "slow",
        revoke: true,
      });
    expect((await call("POST", `/vouchers/${batchId}.1/declare-sold`)).status).toBe(201);
    for (const [serial, cents] of [
      [0, 500],
      [0, 1500],
      [1, 2000],
    ] as const) {
      const answer = await refund(serial, cents);
      expect(answer.status, answer.text).toBe(201);
      // A part, and then the rest.
      expect(await read(`/vouchers/${batchId}.${serial}`)).toMatchObject({
        isRefunded: true,
        refundedCents: serial === 0 && cents === 500 ? 500 : 2000,
      });
    }
    await tell([used(batchId, 1)]); // its site had not heard that it was taken back
    const after = await balances();
    const moved = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
    expect([moved("revenue"), moved("refunds"), moved("cash"), moved(`paper:${batchId}`)]).toEqual([
      -4000, 4000, -2000, 2000,
    ]);
  });

  test("[VOU-04] [VOU-21] a code that nobody bought can't be refunded, neither into cash nor into credit: it is switched off, and the books move nothing", async () => {
    const batchId = await makeBatch();
    const before = await balances();
    const voucherId = `${batchId}.0`;
    for (const way of [{ method: "cash" }, { method: "credit", phone: "0712345678" }]) {
      const refund = { voucherId, reason: "brought back", ...way };
      expect(await call("POST", "/refunds", refund)).toMatchObject({
        status: 409,
        body: { code: "not-sold", field: "voucherId" },
      });
    }
    expect(await read(`/refunds/options?voucherId=${voucherId}`)).toMatchObject({ leftCents: 0, sale: "none" });
    expect((await call("POST", `/vouchers/${voucherId}/disable`)).status).toBe(200);
    expect(await balances()).toEqual(before);
  });

  test("[REP-02] the administrator of the platform counts the vouchers of a provider that were sold, used or not, each once", async () => {
    const seen = async () => {
      const path = `/api/v1/providers/${provider.providerId}/analytics?days=28`;
      const { days } = (await hub.call("GET", path, { token: await hub.adminToken() })).body;
      const sum = (name: string) =>
        days.reduce((total: number, day: Record<string, number>) => total + (day[name] ?? 0), 0);
      return [sum("vouchersSold"), sum("vouchersStarted")];
    };
    const before = await seen();
    const batchId = await makeBatch();
    await tell([used(batchId, 0)]);
    for (const serial of [1, 2]) await call("POST", `/vouchers/${batchId}.${serial}/declare-sold`);
    await tell([used(batchId, 1)]);
    expect((await seen()).map((count, at) => count - (before[at] ?? 0))).toEqual([3, 2]);
  });

  test("[VOU-04] [VOU-21] who says that an unused code was sold for cash brings its price into the till, once; then it can be refunded", async () => {
    await call("PATCH", "/money-settings", { refundUsed: "unused-part", twoPersonRefunds: false });
    const batchId = await makeBatch();
    const voucherId = `${batchId}.0`;
    const before = await balances();
    const moved = async () => {
      const after = await balances();
      return ["cash", "revenue", "refunds", `paper:${batchId}`].map((one) => (after[one] ?? 0) - (before[one] ?? 0));
    };
    const sold = (key: string) => call("POST", `/vouchers/${voucherId}/declare-sold`, undefined, key);
    expect(await sold("said")).toMatchObject({
      status: 201,
      body: { voucherId, amountCents: 2000, currency: "KES" },
    });
    expect((await sold("said")).status).toBe(201);
    // Who looks at the code sees it.
    expect(await read(`/vouchers/${voucherId}`)).toMatchObject({ state: "active", isSold: true, isRefunded: false });
    expect(await read(`/vouchers/${batchId}.1`)).toMatchObject({ isSold: false });
    const steps = (await read(`/vouchers/${voucherId}/trace`)).items;
    expect(steps).toMatchObject([{ what: "made" }, { what: "sold", amountCents: 2000 }]);
    expect(await sold("again")).toMatchObject({ status: 409, body: { code: "sold-already" } });
    expect(await moved()).toEqual([2000, -2000, 0, 0]);
    expect(await read(`/refunds/options?voucherId=${voucherId}`)).toMatchObject({ leftCents: 2000, sale: "booked" });
    const row = (await read("/money-received?kind=voucher")).items.find(
      (one: { thing: { id: string } }) => one.thing.id === voucherId,
    );
    expect(row).toMatchObject({ amountCents: 2000, channelId: "cash", state: "entered" });
    const refund = { voucherId, method: "cash", reason: "brought back" };
    expect((await call("POST", "/refunds", refund)).body).toMatchObject({ state: "done", amountCents: 2000 });
    await tell([used(batchId, 0)]); // its site had not heard
    // What the till gave is what was brought into it, and nobody owes the batch's cash.
    expect(await moved()).toEqual([0, -2000, 2000, 0]);
    const audit = await read(`/audit?action=${encodeURIComponent("POST /api/v1/vouchers/{voucherId}/declare-sold")}`);
    const result = {
      voucher: expect.stringMatching(/^…\d{1,4}$/),
      planName: "Hour",
      amountCents: 2000,
      currency: "KES",
    };
    expect(audit.items[0]).toMatchObject({ target: voucherId, detail: { result } });
  });

  test("[VOU-04] [VOU-21] a code that is given away, is another system's or is over is nobody's sale of the office; what was said to be sold goes to no customer", async () => {
    const sold = async (voucherId: string) => (await call("POST", `/vouchers/${voucherId}/declare-sold`)).body.code;
    for (const booking of ["given-away", "elsewhere"])
      expect(await sold(`${await makeBatch({ booking })}.0`)).toBe("no-sale-here");
    const elsewhere = await makeBatch({ booking: "elsewhere" });
    const refund = { voucherId: `${elsewhere}.0`, method: "cash", reason: "brought back" };
    expect((await call("POST", "/refunds", refund)).body.code).toBe("not-sold");
    const batchId = await makeBatch();
    await call("POST", `/vouchers/${batchId}.5/disable`);
    expect(await sold(`${batchId}.5`)).toBe("voucher-over");
    await tell([used(batchId, 6)]);
    expect(await sold(`${batchId}.6`)).toBe("sold-already");

    const few = await makeBatch({ quantity: 1 });
    expect(await sold(`${few}.0`)).toBeUndefined();
    const given = await call("POST", `/vouchers/batches/${few}/give`, {
      ...{ name: "Asha", phone: "0712000111", sendSms: false },
    });
    expect(given.body.code, given.text).toBe("batch-empty");
  });

  test("[VOU-21] what a site that was away tells of is booked when it comes, keeps the time of its use, and says so", async () => {
    const batchId = await makeBatch();
    hub.moveClock(60 * 3_600_000);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, "the-owner-password") };
    const usedAtMs = nowMs() - 40 * 3_600_000;
    // A time from before the batch was made is a wrong clock's, and says nothing of lateness.
    const usedBefore = used(batchId, 2, { atMs: nowMs() - 90 * 86_400_000 });
    await tell([used(batchId, 0, { atMs: usedAtMs }), used(batchId, 1), usedBefore], { siteId: hill });
    expect(await read(`/vouchers/batches/${batchId}/money`)).toMatchObject({ sold: 3, late: 1, lateCents: 2000 });
    const rows = (await read("/money-received?kind=voucher")).items;
    const late = rows.find((one: { thing: { id: string } }) => one.thing.id === `${batchId}.0`);
    expect(late.soldAtMs).toBe(usedAtMs);
    expect(late.bookedAtMs).toBeGreaterThan(usedAtMs + 39 * 3_600_000);
  });

  test("[VOU-21] cash of vouchers is brought to the till, never more than is out; how a batch is booked changes only before its first use", async () => {
    const batchId = await makeBatch({ booking: "given-away" });
    const change = (booking: string) => call("POST", `/vouchers/batches/${batchId}/booking`, { booking });
    expect((await change("first-use")).body).toMatchObject({ booking: "first-use", mayChange: true });
    await tell([used(batchId, 0), used(batchId, 1)]);
    expect(await change("given-away")).toMatchObject({
      status: 409,
      body: { code: "batch-in-use", field: "booking" },
    });
    const before = (await balances()).cash ?? 0;
    const collect = (amountCents: number, key: string) =>
      call("POST", `/vouchers/batches/${batchId}/collect`, { amountCents }, key);
    expect((await collect(3000, "once")).body).toMatchObject({ cashCents: 1000 });
    expect((await collect(3000, "once")).body).toMatchObject({ cashCents: 1000 });
    expect(await collect(1001, "more")).toMatchObject({
      status: 409,
      body: { code: "too-much", field: "amountCents" },
    });
    expect(((await balances()).cash ?? 0) - before).toBe(3000);
  });

  // The embedded engine has one connection: nothing happens at once there.
  test.skipIf(engine !== "postgresql")(
    "[VOU-21] a first use that is being booked while somebody changes how the batch is booked: the change waits, sees it, and is refused",
    async () => {
      for (const [before, after] of [
        ["first-use", "elsewhere"],
        ["elsewhere", "first-use"],
      ] as const) {
        const batchId = await makeBatch({ booking: before });
        const was = await revenue();
        const held = Promise.withResolvers<void>();
        const isTold = Promise.withResolvers<void>();
        const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
        const projector = createPaperSaleProjector({ world: hub.world, ledger, heldCodes: noHeldCodes });
        const event = used(batchId, 3);
        const records = [
          {
            siteId: market,
            epoch: "race",
            record: { seq: 1, atMs: unixMs(nowMs()), clock: "synced" as const, upMs: 1, ...event },
          },
        ];
        const booked = hub.database().asProvider(provider.providerId, async (tx) => {
          await projector.project(tx, {
            providerId: provider.providerId,
            records: records as never,
            receivedAtMs: nowMs(),
          });
          await sql`insert into voucher_redemptions (provider_id, batch_id, serial, site_id, grant_id, epoch, seq)
            values (${provider.providerId}, ${batchId}, 3, ${market}, ${`v.${batchId}.3`}, 'race', 1)`.execute(tx);
          isTold.resolve();
          await held.promise;
        });
        await isTold.promise;
        let isAnswered = false;
        const changed = call("POST", `/vouchers/batches/${batchId}/booking`, { booking: after }).then((answer) => {
          isAnswered = true;
          return answer;
        });
        // It waits for the batch's row.
        const waiting = async () => (await lockWaits(hub.database())) > 0 || isAnswered;
        await expect.poll(waiting, { timeout: 30_000 }).toBe(true);
        expect(isAnswered).toBe(false);
        held.resolve();
        await booked;
        expect(await changed).toMatchObject({ status: 409, body: { code: "batch-in-use" } });
        expect((await revenue()) - was).toBe(before === "first-use" ? 2000 : 0);
      }
    },
  );

  test.skipIf(engine === "embedded")(
    "[VOU-21] [BEY-29] a first use that is told while its batch is being brought back after a restore waits for it, and is booked",
    async () => {
      const like = await makeBatch();
      const before = await revenue();
      let told: Promise<unknown> = Promise.resolve();
      const { providerId } = provider;
      const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
      const parts = { world: hub.world, ledger, heldCodes: noHeldCodes };
      const isBack = (tx: Tx) =>
        bringBack(parts, tx, { providerId, batchId: "brought-back" }, async () => {
          await sql`insert into voucher_batches select (jsonb_populate_record(b, '{"batch_id": "brought-back"}')).*
              from voucher_batches b where batch_id = ${like}`.execute(tx);
          return true;
        });
      await whileHeld(hub.database(), providerId, isBack, async () => {
        told = tell([used("brought-back", 0)], { epoch: "e7" });
        await vi.waitFor(async () => expect(await lockWaits(hub.database())).toBe(1), { timeout: 20_000 });
      });
      await told;
      expect((await revenue()) - before).toBe(2000);
    },
  );

  longTest(
    "[VOU-21] a backlog of 2000 first uses in one frame is booked by as many statements as one use",
    async () => {
      const batchId = await makeBatch({ quantity: 2500, length: 12 });
      const before = await revenue();
      const statements = async (events: readonly JournalEvent[]) => {
        let count = 0;
        const seen = await hub.database().asProvider(provider.providerId, async (tx) => {
          const counting = tx.withPlugin({
            transformQuery: ({ node }) => {
              count++;
              return node;
            },
            transformResult: async ({ result }) => result,
          });
          const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
          const records = events.map((record, at) => ({
            siteId: hill,
            epoch: "e9",
            record: { ...record, seq: at + 1, atMs: unixMs(nowMs()), clock: "synced", upMs: 1 },
          }));
          const batch = { providerId: provider.providerId, records: records as never, receivedAtMs: nowMs() };
          await createPaperSaleProjector({ world: hub.world, ledger, heldCodes: noHeldCodes }).project(counting, batch);
          const { rows } = await sql<{ count: number }>`select count(*)::int as count from voucher_sales
            where batch_id = ${batchId}`.execute(tx);
          return rows[0]?.count;
        });
        return { count, seen };
      };
      expect(await statements([used(batchId, 0)])).toEqual({ count: 3, seen: 1 });
      const serials = Array.from({ length: 2000 }, (_, at) => at + 1);
      expect(await statements(serials.map((serial) => used(batchId, serial)))).toEqual({ count: 3, seen: 2001 });
      expect((await revenue()) - before).toBe(2001 * 2000);
    },
  );
});
