/** What customers see and do on their own page, over HTTP. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { lacksModules } from "../../modules/test-lacks-modules.ts";
import { createPaymentLink, revokePaymentLinks } from "../../money/payment-links/payment-links.ts";
import { readSubscription } from "../../money/subscriptions/subscription-rows.ts";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { hubSuite } from "../../test-hub.ts";
import { renewJob } from "../paying/pay-parts.ts";
import { type LineShop, openLineShop } from "../test-line.ts";
import { ownPage, visitorOf } from "../test-visitor.ts";

const dayMs = 86_400_000;

hubSuite("the customers' page inside", { timeout: 120_000 }, (hub) => {
  let shop: LineShop;
  let keys = 0;
  const keyed = () => ({ "Idempotency-Key": `of-a-page-${++keys}` });

  beforeAll(async () => {
    shop = await openLineShop(hub, "Mwangaza");
  }, 60_000);

  test("[CUS-11] the overview says what they have, what it costs and where to pay, and credit renews it once", async () => {
    const asha = await shop.newLine("Asha Wanjiku");
    const path = `/subscriptions/${asha.subscriptionId}`;
    const read = async () => (await asha.visitor.call("GET", "/overview")).body;
    const first = await read();
    expect(first).toMatchObject({
      name: "Asha Wanjiku",
      isActive: true,
      currency: "KES",
      creditCents: 0,
      plans: [],
      passes: [],
    });
    expect(first.phone).toMatch(/^2547\*\*\*\d{3}$/);
    expect(first.payAt.accountNumber).toMatch(/^\d{5,8}$/);
    expect((await read()).payAt).toEqual(first.payAt);
    expect(first.services).toMatchObject([
      {
        planName: "Home 10M",
        priceCents: 250_000,
        dueCents: 250_000,
        state: "over",
        promiseDaysMax: 3,
        pauseDaysMax: 0,
      },
    ]);
    const renew = (headers: Record<string, string>, expectedCents = 250_000) =>
      asha.visitor.call("POST", `${path}/renew`, { headers, body: { expectedCents } });
    expect((await renew(keyed())).body.code).toBe("no-credit");
    await asha.topUp(600_000);
    expect((await renew(keyed(), 200_000)).body.code).toBe("other-amount");
    const headers = keyed();
    const paid = await renew(headers);
    expect(paid.body).toMatchObject({ state: "active", dueCents: 250_000 });
    // The same request once more, also at once with itself: one renewal.
    const again = await Promise.all([renew(headers), renew(headers)]);
    for (const { body } of again) expect(body.paidUntilMs).toBe(paid.body.paidUntilMs);
    expect((await read()).creditCents).toBe(350_000);
    const { items } = (await asha.visitor.call("GET", "/charges")).body;
    expect(items).toMatchObject([{ what: "renewed", amountCents: 250_000 }, { what: "made" }]);
  });

  test("[CUS-11] a month that was renewed since the page showed it takes no second one: credit suffices for two", async () => {
    const juma = await shop.newLine("Juma Stale");
    await juma.topUp(600_000);
    const overview = async () => (await juma.visitor.call("GET", "/overview")).body;
    const { paidUntilMs } = (await overview()).services[0];
    const renew = (headers: Record<string, string>) =>
      juma.visitor.call("POST", `/subscriptions/${juma.subscriptionId}/renew`, {
        headers,
        body: { expectedCents: 250_000, paidUntilMs },
      });
    const headers = keyed();
    const paid = (await renew(headers)).body;
    expect(paid).toMatchObject({ state: "active" });
    expect((await renew(keyed())).body).toMatchObject({ status: 409, code: "renewed-meanwhile", field: "paidUntilMs" });
    expect((await renew(headers)).body).toEqual(paid);
    // Also where the answer was not kept any more: the books know the key.
    await hub
      .database()
      .asPlatform("test", (tx) =>
        sql`delete from idempotent_answers where idempotency_key = ${headers["Idempotency-Key"]}`.execute(tx),
      );
    expect((await renew(headers)).body.paidUntilMs).toBe(paid.paidUntilMs);
    expect((await overview()).creditCents).toBe(350_000);
  });

  test("[CUS-11] a pass that went to another site, and came back, shows when it began and ends under its lease's name, and is gone when it is over", async () => {
    const neema = await shop.newLine("Neema");
    const nowMs = hub.world.clock.wall().atMs;
    const passes = async () => (await neema.visitor.call("GET", "/overview")).body.passes;
    const endsAt = (endsAtMs: number) =>
      hub.database().asPlatform("test", async (tx) => {
        await sql`update grant_starts set ends_at_ms = ${endsAtMs}::bigint where grant_id = 'neema-pass.2'`.execute(tx);
      });
    await hub.database().asPlatform("test", async (tx) => {
      await sql`insert into grants (provider_id, grant_id, site_id, origin, plan_name, terms, phone_hash, unverified, created_at_ms)
          select c.provider_id, 'neema-pass', s.site_id, 'purchase', 'Day', '{}', c.phone_hash, false, 1
          from customers c join sites s using (provider_id) where c.name = 'Neema' limit 1`.execute(tx);
      await sql`insert into grant_leases (provider_id, grant_id, lease_id, number, site_id, from_site_id, moved_at_ms, terms)
          select provider_id, grant_id, 'neema-pass.2', 2, site_id, site_id, 1, terms from grants where grant_id = 'neema-pass'`.execute(
        tx,
      );
      await sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          select provider_id, lease_id, site_id, 'purchase', 'Day', ${nowMs - 1}::bigint, ${nowMs + dayMs}::bigint, 'e', 1, 1
          from grant_leases where grant_id = 'neema-pass'`.execute(tx);
    });
    expect(await passes()).toMatchObject([{ planName: "Day", startedAtMs: nowMs - 1, endsAtMs: nowMs + dayMs }]);
    await endsAt(nowMs - 1);
    expect(await passes()).toEqual([]);
    // Staff paused it before that: its time stands still.
    await hub.database().asPlatform("test", async (tx) => {
      await sql`insert into grant_changes (provider_id, site_id, grant_id, paused_at_ms, paused_reason, changed_at_ms)
          select provider_id, site_id, grant_id, ${nowMs - 2}::bigint, 'A quarrel', 1 from grant_starts where grant_id = 'neema-pass.2'`.execute(
        tx,
      );
    });
    expect(await passes()).toMatchObject([{ planName: "Day", isPaused: true }]);
  });

  test("[CUS-18] [CUS-19] a promise, a holiday and its end are theirs to make, within the provider's rules", async () => {
    const juma = await shop.newLine("Juma");
    const act = (verb: string, body: object = {}) =>
      juma.visitor.call("POST", `/subscriptions/${juma.subscriptionId}/${verb}`, { body, headers: keyed() });
    expect((await act("promise", { days: 4 })).body).toMatchObject({
      code: "bad-promise",
      detail: "days: A promise does not reach so far.",
    });
    expect((await act("promise", { days: 2 })).body).toMatchObject({ state: "grace", promiseDaysMax: 0 });
    expect((await act("promise", { days: 1 })).body.code).toBe("bad-promise");
    expect((await act("pause", { days: 5 })).body).toMatchObject({
      code: "bad-pause",
      detail: "days: No pause is possible now.",
    });
    await juma.topUp(250_000);
    const paid = (await act("renew", { expectedCents: 250_000 })).body;
    expect(paid).toMatchObject({ state: "active", pauseDaysMax: 30 });
    expect((await act("pause", { days: 31 })).body.code).toBe("bad-pause");
    expect((await act("pause", { days: 10 })).body).toMatchObject({ state: "paused" });
    hub.moveClock(10 * 60_000);
    const back = (await act("resume")).body;
    expect(back.state).toBe("active");
    expect(back.paidUntilMs - paid.paidUntilMs).toBeGreaterThanOrEqual(10 * 60_000);
    expect((await act("resume")).body.code).toBe("subscription-over");
  });

  test("[CUS-11] another plan: only those that the provider lists, at the price that was shown", async () => {
    const line = await shop.newLine("Neema");
    const [fast, secret] = [
      (await shop.post("/plans", { name: "Home 20M", priceCents: 400_000, terms: {} })).planId,
      (await shop.post("/plans", { name: "For my brother", priceCents: 100, terms: {} })).planId,
    ];
    const ofDays = async (name: string, days: number) =>
      (await shop.post("/plans", { name, priceCents: 90_000, terms: { validitySeconds: days * 86_400 } })).planId;
    // For lines that are paid by the week.
    const weekly = await ofDays("Home, a week", 7);
    const monthly = await ofDays("Home, a month", 30);
    await shop.post("/customer-page", { isOpen: true, codesADay: 300, planIds: [fast, weekly, monthly] }, "PUT");
    await line.topUp(1_000_000);
    const path = `/subscriptions/${line.subscriptionId}`;
    const post = (verb: string, body: object, headers = keyed()) =>
      line.visitor.call("POST", `${path}/${verb}`, { body, headers });
    await post("renew", { expectedCents: 250_000 });
    const shown = (await line.visitor.call("GET", `${path}/plan-change?planId=${fast}`)).body;
    expect(shown.cents).toBeGreaterThan(149_000);
    expect(shown.cents).toBeLessThanOrEqual(150_000);
    for (const planId of [secret, shop.planId, weekly, "nothing"]) {
      expect((await line.visitor.call("GET", `${path}/plan-change?planId=${planId}`)).status).toBe(404);
      expect((await post("change-plan", { planId, expectedCents: 0 })).status).toBe(404);
    }
    expect((await post("change-plan", { planId: fast, expectedCents: shown.cents - 1000 })).body.code).toBe(
      "other-amount",
    );
    const headers = keyed();
    const changed = await post("change-plan", { planId: fast, expectedCents: shown.cents }, headers);
    expect(changed.body).toMatchObject({ planName: "Home 20M", priceCents: 400_000 });
    await post("change-plan", { planId: fast, expectedCents: shown.cents }, headers);
    const { creditCents, plans } = (await line.visitor.call("GET", "/overview")).body;
    expect(Math.abs(creditCents - (750_000 - shown.cents))).toBeLessThan(200);
    expect(plans).toMatchObject([
      { planId: monthly, priceCents: 90_000 },
      { planId: fast, priceCents: 400_000 },
    ]);
  });

  test("[CUS-11] [CUS-18] in grace, and in promised time, no plan is changed: a dear one would cost nothing until the renewal", async () => {
    const line = await shop.newLine("Halima");
    const { planId } = await shop.post("/plans", { name: "Home 50M", priceCents: 900_000, terms: {} });
    await shop.post("/customer-page", { isOpen: true, codesADay: 300, planIds: [planId, shop.planId] }, "PUT");
    await line.topUp(2_000_000);
    const path = `/subscriptions/${line.subscriptionId}`;
    const post = (verb: string, body: object) =>
      line.visitor.call("POST", `${path}/${verb}`, { body, headers: keyed() });
    const refused = { status: 409, body: { code: "renew-first" } };
    const change = () => post("change-plan", { planId, expectedCents: 0 });
    expect(await change()).toMatchObject(refused);
    expect((await post("promise", { days: 2 })).body.state).toBe("grace");
    expect(await change()).toMatchObject(refused);
    expect(await line.visitor.call("GET", `${path}/plan-change?planId=${planId}`)).toMatchObject(refused);
    expect((await line.visitor.call("GET", "/overview")).body.creditCents).toBe(2_000_000);
    expect((await post("renew", { expectedCents: 250_000 })).body).toMatchObject({ state: "active" });
    const { cents } = (await line.visitor.call("GET", `${path}/plan-change?planId=${planId}`)).body;
    expect(cents).toBeGreaterThan(640_000);
    expect((await post("change-plan", { planId, expectedCents: cents })).body).toMatchObject({
      planName: "Home 50M",
    });
  });

  /** A line with credit, and plans that its customer may change to. */
  async function openChanges(name: string, plans: readonly object[]) {
    const line = await shop.newLine(name);
    const planIds: string[] = [];
    for (const plan of plans) planIds.push((await shop.post("/plans", plan)).planId);
    await shop.post("/customer-page", { isOpen: true, codesADay: 300, planIds }, "PUT");
    await line.topUp(1_000_000);
    const path = `/subscriptions/${line.subscriptionId}`;
    const post = async (verb: string, body: object) =>
      (await line.visitor.call("POST", `${path}/${verb}`, { body, headers: keyed() })).body;
    const cost = async (planId: string) =>
      (await line.visitor.call("GET", `${path}/plan-change?planId=${planId}`)).body.cents as number;
    return { line, planIds, post, cost };
  }

  longTest(
    "[CUS-04] [CUS-11] who has used up a month's data gets none of that month back for a cheaper plan",
    async () => {
      const { line, planIds, post, cost } = await openChanges("Zuhura", [
        { name: "Home 100G", priceCents: 300_000, terms: { dataBytes: 100e9 } },
        { name: "Home mini", priceCents: 50_000, terms: {} },
      ]);
      const [big = "", small = ""] = planIds;
      await post("renew", { expectedCents: 250_000 });
      await post("change-plan", { planId: big, expectedCents: await cost(big) });
      expect(await cost(small), "nothing is used").toBeLessThan(-249_000);
      const { providerId } = shop.provider;
      const used = (part: number) =>
        hub.database().asProvider(providerId, (tx) =>
          sql`insert into sessions (provider_id, site_id, session_key, grant_id, input_bytes, output_bytes, received_at_ms)
            select provider_id, ${shop.siteId}, 'used-' || ${part}::text, 'a.' || account_id || '.' || (standing ->> 'period'), 0, ${part * 100e9}::bigint, 1
            from accounts where account_id = ${line.accountId}`.execute(tx),
        );
      await used(0.4);
      expect(await cost(small), "of 3,000 at most 1,800 comes back").toBeGreaterThan(50_000 - 180_001 - 1000);
      await used(0.6);
      expect(await cost(small)).toBe(0);
      const before = (await line.visitor.call("GET", "/overview")).body.creditCents;
      expect(await post("change-plan", { planId: small, expectedCents: 0 })).toMatchObject({ planName: "Home mini" });
      expect((await line.visitor.call("GET", "/overview")).body.creditCents).toBe(before);
    },
  );

  test("[CUS-04] [CUS-11] who has used up a month's data gets none of it back by way of a plan that counts nothing; what was paid on top of it is theirs, however they go down", async () => {
    const { line, planIds, post, cost } = await openChanges("Zawadi", [
      { name: "Home 200G", priceCents: 300_000, terms: { dataBytes: 200e9 } },
      { name: "Home plain", priceCents: 300_000, terms: {} },
      { name: "Home plain fast", priceCents: 400_000, terms: {} },
      { name: "Home least", priceCents: 50_000, terms: {} },
    ]);
    const [big = "", plain = "", fast = "", small = ""] = planIds;
    const become = async (planId: string) =>
      expect(await post("change-plan", { planId, expectedCents: await cost(planId) })).toMatchObject({ planId });
    await post("renew", { expectedCents: 250_000 });
    await become(big);
    await hub.database().asProvider(shop.provider.providerId, (tx) =>
      sql`insert into sessions (provider_id, site_id, session_key, grant_id, input_bytes, output_bytes, received_at_ms)
        select provider_id, ${shop.siteId}, 'all', 'a.' || account_id || '.' || (standing ->> 'period'), 0, 200000000000, 1
        from accounts where account_id = ${line.accountId}`.execute(tx),
    );
    expect(await cost(small)).toBe(0);
    await become(plain);
    expect(await cost(small)).toBe(0);
    await become(fast);
    // Of 4,000 for the rest of the month 1,000 are not used up: of these the small one costs 500.
    const back = await cost(small);
    expect(back).toBeGreaterThan(-50_010);
    expect(back).toBeLessThan(-49_000);
    expect(await cost(plain)).toBe(0);
    await become(plain);
    expect(Math.abs((await cost(small)) - back)).toBeLessThan(100);
  });

  test("[CUS-11] [PLN-12] a plan costs its customer what it costs at their site, in the list and when it is taken", async () => {
    const line = await shop.newLine("Baraka");
    const prices = [{ siteId: shop.siteId, priceCents: 350_000, currency: "KES" }];
    const { planId } = await shop.post("/plans", { name: "Home 15M", priceCents: 300_000, terms: {}, prices });
    await shop.post("/customer-page", { isOpen: true, codesADay: 300, planIds: [planId] }, "PUT");
    const path = `/subscriptions/${line.subscriptionId}`;
    await line.topUp(1_000_000);
    await line.visitor.call("POST", `${path}/renew`, { body: { expectedCents: 250_000 }, headers: keyed() });
    const shown = (await line.visitor.call("GET", `${path}/plan-change?planId=${planId}`)).body;
    expect(shown.priceCents).toBe(350_000);
    expect((await line.visitor.call("GET", "/overview")).body.plans).toMatchObject([{ planId, priceCents: 350_000 }]);
    const body = { planId, expectedCents: shown.cents };
    const changed = await line.visitor.call("POST", `${path}/change-plan`, { body, headers: keyed() });
    expect(changed.body).toMatchObject({ planName: "Home 15M", priceCents: 350_000 });
  });

  test("[CUS-11] who has somebody's old number sees none of that customer's documents", async () => {
    const [before, after] = [await shop.newLine("Achieng"), await shop.newLine("Mutua")];
    await before.topUp(250_000);
    const body = { expectedCents: 250_000 };
    await before.visitor.call("POST", `/subscriptions/${before.subscriptionId}/renew`, { headers: keyed(), body });
    const documents = async (line: typeof before) => (await line.visitor.call("GET", "/documents")).body.items;
    const [document] = await vi.waitFor(
      async () => {
        const items = await documents(before);
        expect(items).toHaveLength(1);
        return items;
      },
      { timeout: 20_000, interval: 50 },
    );
    await shop.post(`/customers/${before.customerId}`, { phone: "0733999111" }, "PATCH");
    await shop.post(`/customers/${after.customerId}`, { phone: before.phone }, "PATCH");
    expect((await after.visitor.logIn(before.phone)).status).toBe(201);
    expect(await documents(after)).toEqual([]);
    expect((await after.visitor.call("GET", `/documents/${document.documentId}/pdf`)).status).toBe(404);
    expect((await before.visitor.logIn("0733999111")).status).toBe(201);
    expect(await documents(before)).toHaveLength(1);
  });

  test("[CUS-11] who was switched off by staff looks, and changes nothing", async () => {
    const line = await shop.newLine("Kamau");
    await line.topUp(250_000);
    const { token } = shop.provider;
    await hub.call("POST", `/api/v1/customers/${line.customerId}/deactivate`, { token });
    const read = await line.visitor.call("GET", "/overview");
    expect(read.body).toMatchObject({ isActive: false });
    const renewed = await line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, {
      headers: keyed(),
      body: { expectedCents: 250_000 },
    });
    expect(renewed.body.code).toBe("customer-suspended");
  });

  test("[CUS-11] nobody pays for a line that staff hold back, out of credit, by a prompt or by a link: its paid time would run on, and nobody be let in", async () => {
    const line = await shop.newLine("Wafula");
    await line.topUp(250_000);
    await shop.post(`/subscriptions/${line.subscriptionId}/suspend`, { why: "The pole is down." });
    const renewed = await line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, {
      headers: keyed(),
      body: { expectedCents: 250_000 },
    });
    const over = { status: 409, body: { code: "subscription-over" } };
    expect(renewed).toMatchObject(over);
    expect((await line.visitor.call("GET", "/overview")).body).toMatchObject({ creditCents: 250_000 });
    const prompt = { headers: keyed(), body: { subscriptionId: line.subscriptionId } };
    expect(await line.visitor.call("POST", "/prompts", prompt)).toMatchObject(over);
    const { providerId } = shop.provider;
    const expiresAtMs = hub.world.clock.wall().atMs + 86_400_000;
    const { url } = await hub.database().asProvider(providerId, (tx) =>
      createPaymentLink({ world: hub.world, publicUrl: "http://hub.test" }, tx, {
        ...{ providerId, customerId: line.customerId, subscriptionId: line.subscriptionId, expiresAtMs },
      }),
    );
    const body = { token: url.split("#")[1] };
    expect((await hub.call("POST", "/api/v1/pay/view", { headers: ownPage, body })).body).toMatchObject({
      state: "over",
    });
  });

  test("[CUS-11] nobody pays for a line whose log-in staff switched off", async () => {
    const line = await shop.newLine("Muthoni");
    await line.topUp(250_000);
    const renew = () =>
      line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, {
        headers: keyed(),
        body: { expectedCents: 250_000 },
      });
    await shop.post(`/accounts/${line.accountId}`, { active: false }, "PATCH");
    expect((await renew()).body.code).toBe("subscription-over");
    await shop.post(`/accounts/${line.accountId}`, { active: true }, "PATCH");
    expect((await renew()).status).toBe(200);
  });

  test("[CUS-11] at a provider who was shut nobody pays for anything", async () => {
    const line = await shop.newLine("Otieno");
    await line.topUp(250_000);
    const { providerId } = shop.provider;
    const setState = (state: "active" | "suspended") =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.updateTable("providers").set({ state }).where("providerId", "=", providerId).execute(),
        );
    await setState("suspended");
    const renew = () =>
      line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, {
        headers: keyed(),
        body: { expectedCents: 250_000 },
      });
    expect((await renew()).body).toMatchObject({
      code: "not-selling",
      detail: "Nothing can be paid here now: call your provider.",
    });
    expect((await line.visitor.call("GET", "/overview")).status).toBe(200);
    await setState("active");
    expect((await renew()).status).toBe(200);
  });

  longTest("[CUS-11] thirty days of use, of this customer's lines alone, and what they paid", async () => {
    const [one, other] = [await shop.newLine("Wairimu"), await shop.newLine("Wambui")];
    const { providerId } = shop.provider;
    const today = hub.world.clock.wall().atMs + 3 * 3_600_000;
    const dayBefore = (days: number) => new Date(today - days * dayMs).toISOString().slice(0, 10);
    await hub.database().asProvider(providerId, async (tx) => {
      const used = (accountId: string, period: string, daysAgo: number, bytes: number) => ({
        providerId,
        day: dayBefore(daysAgo),
        siteId: shop.siteId,
        sessionKey: `${accountId}/${period}/${daysAgo}`,
        grantId: `a.${accountId}${period}`,
        inputBytes: bytes,
        outputBytes: bytes * 10,
        onlineSeconds: 60,
      });
      const rows = [
        used(one.accountId, "", 0, 1),
        used(one.accountId, ".1764000000", 0, 2),
        used(one.accountId, ".1764000000", 29, 4),
        used(one.accountId, "", 31, 8),
        used(`${one.accountId}-x`, "", 0, 16),
        used(other.accountId, "", 0, 32),
      ];
      await tx.insertInto("usage_days").values(rows).execute();
    });
    const { days } = (await one.visitor.call("GET", "/usage")).body;
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toEqual({ day: dayBefore(0), upBytes: 3, downBytes: 30, onlineSeconds: 120 });
    expect(days[0]).toMatchObject({ day: dayBefore(29), upBytes: 4, downBytes: 40 });
    expect(days.slice(1, -1).every(({ downBytes }: { downBytes: number }) => downBytes === 0)).toBe(true);
    for (const path of ["/payments", "/invoices"])
      expect((await one.visitor.call("GET", path)).body).toEqual({ items: [] });
    // Cash has no channel's receipt, and is a payment all the same.
    await one.topUp(5000);
    await shop.post(`/subscriptions/${one.subscriptionId}/renew`, { from: "cash" });
    const cash = { receipt: "", wallet: "Cash", currency: "KES", returnedCents: 0 };
    const { items } = (await one.visitor.call("GET", "/payments")).body;
    expect(items).toHaveLength(2);
    expect(items).toContainEqual(expect.objectContaining({ ...cash, amountCents: 250_000, state: "booked" }));
    expect(items).toContainEqual(expect.objectContaining({ ...cash, amountCents: 5000, state: "credit" }));
    expect((await other.visitor.call("GET", "/payments")).body).toEqual({ items: [] });
    const dueOn = dayBefore(-7);
    await shop.post("/invoices", {
      customerName: one.name,
      phone: one.phone,
      dueOn,
      lines: [{ text: "Cable", quantity: 1, unitCents: 40_000 }],
    });
    expect((await one.visitor.call("GET", "/invoices")).body.items).toMatchObject([{ totalCents: 40_000, dueOn }]);
  });

  test("[PAY-13] behind a payment link stand initials, one amount and where to pay, until it is paid, over or taken back", async () => {
    const line = await shop.newLine("Zawadi Achieng Otieno");
    const { providerId } = shop.provider;
    const parts = { world: hub.world, publicUrl: "http://hub.test" };
    const link = async (validMs = dayMs) => {
      const { url, linkId } = await hub.database().asProvider(providerId, (tx) =>
        createPaymentLink(parts, tx, {
          providerId,
          customerId: line.customerId,
          subscriptionId: line.subscriptionId,
          expiresAtMs: hub.world.clock.wall().atMs + validMs,
        }),
      );
      return { token: url.split("#")[1] as string, linkId };
    };
    const view = async (token: string) => (await hub.call("POST", "/api/v1/pay/view", { body: { token } })).body;
    const open = await link();
    const shown = await view(open.token);
    expect(shown).toMatchObject({
      state: "open",
      name: "Z… A… O…",
      what: "Home 10M",
      amountCents: 250_000,
      provider: { name: "Mwangaza" },
    });
    const text = JSON.stringify(shown);
    for (const secret of ["Zawadi", line.phone.slice(1), line.phone.slice(-4), line.customerId, "credit"])
      expect(text).not.toContain(secret);
    const gone = await link();
    await hub
      .database()
      .asProvider(providerId, (tx) => revokePaymentLinks(parts, tx, providerId, { linkId: gone.linkId }));
    expect(await view(gone.token)).toMatchObject({ state: "revoked" });
    expect(JSON.stringify(await view(gone.token))).not.toContain("Home");
    expect(await view((await link(-1)).token)).toMatchObject({ state: "expired" });
    expect(await view("x".repeat(22))).toEqual({ state: "unknown" });
    const ask = (token: string, headers: Record<string, string> = ownPage) =>
      hub.call("POST", "/api/v1/pay/prompts", { headers, body: { token, key: "key-12345678", phone: "0712000111" } });
    expect((await ask(open.token, {})).body.code).toBe("other-origin");
    expect((await ask(gone.token)).status).toBe(404);
    // Behind one address of a mobile network many pay in the same minutes.
    for (let asked = 0; asked < 12; asked++) expect((await ask(`${asked}`.padStart(22, "x"))).status).toBe(404);
    const other = { token: open.token, promptId: "nothing" };
    expect((await hub.call("POST", "/api/v1/pay/prompts/view", { body: other })).status).toBe(404);
    // Paid another way: the link says so.
    await line.topUp(250_000);
    await line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, {
      headers: keyed(),
      body: { expectedCents: 250_000 },
    });
    expect(await view(open.token)).toMatchObject({ state: "paid", what: "Home 10M" });
  });

  longTest(
    "[PAY-13] however many have paid by a prompt within the hour, the next one is asked; many that nobody paid are enough",
    async () => {
      const busy = await openLineShop(hub, "Sokoni");
      const { providerId } = busy.provider;
      const keys = { consumerKey: "k", consumerSecret: "s", passkey: "p" };
      const { id: channelId } = await busy.post("/channels", {
        ...{ kind: "mpesa-paybill", name: "Lipa", shortcode: "600777", environment: "sandbox" },
        ...keys,
      });
      const { subscriptionId, visitor } = await busy.newLine("Njeri Otieno");
      const nowMs = hub.world.clock.wall().atMs;
      await hub.database().asProvider(providerId, (tx) =>
        sql`insert into invoice_prompts (provider_id, prompt_id, channel_id, idempotency_key, secret_hash, account_number, phone_hash,
            phone_masked, amount_cents, currency, state, asked_by, created_at_ms, changed_at_ms)
          select ${providerId}, 'paid-' || n, ${channelId}, 'paid-' || n, 'paid-' || n, 'A1', 'x', '07…', 100, 'KES', 'paid', 'customer/' || n,
            ${nowMs}::bigint, ${nowMs}::bigint from generate_series(1, 150) n`.execute(tx),
      );
      const ask = () => visitor.call("POST", "/prompts", { headers: keyed(), body: { subscriptionId } });
      expect((await ask()).status).toBe(201);
      await hub
        .database()
        .asProvider(providerId, (tx) => tx.updateTable("invoice_prompts").set({ state: "failed" }).execute());
      expect((await ask()).body.code).toBe("asked-too-often");
    },
  );

  test("[PAY-13] [CUS-12] a service that was paid by a prompt is renewed when the proof comes, also hours later; not while it, or its log-in, is held back", async () => {
    const late = await openLineShop(hub, "Proved Late");
    const { providerId } = late.provider;
    const keys = { consumerKey: "k", consumerSecret: "s", passkey: "p" };
    const { id: channelId } = await late.post("/channels", {
      ...{ kind: "mpesa-paybill", name: "Lipa", shortcode: "600778", environment: "sandbox" },
      ...keys,
    });
    const nowMs = hub.world.clock.wall().atMs;
    const [held, off, line] = [await late.newLine("Subira"), await late.newLine("Zawadi"), await late.newLine("Pendo")];
    await late.post(`/subscriptions/${held.subscriptionId}/suspend`, { why: "The pole is down." });
    await late.post(`/accounts/${off.accountId}`, { active: false }, "PATCH");
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    for (const { subscriptionId, topUp } of [held, off, line]) {
      await topUp(250_000);
      await inDatabase(async (tx) => {
        const promptId = `of-${subscriptionId}`;
        await sql`insert into invoice_prompts (provider_id, prompt_id, channel_id, idempotency_key, secret_hash, account_number,
              phone_hash, phone_masked, amount_cents, currency, state, asked_by, created_at_ms, changed_at_ms, subscription_id)
            values (${providerId}, ${promptId}, ${channelId}, ${promptId}, ${promptId}, 'A1', 'x', '07…', 250000, 'KES', 'paid', 'customer/x',
              ${nowMs - 5 * 3_600_000}::bigint, ${nowMs}::bigint, ${subscriptionId})`.execute(tx);
        const { paidUntilMs } = await readSubscription(tx, subscriptionId);
        const asked = { providerId, subscriptionId, promptId, paidUntilMs, untilMs: nowMs - 4 * 3_600_000 };
        await sendToOutbox(hub.world)(tx, renewJob, asked);
      });
    }
    const service = async ({ visitor }: typeof line) => {
      const { services, creditCents } = (await visitor.call("GET", "/overview")).body;
      return { state: services[0].state, creditCents };
    };
    const renewed = { state: "active", creditCents: 0 };
    await vi.waitFor(async () => expect(await service(line)).toEqual(renewed), { timeout: 20_000, interval: 50 });
    expect(await service(held)).toEqual({ state: "suspended", creditCents: 250_000 });
    expect(await service(off)).toMatchObject({ creditCents: 250_000 });
    await late.post(`/subscriptions/${held.subscriptionId}/unsuspend`, {});
    await late.post(`/accounts/${off.accountId}`, { active: true }, "PATCH");
    hub.moveClock(11 * 60_000);
    await inDatabase((tx) => sendToOutbox(hub.world)(tx, "maintenance.nothing", { n: 1 }));
    for (const one of [held, off])
      await vi.waitFor(async () => expect(await service(one)).toEqual(renewed), { timeout: 20_000, interval: 50 });
  });

  test("[PAY-13] a link says paid while its prompt's money stands and may still renew the service; then it asks for the rest", async () => {
    const late = await openLineShop(hub, "Told only");
    const { providerId } = late.provider;
    const keys = { consumerKey: "k", consumerSecret: "s", passkey: "p" };
    const { id: channelId } = await late.post("/channels", {
      ...{ kind: "mpesa-paybill", name: "Lipa", shortcode: "600779", environment: "sandbox" },
      ...keys,
    });
    const line = await late.newLine("Rehema");
    const nowMs = hub.world.clock.wall().atMs;
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    const { url, linkId } = await inDatabase((tx) =>
      createPaymentLink({ world: hub.world, publicUrl: "http://hub.test" }, tx, {
        providerId,
        customerId: line.customerId,
        subscriptionId: line.subscriptionId,
        expiresAtMs: nowMs + 30 * dayMs,
      }),
    );
    const receipt = "UKL9AZDR4F";
    const asked = (agoMs: number) =>
      inDatabase((tx) =>
        sql`insert into invoice_prompts (provider_id, prompt_id, channel_id, idempotency_key, secret_hash, account_number,
              phone_hash, phone_masked, amount_cents, currency, state, receipt, asked_by, created_at_ms, changed_at_ms, subscription_id)
            values (${providerId}, 'told', ${channelId}, 'told', 'told', 'A1', 'x', '07…', 250000, 'KES', 'paid', ${receipt},
              ${`link/${linkId}`}, ${nowMs - agoMs}::bigint, ${nowMs}::bigint, ${line.subscriptionId})
            on conflict (provider_id, prompt_id) do update set created_at_ms = excluded.created_at_ms`.execute(tx),
      );
    const view = async () => (await hub.call("POST", "/api/v1/pay/view", { body: { token: url.split("#")[1] } })).body;
    await asked(60_000);
    expect(await view()).toMatchObject({ state: "paid", receipt });
    await late.post("/payments/entered", { channelId, receipt, amountCents: 250_000 });
    expect(await view()).toMatchObject({ state: "paid", receipt });
    await inDatabase((tx) => tx.updateTable("receipts").set({ state: "disproved" }).execute());
    expect(await view()).toMatchObject({ state: "open", amountCents: 250_000 });
    await inDatabase((tx) => tx.updateTable("receipts").set({ state: "suspense" }).execute());
    await asked(9 * dayMs);
    expect(await view()).toMatchObject({ state: "open", amountCents: 250_000 });
    // Proved, and not there any more: a phone's hour to renew the line is over, a page's day is not.
    await inDatabase((tx) =>
      tx.updateTable("receipts").set({ corroborated: true, provedBy: "order-status" }).execute(),
    );
    await asked(3 * 3_600_000);
    expect(await view()).toMatchObject({ state: "open", amountCents: 250_000 });
    await inDatabase((tx) => tx.updateTable("invoice_prompts").set({ reference: "OF-A-PAGE" }).execute());
    expect(await view()).toMatchObject({ state: "paid", receipt });
    await asked(2 * dayMs);
    expect(await view()).toMatchObject({ state: "open", amountCents: 250_000 });
    // What is left of it is credit: the rest is asked for.
    await line.topUp(100_000);
    expect(await view()).toMatchObject({ state: "open", amountCents: 150_000 });
  });

  test("[PAY-13] a link asks for what credit does not pay, as the reminder that it came with says", async () => {
    const line = await shop.newLine("Penina");
    const { url } = await hub.database().asProvider(shop.provider.providerId, (tx) =>
      createPaymentLink({ world: hub.world, publicUrl: "http://hub.test" }, tx, {
        providerId: shop.provider.providerId,
        customerId: line.customerId,
        subscriptionId: line.subscriptionId,
        expiresAtMs: hub.world.clock.wall().atMs + dayMs,
      }),
    );
    const asks = async () =>
      (await hub.call("POST", "/api/v1/pay/view", { body: { token: url.split("#")[1] } })).body.amountCents;
    expect(await asks()).toBe(250_000);
    await line.topUp(100_000);
    expect(await asks()).toBe(150_000);
  });

  longTest.skipIf(lacksModules("takeover"))(
    "[CUS-22] [PAY-13] who came with a debt is asked for it with what is due: what the link says brings the service back",
    async () => {
      const file = `name,phone,username,password,plan,paid_until,balance\nDebora,0733900001,debora.home,maji-moto-7,Home 10M,,-450`;
      const order = { file, siteId: shop.siteId, autoRenew: false };
      const { seen } = await shop.post("/customer-takeovers/preview", order);
      await shop.post("/customer-takeovers", { ...order, seen });
      const debora = visitorOf(hub, shop.provider.providerId);
      await debora.logIn("0733900001");
      const read = async () => (await debora.call("GET", "/overview")).body;
      const { services, owesFromBeforeCents } = await read();
      expect([services.length, services[0].dueCents, owesFromBeforeCents]).toEqual([1, 250_000, 45_000]);
      const { subscriptionId } = services[0];
      const { providerId } = shop.provider;
      const { url } = await hub.database().asProvider(providerId, async (tx) => {
        const { customerId } = await readSubscription(tx, subscriptionId);
        const expiresAtMs = hub.world.clock.wall().atMs + dayMs;
        const parts = { world: hub.world, publicUrl: "http://hub.test" };
        return createPaymentLink(parts, tx, { providerId, customerId, subscriptionId, expiresAtMs });
      });
      const view = async () =>
        (await hub.call("POST", "/api/v1/pay/view", { body: { token: url.split("#")[1] } })).body;
      const { amountCents } = await view();
      expect(amountCents).toBe(295_000);
      await shop.post("/credits", { phone: "0733900001", amountCents });
      const settled = { owesFromBeforeCents: 0, creditCents: 250_000 };
      await vi.waitFor(async () => expect(await read()).toMatchObject(settled), { timeout: 10_000 });
      expect((await view()).amountCents).toBe(250_000);
      const body = { expectedCents: 250_000 };
      const renewed = await debora.call("POST", `/subscriptions/${subscriptionId}/renew`, { headers: keyed(), body });
      expect(renewed.body).toMatchObject({ state: "active" });
    },
  );

  test("[PAY-26] a customer says that M-Pesa pays by a standing order: then credit renews by itself, and both end together", async () => {
    const nuru = await shop.newLine("Nuru");
    const set = async (way: object) =>
      (await nuru.visitor.call("PATCH", `/subscriptions/${nuru.subscriptionId}`, { body: way })).body;
    expect(await set({ standingOrder: true })).toMatchObject({ standingOrder: true, autoRenew: true });
    expect(await set({ autoRenew: false })).toMatchObject({ standingOrder: false, autoRenew: false });
    expect(await set({})).toMatchObject({ standingOrder: false, autoRenew: false });
    const { items } = (await nuru.visitor.call("GET", "/charges")).body;
    expect(items.map((item: { what: string }) => item.what)).toEqual(["auto-renew-off", "standing-order-on", "made"]);
  });

  longTest.skipIf(lacksModules("tickets"))(
    "[CUS-09] [CUS-11] a customer adds pictures to a ticket, ten in a day: made anew, never an SVG, and staff keep theirs for themselves",
    async () => {
      const rafiki = await shop.newLine("Rafiki");
      const asked = { subject: "A red lamp", kind: "equipment", text: "See the picture." };
      const { ticketId } = (await rafiki.visitor.call("POST", "/tickets", { body: asked, headers: keyed() })).body;
      const send = (file: Buffer) =>
        rafiki.visitor.call("POST", `/tickets/${ticketId}/pictures`, {
          body: { file: file.toString("base64") },
          headers: keyed(),
        });
      const photo = Buffer.from(pngOf(24, 16, () => [200, 0, 0, 255]));
      const svg = await send(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'));
      expect([svg.status, svg.body.code]).toEqual([400, "not-a-picture"]);
      const sent = await send(Buffer.concat([photo, Buffer.from("<script>hidden</script>")]));
      expect(sent.body.pictures).toMatchObject([{ width: 24, height: 16 }]);
      const path = `/tickets/${ticketId}/pictures`;
      const file = await rafiki.visitor.call("GET", `${path}/${sent.body.pictures[0].pictureId}/file`);
      expect([file.status, file.text.includes("hidden")]).toEqual([200, false]);
      expect(file.headers.get("content-disposition")).toMatch(/^attachment/);
      const kept = await shop.post(path, { file: photo.toString("base64"), isInternal: true });
      const internal = await rafiki.visitor.call("GET", `${path}/${kept.ticketPictureId}/file`);
      expect(internal.status).toBe(404);
      for (let count = 1; count < 10; count++) expect((await send(photo)).status).toBe(200);
      const eleventh = await send(photo);
      expect([eleventh.status, eleventh.body.code]).toEqual([429, "too-many-messages"]);
      // Also what is no picture is a try: twelve so far.
      for (let count = 12; count < 20; count++) expect((await send(photo)).body.code).toBe("too-many-messages");
      expect((await send(Buffer.from("<svg></svg>"))).body.code).toBe("too-many-tries");
    },
  );

  // The last one: staff would have to log in again after it.
  test("[CUS-18] who ends a holiday late gets the days that were asked for: the site let them in again after those", async () => {
    const late = await shop.newLine("Amani");
    const act = async (verb: string, body: object = {}) =>
      (await late.visitor.call("POST", `/subscriptions/${late.subscriptionId}/${verb}`, { body, headers: keyed() }))
        .body;
    await late.topUp(250_000);
    const { paidUntilMs } = await act("renew", { expectedCents: 250_000 });
    await act("pause", { days: 2 });
    hub.moveClock(5 * dayMs);
    expect(await act("resume")).toMatchObject({ state: "active", paidUntilMs: paidUntilMs + 2 * dayMs });
  });
});
