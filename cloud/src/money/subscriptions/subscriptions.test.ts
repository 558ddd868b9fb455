/** Subscriptions through the API, in the books, and as the site is told of them. */

import type { CustomerAccountBody } from "@karibu/protocol/accounts/customer-account";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { keyedAskerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { creditProvedJob } from "../receipts/credit-proved-job.ts";
import { proveUnapplied } from "../receipts/unapplied.ts";
import { promptForLine } from "./line-prompts.ts";
import { dayMs } from "./period-arithmetic.ts";
import { lookJob } from "./subscription-job-names.ts";
import { lookAt, registerSubscriptionJobs } from "./subscription-jobs.ts";

const patience = { timeout: 30_000, interval: 50 };

hubSuite("subscriptions", { timeout: 120_000 }, (hub) => {
  let phones = 0;
  let shop: Awaited<ReturnType<typeof openShop>>;

  async function openShop() {
    const { providerId, ownerEmail, token: first } = await hub.makeProvider("Mwangaza");
    let token = first;
    const call = keyedAskerOf(hub, () => token);
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).body.site;
    const plan = async (name: string, priceCents: number, terms: object = {}) =>
      (await call("POST", "/plans", { name, priceCents, terms })).body.planId as string;
    const planId = await plan("Home 10M", 250_000, { downKbps: 10_000, upKbps: 5000 });
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    const parts = {
      world: hub.world,
      envelope: hub.envelope,
      publish: createPublish(hub.world, hub.envelope),
      emit: createEmit(hub.world),
      ledger: createLedgerWriter({ world: hub.world, onCredit: async () => {} }),
    };
    return {
      providerId,
      siteId,
      planId,
      plan,
      parts,
      call,
      inDatabase,
      logInAnew: async () => {
        token = await hub.logIn(ownerEmail, ownerPassword);
      },
      /** As the job does it. */
      look: (subscriptionId: string) => inDatabase((tx) => lookAt(parts, tx, subscriptionId)),
      /** A look that begins just before this moment, and waits for a row beyond it. */
      lookAcross: (subscriptionId: string, atMs: number) => {
        const times = [atMs - 1];
        const wall = () => ({ ...hub.world.clock.wall(), atMs: unixMs(times.pop() ?? atMs + 1) });
        const world = { ...hub.world, clock: { ...hub.world.clock, wall } };
        return inDatabase((tx) => lookAt({ ...parts, world }, tx, subscriptionId));
      },
      ask: (subscriptionId: string) => {
        const { parties, money } = hub.hub();
        const { channels } = money;
        const all = { ...parts, database: hub.database(), parties, channels, kinds: channels.kinds };
        return promptForLine(all, providerId, subscriptionId);
      },
      books: () =>
        inDatabase(async (tx) => {
          const { rows } = await sql<{ account: string; cents: number }>`
              select account, sum(amount_cents)::bigint as cents from ledger_postings group by account order by account`.execute(
            tx,
          );
          return Object.fromEntries(
            rows.filter(({ cents }) => Number(cents) !== 0).map(({ account, cents }) => [account, Number(cents)]),
          );
        }),
    };
  }

  /** A customer with a line and its subscription. */
  async function subscribe(change: object = {}, planId = shop.planId) {
    const { call, siteId, inDatabase, providerId } = shop;
    const n = ++phones;
    const phone = `07110001${String(n).padStart(2, "0")}`;
    const { customerId } = (await call("POST", "/customers", { name: `Customer ${n}`, phone })).body;
    const order = { customerId, username: `home.${n}`, planId, siteIds: [siteId] };
    const { accountId } = (await call("POST", "/accounts", order)).body;
    const made = await call("POST", "/subscriptions", { customerId, accountId, planId, ...change });
    expect(made.status).toBe(201);
    const { subscriptionId } = made.body;
    const path = `/subscriptions/${subscriptionId}`;
    return {
      phone,
      customerId,
      accountId,
      subscriptionId,
      path,
      act: (verb: string, body: object = {}, key?: string) => call("POST", `${path}/${verb}`, body, key),
      read: async () => (await call("GET", path)).body,
      topUp: (amountCents: number) => call("POST", "/credits", { phone, amountCents }),
      credit: async () => (await call("GET", `/credits?phone=${phone}`)).body.balanceCents as number,
      logged: async () =>
        (await call("GET", `/subscription-log?limit=100&subscriptionId=${subscriptionId}`)).body.items
          .map((line: { what: string }) => line.what)
          .reverse(),
      /** What the site knows. */
      told: () =>
        inDatabase(async (tx) => {
          const scope = `site:${siteId}`;
          const place = { providerId, scope, kind: "customer-account", key: accountId } as const;
          const row = await tx
            .selectFrom("feed_rows")
            .select("body")
            .where("scope", "=", scope)
            .where("key", "=", accountId)
            .executeTakeFirstOrThrow();
          return readableBody(hub.envelope, place, row.body) as CustomerAccountBody;
        }),
    };
  }

  /** A plan without a bridge: over at its end, or after so many seconds of grace, and then with a late fee of 50. */
  async function strictPlan(name: string, graceSeconds = 0): Promise<string> {
    const planId = await shop.plan(name, 250_000, { downKbps: 10_000 });
    const rules = { graceSeconds, afterWay: "cut", slowDownKbps: 512, slowUpKbps: 512, lateFeeCents: 5000 };
    const strict = { ...rules, promiseDaysMax: 0, pauseDaysMax: 0 };
    expect((await shop.call("PUT", `/plans/${planId}/subscription-rules`, strict)).status).toBe(200);
    return planId;
  }

  /** Who was logged in is logged in again. */
  async function moveTo(atMs: number): Promise<void> {
    hub.moveClock(atMs - hub.world.clock.wall().atMs);
    await shop.logInAnew();
  }

  /** To noon of its day in Nairobi: phones may ring. @returns by how much */
  async function moveToNoonOf(atMs: number): Promise<number> {
    const eastAfricaMs = 3 * 3_600_000;
    const noonMs = Math.floor((atMs + eastAfricaMs) / dayMs) * dayMs - eastAfricaMs + dayMs / 2;
    const byMs = noonMs - hub.world.clock.wall().atMs;
    await moveTo(noonMs);
    return byMs;
  }

  beforeAll(async () => {
    shop = await openShop();
  }, 60_000);

  test("[CUS-04] [CUS-05] made, paid, renewed early, suspended and back: the site knows each date at once, and the log says who", async () => {
    const grace = {
      graceSeconds: 172_800,
      afterWay: "page",
      slowDownKbps: 256,
      slowUpKbps: 128,
      lateFeeCents: 0,
      promiseDaysMax: 3,
      pauseDaysMax: 30,
    };
    expect((await shop.call("PUT", "/subscription-rules", grace)).status).toBe(200);
    const line = await subscribe();
    const before = await shop.books();
    expect(await line.read()).toMatchObject({
      state: "over",
      dueCents: 250_000,
      username: expect.stringMatching(/^home/),
    });
    const account = async () => (await shop.call("GET", `/accounts/${line.accountId}`)).body;
    expect(await account(), "no date that nobody chose").toMatchObject({ isNeverPaid: true, paidUntilMs: null });
    const way = { way: "page", downKbps: 256, upKbps: 128 };
    expect(await line.told()).toMatchObject({ planName: "Home 10M", afterEnd: way });
    expect((await line.told()).graceSeconds).toBeUndefined();

    const paid = await line.act("renew", { from: "cash" });
    expect(paid.body).toMatchObject({ state: "active" });
    expect(await account()).toMatchObject({ isNeverPaid: false, paidUntilMs: paid.body.paidUntilMs });
    const first = await line.told();
    expect(first).toMatchObject({ graceSeconds: 172_800, terms: { validUntilMs: paid.body.paidUntilMs } });
    const twice = await line.act("renew", { from: "cash", periods: 2 });
    expect(twice.body.paidUntilMs - paid.body.paidUntilMs).toBeGreaterThanOrEqual(59 * dayMs);
    const after = await shop.books();
    expect([(after.cash ?? 0) - (before.cash ?? 0), (after.revenue ?? 0) - (before.revenue ?? 0)]).toEqual([
      750_000, -750_000,
    ]);

    expect((await line.act("suspend", { why: "The cheque bounced." })).body).toMatchObject({ state: "suspended" });
    expect(await line.told()).toMatchObject({ suspended: { reason: "The cheque bounced." }, afterEnd: way });
    expect((await line.act("unsuspend")).body.state).toBe("active");
    expect((await line.told()).suspended).toBeUndefined();
    expect(await line.logged()).toEqual(["made", "renewed", "renewed", "suspended", "unsuspended"]);
    // Programs hear when it was connected, cut, and back; a renewal of one that is on is nothing of that.
    const { rows } = await hub.database().asPlatform("test", (tx) =>
      sql<{
        action: string;
      }>`select action from events where id = ${line.customerId} and action like 'line-%' order by seq`.execute(tx),
    );
    expect(rows.map(({ action }) => action)).toEqual(["line-back", "line-cut", "line-back"]);
    expect((await line.act("unsuspend")).body.code).toBe("subscription-over");
    const second = await shop.call("POST", "/subscriptions", {
      customerId: line.customerId,
      accountId: line.accountId,
      planId: shop.planId,
    });
    expect(second.body.code).toBe("has-subscription");
  });

  test("[CUS-04] the same request twice is charged once; a step that fails leaves no money, no time and no word to the site behind", async () => {
    const line = await subscribe();
    const one = await line.act("renew", { from: "cash" }, "the-key");
    const again = await line.act("renew", { from: "cash" }, "the-key");
    expect(again.body.paidUntilMs).toBe(one.body.paidUntilMs);
    // Who answered died before the answer was kept.
    await shop.inDatabase((tx) => tx.deleteFrom("idempotent_answers").execute());
    const later = await line.act("renew", { from: "cash" }, "the-key");
    expect([later.status, later.body.paidUntilMs]).toEqual([200, one.body.paidUntilMs]);
    const before = [await shop.books(), await line.told()];
    // The last step of the transaction fails, as when the process dies there: no site could read so long a name.
    const name = (text: string) =>
      shop.inDatabase((tx) =>
        tx.updateTable("accounts").set({ planName: text }).where("accountId", "=", line.accountId).execute(),
      );
    await name("x".repeat(600));
    const died = await line.act("renew", { from: "cash" }, "another-key");
    expect(died.status).toBe(500);
    expect([await shop.books(), await line.told()]).toEqual(before);
    await name("Home 10M");
    const retried = await line.act("renew", { from: "cash" }, "another-key");
    expect(retried.body.paidUntilMs).toBeGreaterThan(one.body.paidUntilMs);
    const [booksBefore] = before as [Record<string, number>];
    expect((await shop.books()).revenue).toBe((booksBefore.revenue ?? 0) - 250_000);
  });

  test("[CUS-12] [CUS-06] money that comes in renews what waits for it, once, out of credit; what does not suffice is kept", async () => {
    const line = await subscribe();
    await line.topUp(240_000);
    expect((await line.act("renew", { from: "credit" })).body.code).toBe("no-credit");
    await line.topUp(20_000);
    await vi.waitFor(async () => expect(await line.read()).toMatchObject({ state: "active" }), patience);
    const until = (await line.read()).paidUntilMs;
    await Promise.all([shop.look(line.subscriptionId), shop.look(line.subscriptionId)]);
    expect((await line.read()).paidUntilMs).toBe(until);
    expect(await line.credit()).toBe(10_000);
    expect((await line.logged()).filter((what: string) => what === "renewed")).toHaveLength(1);
  });

  test("[CUS-20] [SYS-16] a fee whose answer was lost is asked for once, also where its hub died before it kept the answer", async () => {
    const line = await subscribe();
    const before = (await line.read()).dueCents;
    const fee = { kind: "fee", name: "Cable", amountCents: 30_000 };
    const one = await line.act("items", fee, "the-fee");
    const forget = () =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.deleteFrom("idempotent_answers").where("idempotencyKey", "=", "the-fee").execute(),
        );
    await forget();
    const again = await line.act("items", fee, "the-fee");
    expect([one.status, again.status, again.body]).toEqual([201, 201, one.body]);
    expect((await line.read()).dueCents).toBe(before + 30_000);
    await forget();
    const other = await line.act("items", { ...fee, amountCents: 40_000 }, "the-fee");
    expect(other).toMatchObject({ status: 409, body: { code: "key-reused" } });
  });

  test("[CUS-20] fees and deposits are paid once, add-ons with each period; a deposit goes back into credit", async () => {
    const line = await subscribe();
    const add = async (kind: string, name: string, amountCents: number) =>
      (await line.act("items", { kind, name, amountCents })).body.itemId;
    await add("fee", "Cable", 30_000);
    const deposit = await add("deposit", "Router", 100_000);
    const addOn = await add("add-on", "Static address", 20_000);
    expect((await line.read()).dueCents).toBe(250_000 + 30_000 + 100_000 + 20_000);
    const before = await shop.books();
    await line.act("renew", { from: "cash", periods: 2 });
    const after = await shop.books();
    const grown = (account: string) => (after[account] ?? 0) - (before[account] ?? 0);
    expect([grown("cash"), grown("revenue"), grown("deposits")]).toEqual([670_000, -570_000, -100_000]);
    expect((await line.read()).dueCents).toBe(270_000);
    await line.act(`items/${addOn}/waive`, { why: "No longer wanted" });
    expect((await line.read()).dueCents).toBe(250_000);
    expect((await line.act(`items/${deposit}/return`, { why: "Router came back" })).body.state).toBe("returned");
    expect((await line.act(`items/${deposit}/return`, { why: "again" })).status).toBe(409);
    expect(await line.credit()).toBe(100_000);
    expect((await shop.books()).deposits ?? 0).toBe(before.deposits ?? 0);
  });

  test("[CUS-04] two cashiers who look at the same unpaid line renew it once", async () => {
    const line = await subscribe();
    const { paidUntilMs: seenMs } = await line.read();
    const order = { from: "cash", paidUntilMs: seenMs };
    const answers = await Promise.all([line.act("renew", order), line.act("renew", order)]);
    expect(answers.map(({ body }) => body.code ?? "renewed").toSorted()).toEqual(["renewed", "renewed-meanwhile"]);
    expect((await line.logged()).filter((what: string) => what === "renewed")).toHaveLength(1);
    const { paidUntilMs } = await line.read();
    expect((await line.act("renew", { from: "cash", paidUntilMs })).status).toBe(200);
  });

  test("[CUS-04] another plan: the rest of the paid time is charged or given back, to the cent; the site has the new speed at once", async () => {
    const fast = await shop.plan("Home 20M", 400_000, { downKbps: 20_000, upKbps: 10_000 });
    const line = await subscribe();
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    hub.moveClock(10 * dayMs);
    await shop.logInAnew();
    const offer = (await shop.call("GET", `${line.path}/plan-change?planId=${fast}`)).body;
    expect(offer.cents).toBeGreaterThan(90_000);
    expect(offer.cents).toBeLessThan(105_000);
    const stale = await line.act("change-plan", { planId: fast, from: "cash", expectedCents: offer.cents + 1000 });
    expect(stale.body.code).toBe("other-amount");
    // What is left is worth less by the minute.
    hub.moveClock(5 * 60_000);
    const up = await line.act("change-plan", { planId: fast, from: "cash", expectedCents: offer.cents });
    expect(Math.abs(up.body.chargedCents - offer.cents)).toBeLessThanOrEqual(30);
    expect(up.body).toMatchObject({ planName: "Home 20M", priceCents: 400_000, paidUntilMs });
    expect(await line.told()).toMatchObject({
      planName: "Home 20M",
      terms: { downKbps: 20_000, validUntilMs: paidUntilMs },
    });
    const down = await line.act("change-plan", { planId: shop.planId, from: "cash" });
    expect(down.body.chargedCents).toBeLessThan(0);
    expect(await line.credit()).toBe(-down.body.chargedCents);
  });

  test("[CUS-18] [CUS-19] a promise keeps the line for its days, once; a holiday gives its days back, within the rule", async () => {
    const line = await subscribe({ autoRenew: false });
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    const nowMs = () => hub.world.clock.wall().atMs;
    expect((await line.act("pause", { days: 31 })).body.code).toBe("bad-pause");
    expect((await line.act("pause", { days: 10, why: "Home for Christmas" })).body.state).toBe("paused");
    expect(await line.told()).toMatchObject({ suspended: { reason: "paused" } });
    expect((await line.told()).afterEnd).toBeUndefined();
    hub.moveClock(10 * dayMs + 1000);
    await shop.logInAnew();
    await shop.look(line.subscriptionId);
    expect(await line.read()).toMatchObject({ state: "active", paidUntilMs: paidUntilMs + 10 * dayMs });
    expect((await line.act("pause", { days: 21 })).body.code).toBe("bad-pause");

    hub.moveClock(paidUntilMs + 10 * dayMs - nowMs() + 3 * dayMs);
    await shop.logInAnew();
    await shop.look(line.subscriptionId);
    expect((await line.read()).state).toBe("over");
    const promised = await line.act("promise", { untilMs: nowMs() + 2 * dayMs, why: "Salary on Friday" });
    expect(promised.body).toMatchObject({ state: "grace" });
    expect((await line.told()).graceSeconds).toBeGreaterThan(4 * 86_400);
    expect((await line.act("promise", { untilMs: nowMs() + dayMs })).body.code).toBe("bad-promise");
    expect(await line.logged()).toEqual(expect.arrayContaining(["paused", "pause-ended", "now-over", "promised"]));
    // What is paid ends the promise: it holds no later end open.
    expect((await line.act("renew", { from: "cash" })).body).toMatchObject({ state: "active", promisedUntilMs: null });
  });

  test("[CUS-18] [CUS-19] after a pause it ends anew: it may be promised and asked for again; a promise that reaches further holds", async () => {
    const [short, long] = [await subscribe({ autoRenew: false }), await subscribe({ autoRenew: false })];
    for (const line of [short, long]) await line.act("renew", { from: "cash" });
    const { paidUntilMs } = await short.read();
    await moveTo(paidUntilMs - dayMs);
    const farMs = paidUntilMs + 2.5 * dayMs;
    expect((await short.act("promise", { untilMs: paidUntilMs + dayMs })).status).toBe(200);
    expect((await long.act("promise", { untilMs: farMs })).status).toBe(200);
    await shop.inDatabase((tx) =>
      tx
        .updateTable("subscriptions")
        .set({ prompts: 2 })
        .where("subscriptionId", "in", [short.subscriptionId, long.subscriptionId])
        .execute(),
    );
    for (const line of [short, long]) expect((await line.act("pause", { days: 2 })).status).toBe(200);
    await moveTo(hub.world.clock.wall().atMs + 2 * dayMs + 1000);
    const rows = [await shop.look(short.subscriptionId), await shop.look(long.subscriptionId)];
    expect(rows.map(({ prompts, promisedUntilMs: untilMs }) => [prompts, untilMs])).toEqual([
      [0, null],
      [0, farMs],
    ]);
    const again = await short.act("promise", { untilMs: paidUntilMs + 4 * dayMs });
    expect(again.body).toMatchObject({ promisedUntilMs: paidUntilMs + 4 * dayMs });
  });

  test("[CUS-19] a promise over several ends of a line of days holds for all of them: who pays for one is not cut off, and its days are paid for", async () => {
    const daily = await shop.plan("Home a day", 10_000, { downKbps: 10_000 });
    const every = { unit: "day", count: 1 };
    const [one, all] = [await subscribe({ autoRenew: false, every }, daily), await subscribe({ every }, daily)];
    for (const line of [one, all]) await line.act("renew", { from: "cash" });
    const ends = { one: (await one.read()).paidUntilMs, all: (await all.read()).paidUntilMs };
    await moveTo(ends.one - 3_600_000);
    expect((await one.act("promise", { untilMs: ends.one + 3 * dayMs })).status).toBe(200);
    expect((await all.act("promise", { untilMs: ends.all + 3 * dayMs })).status).toBe(200);
    await moveTo(ends.all + 2.5 * dayMs);
    const paid = (await one.act("renew", { from: "cash" })).body;
    expect(paid).toMatchObject({ state: "grace", paidUntilMs: ends.one + dayMs });
    expect(paid.promisedUntilMs).toBe(ends.one + 3 * dayMs);
    await all.topUp(40_000);
    await shop.look(all.subscriptionId);
    expect(await all.read()).toMatchObject({
      state: "active",
      paidUntilMs: ends.all + 3 * dayMs,
      promisedUntilMs: null,
    });
    expect(await all.credit()).toBe(10_000);
  });

  test("[CUS-18] [CUS-04] a pause begins no new count of data, and what is left costs as much as before it; who cancels in it keeps what is left", async () => {
    const counted = await shop.plan("Home 50 GB", 250_000, { downKbps: 10_000, dataBytes: 50_000_000_000 });
    const fast = await shop.plan("Home 50M", 900_000, { downKbps: 50_000 });
    const line = await subscribe({ autoRenew: false }, counted);
    await line.act("renew", { from: "cash", periods: 2 });
    const offer = async () => (await shop.call("GET", `${line.path}/plan-change?planId=${fast}`)).body.cents;
    const { period } = await line.told();
    expect(period).toMatch(/^\d+$/);
    expect(await offer()).toBeGreaterThan(1_250_000);
    expect((await line.act("pause", { days: 1 })).body.state).toBe("paused");
    expect((await line.act("resume")).body.state).toBe("active");
    expect((await line.told()).period).toBe(period);
    expect(await offer()).toBeGreaterThan(1_250_000);

    const { paidUntilMs } = await line.read();
    hub.moveClock(paidUntilMs - dayMs - hub.world.clock.wall().atMs);
    await shop.logInAnew();
    await line.act("pause", { days: 5 });
    hub.moveClock(2 * dayMs);
    await shop.logInAnew();
    expect((await line.act("cancel", { why: "Moves away" })).body.state).toBe("paused");
    await shop.look(line.subscriptionId);
    const back = await line.act("resume");
    expect(back.body.state).toBe("active");
    expect(back.body.paidUntilMs - hub.world.clock.wall().atMs).toBeGreaterThan(dayMs - 60_000);
  });

  test("[CUS-12] [CUS-06] two lines of one customer and money for one: one goes on, once, and the other with the next money", async () => {
    const line = await subscribe();
    const { customerId, phone } = line;
    const account = { customerId, username: "second.line", planId: shop.planId, siteIds: [shop.siteId] };
    const { accountId } = (await shop.call("POST", "/accounts", account)).body;
    const made = await shop.call("POST", "/subscriptions", { customerId, accountId, planId: shop.planId });
    const second = `/subscriptions/${made.body.subscriptionId}`;
    const states = async () =>
      [(await line.read()).state, (await shop.call("GET", second)).body.state].sort().join(" and ");
    const left = async () => (await shop.call("GET", `/credits?phone=${phone}`)).body.balanceCents;
    await line.topUp(490_000);
    await vi.waitFor(async () => expect(await states()).toBe("active and over"), patience);
    // Both were looked at by their own jobs; what is left suffices for nobody.
    await Promise.all([shop.look(line.subscriptionId), shop.look(made.body.subscriptionId)]);
    expect([await states(), await left()]).toEqual(["active and over", 240_000]);
    await line.topUp(10_000);
    await vi.waitFor(async () => expect([await states(), await left()]).toEqual(["active and active", 0]), patience);
  });

  test("[CUS-04] a plan that becomes dearer changes no line until somebody changes it; a line that costs nothing goes on by itself", async () => {
    const planId = await shop.plan("Home 3M", 100_000, { downKbps: 3000 });
    const line = await subscribe({ autoRenew: false }, planId);
    await line.act("renew", { from: "cash" });
    const old = (await shop.call("GET", `/plans/${planId}`)).body;
    const dearer = await shop.call("PATCH", `/plans/${planId}`, { priceCents: 130_000 });
    expect([old.priceCents, dearer.body.priceCents]).toEqual([100_000, 130_000]);
    expect((await line.act("renew", { from: "cash" })).body.dueCents).toBe(100_000);
    const changed = await line.act("change-plan", { planId, from: "cash" });
    expect(changed.body.dueCents).toBe(130_000);
    // Nearly two whole periods at 300.00 more.
    expect(changed.body.chargedCents).toBeGreaterThan(59_990);

    const free = await subscribe({}, await shop.plan("School", 0, { downKbps: 2000 }));
    const before = await shop.books();
    await shop.look(free.subscriptionId);
    const { paidUntilMs, state } = await free.read();
    expect(state).toBe("active");
    await moveTo(paidUntilMs + 1000);
    await shop.look(free.subscriptionId);
    expect((await free.read()).paidUntilMs).toBeGreaterThan(paidUntilMs + 27 * dayMs);
    expect(await shop.books()).toEqual(before);
  });

  test("[CUS-12] a customer who is switched off pays nothing, and is renewed when on again; credit that was there before pays too", async () => {
    const line = await subscribe();
    await shop.call("PATCH", `/customers/${line.customerId}`, { active: false });
    await line.topUp(250_000);
    await shop.look(line.subscriptionId);
    expect((await line.read()).state).toBe("over");
    expect(await line.credit()).toBe(250_000);
    await shop.call("PATCH", `/customers/${line.customerId}`, { active: true });
    await shop.look(line.subscriptionId);
    expect((await line.read()).state).toBe("active");

    await line.topUp(250_000);
    const order = {
      customerId: line.customerId,
      username: "second.home",
      planId: shop.planId,
      siteIds: [shop.siteId],
    };
    const { accountId } = (await shop.call("POST", "/accounts", order)).body;
    const { customerId } = line;
    const { subscriptionId } = (
      await shop.call("POST", "/subscriptions", { customerId, accountId, planId: shop.planId })
    ).body;
    const isDue = await shop.inDatabase((tx) =>
      tx
        .selectFrom("subscriptions")
        .select("nextLookMs")
        .where("subscriptionId", "=", subscriptionId)
        .executeTakeFirstOrThrow(),
    );
    expect(isDue.nextLookMs).not.toBeNull();
    await shop.look(subscriptionId);
    expect((await shop.call("GET", `/subscriptions/${subscriptionId}`)).body.state).toBe("active");
  });

  longTest(
    "[CUS-12] [CUS-20] a line whose log-in staff switched off is not charged, and has no late fee; on again it goes on",
    async () => {
      const planId = await strictPlan("Of a log-in that is off");
      const [rich, poor] = [await subscribe({}, planId), await subscribe({}, planId)];
      const turn = async (active: boolean) => {
        for (const { accountId } of [rich, poor])
          expect((await shop.call("PATCH", `/accounts/${accountId}`, { active })).status).toBe(200);
      };
      for (const line of [rich, poor]) await line.act("renew", { from: "cash" });
      await rich.topUp(250_000);
      await turn(false);
      const { paidUntilMs } = await poor.read();
      await moveTo(paidUntilMs + 1000);
      for (const line of [rich, poor]) {
        await shop.look(line.subscriptionId);
        expect(await line.read()).toMatchObject({ state: "over", dueCents: 250_000 });
      }
      expect(await rich.credit()).toBe(250_000);
      await turn(true);
      for (const line of [rich, poor]) await shop.look(line.subscriptionId);
      expect([(await rich.read()).state, await rich.credit()]).toEqual(["active", 0]);
      expect(await poor.read()).toMatchObject({ state: "over", dueCents: 250_000 });
    },
  );

  test("[CUS-12] credit of a number renews the line of whom staff give that number", async () => {
    const line = await subscribe();
    const own = (phone: string | null) => shop.call("PATCH", `/customers/${line.customerId}`, { phone });
    expect((await own(null)).status).toBe(200);
    await shop.look(line.subscriptionId);
    const phone = "0722000777";
    expect((await shop.call("POST", "/credits", { phone, amountCents: 250_000 })).status).toBe(201);
    expect((await line.read()).state).toBe("over");
    expect((await own(phone)).status).toBe(200);
    await hub.wakeJobs();
    await vi.waitFor(async () => expect(await line.read()).toMatchObject({ state: "active" }), patience);
    expect((await shop.call("GET", `/credits?phone=${phone}`)).body.balanceCents).toBe(0);
  });

  longTest(
    "[CUS-12] [CUS-20] [CUS-04] where less is due by now, by a waived fee or a cheaper plan, credit that is there is looked at",
    async () => {
      const isLookedAt = async ({ subscriptionId }: { subscriptionId: string }) => {
        const { nextLookMs: atMs } = await shop.inDatabase((tx) =>
          tx
            .selectFrom("subscriptions")
            .select("nextLookMs")
            .where("subscriptionId", "=", subscriptionId)
            .executeTakeFirstOrThrow(),
        );
        if (atMs === null || atMs > hub.world.clock.wall().atMs) return false;
        await shop.look(subscriptionId);
        return (await shop.call("GET", `/subscriptions/${subscriptionId}`)).body.state === "active";
      };
      const waived = await subscribe();
      const { itemId } = (await waived.act("items", { kind: "fee", name: "Cable", amountCents: 30_000 })).body;
      await waived.topUp(250_000);
      await shop.look(waived.subscriptionId);
      expect(await isLookedAt(waived)).toBe(false);
      await waived.act(`items/${itemId}/waive`, { why: "Came late" });
      expect(await isLookedAt(waived)).toBe(true);
      expect(await waived.logged()).toContain("fee-waived");

      const cheaper = await subscribe();
      await cheaper.topUp(100_000);
      await shop.look(cheaper.subscriptionId);
      expect(await isLookedAt(cheaper)).toBe(false);
      const planId = await shop.plan("Home 1M", 100_000, { downKbps: 2000 });
      expect((await cheaper.act("change-plan", { planId, from: "credit" })).status).toBe(200);
      expect(await isLookedAt(cheaper)).toBe(true);
    },
  );

  test("[CUS-12] [CUS-20] a line whose site was deleted is not charged, and has no late fee; at another site it goes on", async () => {
    const planId = await strictPlan("Of a deleted site");
    const line = await subscribe({}, planId);
    const { siteId } = (await shop.call("POST", "/sites", { name: "Closed" })).body.site;
    const move = (to: string) => shop.call("PATCH", `/accounts/${line.accountId}`, { siteIds: [to] });
    expect((await move(siteId)).status).toBe(200);
    await line.act("renew", { from: "cash" });
    await line.topUp(250_000);
    expect((await shop.call("DELETE", `/sites/${siteId}`)).status).toBe(204);
    const { paidUntilMs } = await line.read();
    await moveTo(paidUntilMs + 1000);
    await shop.look(line.subscriptionId);
    expect(await line.read()).toMatchObject({ state: "over", paidUntilMs });
    expect(await line.credit()).toBe(250_000);
    expect((await move(shop.siteId)).status).toBe(200);
    await shop.look(line.subscriptionId);
    expect([(await line.read()).state, await line.credit()]).toEqual(["active", 0]);
  });

  test("[CUS-12] while the provider is shut no line is renewed from credit, and none gets a late fee; open again it is renewed", async () => {
    const planId = await strictPlan("Of a shut provider");
    const line = await subscribe({}, planId);
    await line.act("renew", { from: "cash" });
    await line.topUp(250_000);
    const shut = (state: "active" | "suspended" | "deleted") =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx
            .updateTable("providers")
            .set({ state, sellsUntilMs: null })
            .where("providerId", "=", shop.providerId)
            .execute(),
        );
    const { paidUntilMs } = await line.read();
    // Shut before its end comes: the hub looks by itself, too.
    await shut("suspended");
    hub.moveClock(paidUntilMs - hub.world.clock.wall().atMs + 1000);
    for (const state of ["suspended", "deleted"] as const) {
      await shut(state);
      await shop.look(line.subscriptionId);
      hub.moveClock(3_600_000);
    }
    // Read before it is open again: from then on the hub's own look may renew it at any moment.
    const whileShut = await hub.database().asPlatform("test", async (tx) => ({
      line: await tx
        .selectFrom("subscriptions")
        .select("paidUntilMs")
        .where("subscriptionId", "=", line.subscriptionId)
        .executeTakeFirst(),
      fees: await tx
        .selectFrom("subscription_log")
        .select("what")
        .where("subscriptionId", "=", line.subscriptionId)
        .where("what", "=", "late-fee")
        .execute(),
    }));
    expect(whileShut).toEqual({ line: { paidUntilMs }, fees: [] });
    await shut("active");
    await shop.logInAnew();
    await shop.look(line.subscriptionId);
    expect([(await line.read()).state, await line.credit()]).toEqual(["active", 0]);
  });

  test.each([true, false])(
    "[CUS-12] [CUS-20] who was switched off at the end has no late fee for it (renewed from credit: %s)",
    async (autoRenew) => {
      const planId = await strictPlan(`Off, ${autoRenew}`);
      const line = await subscribe({ autoRenew }, planId);
      const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
      await shop.call("PATCH", `/customers/${line.customerId}`, { active: false });
      await moveTo(paidUntilMs + 1000);
      await shop.look(line.subscriptionId);
      expect(await line.read()).toMatchObject({ state: "over", dueCents: 250_000 });
      await shop.call("PATCH", `/customers/${line.customerId}`, { active: true });
      await shop.look(line.subscriptionId);
      expect(await line.read()).toMatchObject({ state: "over", dueCents: 250_000 });
    },
  );

  test("[CUS-12] [CUS-20] who was off when the grace ended has no late fee for it, however soon they are on again", async () => {
    const planId = await strictPlan("Off within the grace", 1800);
    // From noon in Nairobi on: a look at seven in the morning, when texts may go again, would come before the grace's end.
    const dayMs = 86_400_000;
    const nowMs = hub.world.clock.wall().atMs;
    hub.moveClock((Math.floor(nowMs / dayMs) + 1) * dayMs + 9 * 3_600_000 - nowMs);
    await shop.logInAnew();
    const line = await subscribe({}, planId);
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    await shop.call("PATCH", `/customers/${line.customerId}`, { active: false });
    await moveTo(paidUntilMs + 1000);
    const { nextLookMs: nextMs } = await shop.look(line.subscriptionId);
    expect(nextMs).toBe(paidUntilMs + 1_800_000);
    await moveTo(paidUntilMs + 1_801_000);
    await shop.look(line.subscriptionId);
    await shop.call("PATCH", `/customers/${line.customerId}`, { active: true });
    await shop.look(line.subscriptionId);
    expect(await line.read()).toMatchObject({ state: "over", dueCents: 250_000 });
  });

  test("[CUS-12] [CUS-20] a look that an end overtakes charges no late fee where credit is there, and the end is looked at", async () => {
    const planId = await strictPlan("Overtaken");
    const line = await subscribe({}, planId);
    await line.act("renew", { from: "cash" });
    await line.topUp(250_000);
    const { paidUntilMs } = await line.read();
    // Its bridge is there, as ten minutes before.
    await shop.inDatabase((tx) =>
      tx
        .updateTable("subscriptions")
        .set({ bridgedUntilMs: paidUntilMs + 60_000 })
        .where("subscriptionId", "=", line.subscriptionId)
        .execute(),
    );
    const { nextLookMs: nextMs, notedPhase: phase } = await shop.lookAcross(line.subscriptionId, paidUntilMs);
    expect([nextMs, phase]).toEqual([paidUntilMs, "active"]);
    await moveTo(paidUntilMs + 1000);
    await shop.look(line.subscriptionId);
    expect([(await line.read()).state, await line.credit()]).toEqual(["active", 0]);
  });

  test("[CUS-12] [CUS-20] what somebody changes between an end and its look leaves the look to be done: the late fee still comes", async () => {
    const planId = await strictPlan("Changed in between");
    const line = await subscribe({}, planId);
    await line.act("renew", { from: "cash" });
    const { paidUntilMs } = await line.read();
    await moveTo(paidUntilMs + 30);
    expect((await shop.call("PATCH", line.path, { autoRenew: false })).status).toBe(200);
    await hub.wakeJobs();
    const told = expect.arrayContaining(["late-fee", "now-over"]);
    await vi.waitFor(async () => expect(await line.logged()).toEqual(told), patience);
  });

  test("[CUS-12] [CUS-04] credit is charged at the end and not before: who cancels in the last minutes keeps it; who stays is not cut off, and goes on from the end", async () => {
    const planId = await strictPlan("Without grace");
    const [stays, leaves] = [await subscribe({}, planId), await subscribe({}, planId)];
    for (const line of [stays, leaves]) {
      await line.act("renew", { from: "cash" });
      await line.topUp(250_000);
    }
    const { paidUntilMs } = await stays.read();
    const lookBothAt = async (atMs: number) => {
      await moveTo(atMs);
      for (const line of [stays, leaves]) await shop.look(line.subscriptionId);
    };
    await lookBothAt(paidUntilMs - 5 * 60_000);
    expect([await stays.credit(), await leaves.credit()]).toEqual([250_000, 250_000]);
    const near = await stays.told();
    expect([near.terms.validUntilMs, near.graceSeconds]).toEqual([paidUntilMs, 3600]);
    await leaves.act("cancel");
    expect((await leaves.told()).graceSeconds ?? 0).toBe(0);
    await lookBothAt((await leaves.read()).paidUntilMs + 30_000);
    expect([await stays.credit(), await leaves.credit()]).toEqual([0, 250_000]);
    expect((await leaves.read()).state).toBe("ended");
    const after = await stays.read();
    expect(after.state).toBe("active");
    expect(new Date(after.paidUntilMs).toISOString().slice(10)).toBe(new Date(paidUntilMs).toISOString().slice(10));
    expect(await stays.logged()).toEqual(["made", "renewed", "renewed"]);
  });

  test("[CUS-12] money that was only told of renews as soon as it is proved; nobody pays for a log-in that was deleted", async () => {
    const line = await subscribe();
    const { providerId, inDatabase, call } = shop;
    const told = await inDatabase(async (tx) => {
      const { phoneHash: party } = await tx
        .selectFrom("customers")
        .select("phoneHash")
        .where("customerId", "=", line.customerId)
        .executeTakeFirstOrThrow();
      const row = { providerId, rail: "mpesa", receipt: "TOLD250000", party };
      // Its entry is what the top-up below posts; any of the books will do.
      const { entryId } = await tx.selectFrom("ledger_entries").select("entryId").executeTakeFirstOrThrow();
      await tx
        .insertInto("receipts")
        .values({
          ...row,
          channelId: "paybill",
          purchaseId: null,
          amountCents: 250_000,
          planCents: 0,
          creditCents: 250_000,
          currency: "KES",
          entryId,
          bookedAtMs: hub.world.clock.wall().atMs,
          state: "credit",
          payerHash: null,
          payerMasked: null,
          payerName: null,
          accountText: null,
          paidAtMs: null,
          note: null,
        })
        .execute();
      return row;
    });
    await line.topUp(250_000);
    await shop.look(line.subscriptionId);
    expect((await line.read()).state).toBe("over");
    const jobs = { send: vi.fn(sendToOutbox(hub.world)) };
    await inDatabase(async (tx) => {
      const row = await tx
        .selectFrom("receipts")
        .selectAll()
        .where("receipt", "=", told.receipt)
        .executeTakeFirstOrThrow();
      await proveUnapplied({ world: hub.world, jobs } as never, tx, row as never, "pull");
    });
    expect(jobs.send.mock.calls.map(([, name]) => name)).toContain(creditProvedJob);
    await vi.waitFor(async () => expect(await line.read()).toMatchObject({ state: "active" }), patience);

    await call("DELETE", `/accounts/${line.accountId}`);
    expect((await line.act("renew", { from: "cash" })).body.code).toBe("subscription-over");
  });

  test("[PAY-16] no phone rings for a provider who was shut, or for a log-in that is off: nobody pays for what will not be there", async () => {
    const { call, providerId, inDatabase, logInAnew } = shop;
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const paybill = { kind: "mpesa-paybill", name: "Paybill", shortcode: "600100", environment: "sandbox", ...keys };
    expect((await call("POST", "/channels", paybill)).status).toBe(201);
    const line = await subscribe();
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    const byMs = await moveToNoonOf(paidUntilMs);
    const setState = (state: "active" | "suspended") =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.updateTable("providers").set({ state }).where("providerId", "=", providerId).execute(),
        );
    await setState("suspended");
    const turn = async (active: boolean) =>
      expect((await call("PATCH", `/accounts/${line.accountId}`, { active })).status).toBe(200);
    const prompts = () => inDatabase((tx) => tx.selectFrom("invoice_prompts").select("state").execute());
    await shop.ask(line.subscriptionId);
    expect(await prompts()).toEqual([]);
    await setState("active");
    await turn(false);
    await shop.ask(line.subscriptionId);
    expect(await prompts()).toEqual([]);
    await turn(true);
    await shop.ask(line.subscriptionId);
    expect(await line.logged()).toContain("prompted");
    hub.moveClock(-byMs);
    await logInAnew();
  });

  test("[PAY-16] [CUS-12] a channel that does not answer holds up no line that credit renews: phones are asked by a job of their own", async () => {
    const { call, providerId, logInAnew } = shop;
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const paybill = { kind: "mpesa-paybill", name: "Paybill", shortcode: "600101", environment: "sandbox", ...keys };
    expect((await call("POST", "/channels", paybill)).status).toBe(201);
    const line = await subscribe();
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    const byMs = await moveToNoonOf(paidUntilMs);
    const { parties, money } = hub.hub();
    let ask = () => {};
    const isAsked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const start = () => {
      ask();
      return new Promise(() => {});
    };
    const handlers = new Map<string, (data: object) => Promise<void>>();
    await registerSubscriptionJobs({
      ...{ ...shop.parts, database: hub.database(), parties, kinds: money.channels.kinds },
      channels: { ...money.channels, open: () => ({ start }) },
      jobs: {
        work: async (name: string, handler: (data: object) => Promise<void>) => void handlers.set(name, handler),
        send: sendToOutbox(hub.world),
      },
      sweeps: { add: () => () => {} },
    } as never);
    const looked = handlers.get(lookJob)?.({ providerId, subscriptionId: line.subscriptionId });
    const first = await Promise.race([looked?.then(() => "looked at"), isAsked.then(() => "waits for the channel")]);
    expect(first).toBe("looked at");
    await vi.waitFor(async () => expect(await line.logged()).toContain("prompted"), patience);
    hub.moveClock(-byMs);
    await logInAnew();
  });

  test("[CUS-05] [CUS-20] a provider who shortens the grace: whoever is over by that is noted so, and has the late fee", async () => {
    const planId = await shop.plan("Home 2M", 150_000);
    const rules = { slowDownKbps: 512, slowUpKbps: 256, afterWay: "page", promiseDaysMax: 0, pauseDaysMax: 0 };
    const set = (graceSeconds: number) =>
      shop.call("PUT", `/plans/${planId}/subscription-rules`, { ...rules, graceSeconds, lateFeeCents: 20_000 });
    await set(30 * 86_400);
    const line = await subscribe({ autoRenew: false }, planId);
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    hub.moveClock(paidUntilMs - hub.world.clock.wall().atMs + 2 * dayMs);
    await shop.logInAnew();
    await shop.look(line.subscriptionId);
    expect((await set(86_400)).status).toBe(200);
    expect((await line.read()).nextLookMs).toBeLessThanOrEqual(hub.world.clock.wall().atMs);
    await shop.look(line.subscriptionId);
    expect(await line.logged()).toEqual(["made", "renewed", "now-grace", "late-fee", "now-over"]);
  });

  test("[CUS-20] [CUS-04] who pays after the grace has a late fee once, and a new first day; a cancelled one ends with what is paid", async () => {
    const planId = await shop.plan("Home 5M", 150_000);
    const rules = {
      graceSeconds: 86_400,
      afterWay: "slower",
      slowDownKbps: 512,
      slowUpKbps: 256,
      lateFeeCents: 20_000,
      promiseDaysMax: 0,
      pauseDaysMax: 0,
    };
    await shop.call("PUT", `/plans/${planId}/subscription-rules`, rules);
    const line = await subscribe({ autoRenew: false }, planId);
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    expect((await line.told()).afterEnd).toMatchObject({ way: "slower" });
    hub.moveClock(paidUntilMs - hub.world.clock.wall().atMs + 2 * dayMs);
    await shop.logInAnew();
    for (let time = 0; time < 3; time++) await shop.look(line.subscriptionId);
    expect(await line.read()).toMatchObject({ state: "over", dueCents: 170_000 });
    const late = await line.act("renew", { from: "cash" });
    expect(late.body.paidUntilMs).toBeGreaterThan(paidUntilMs + 29 * dayMs);
    expect(late.body.dueCents).toBe(150_000);
    await line.act("cancel", { why: "Moves away" });
    expect((await line.told()).afterEnd).toBeUndefined();
    await moveTo(late.body.paidUntilMs + 1000);
    await shop.look(line.subscriptionId);
    expect((await line.read()).state).toBe("ended");
    expect((await line.act("renew", { from: "cash" })).body.code).toBe("subscription-over");
    // The log-in is free for another subscription.
    const again = { customerId: line.customerId, accountId: line.accountId, planId };
    expect((await shop.call("POST", "/subscriptions", again)).status).toBe(201);
  });

  test("[PAY-16] a phone that the hub of before a restore may have asked is not asked again until its next hour", async () => {
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const paybill = { kind: "mpesa-paybill", name: "Paybill", shortcode: "600102", environment: "sandbox", ...keys };
    expect((await shop.call("POST", "/channels", paybill)).status).toBe(201);
    const line = await subscribe();
    const { paidUntilMs } = (await line.act("renew", { from: "cash" })).body;
    const byMs = await moveToNoonOf(paidUntilMs);
    const nowMs = hub.world.clock.wall().atMs;
    const restored = { generation: "prompts", backUpAtMs: nowMs - 4 * 3_600_000, restoredAtMs: nowMs - 60_000 };
    const asPlatform = (work: (tx: Tx) => Promise<unknown>) => hub.database().asPlatform("test", work);
    // From here on for all tests: this one is the last.
    await asPlatform((tx) => tx.insertInto("restores").values(restored).execute());
    await shop.ask(line.subscriptionId);
    expect(await line.logged()).not.toContain("prompted");
    hub.moveClock(3_600_000);
    await shop.logInAnew();
    await shop.ask(line.subscriptionId);
    expect(await line.logged()).toContain("prompted");
    hub.moveClock(-byMs - 3_600_000);
    await shop.logInAnew();
  });
});
