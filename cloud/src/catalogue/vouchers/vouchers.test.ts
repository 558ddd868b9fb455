import { decodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody } from "@karibu/protocol/feed";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { createEmit } from "../../ground/events/record.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { readableBody } from "../../ground/feed/stored-body.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { askerOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { giveGrant } from "../grants/change-grant.ts";
import { claimLeaseHandler } from "../leases/claim-lease.ts";
import { unused } from "../leases/lease-policy.ts";
import { changeListed } from "./listed-batches.ts";

engineSuite("plans, sites and vouchers", (engine) => {
  const hub = useHub(engine);

  test("[PLN-06] a new provider has the six standard plans, and its sites are told", async () => {
    const { token, providerId } = await hub.makeProvider("Alpha");
    const { items } = (await hub.call("GET", "/api/v1/plans", { token })).body;
    const names = [
      "1GB-DAILY",
      "5GB-WEEKLY",
      "20GB-MONTHLY",
      "UNLIMITED-DAILY",
      "UNLIMITED-WEEKLY",
      "UNLIMITED-MONTHLY",
    ];
    expect(items.map((plan: { name: string }) => plan.name).reverse()).toEqual(names);
    expect((await feed(providerId, "provider")).map((row) => row.kind).sort()).toEqual([
      ...Array(6).fill("plan"),
      "provider",
    ]);
  });

  test("[PLN-07] [PLN-08] [PLN-09] a plan is made, changed, switched off and deleted; the feed follows in one row", async () => {
    const { token, providerId } = await hub.makeProvider("Beta");
    const body = { name: "1 hour", priceCents: 1000, terms: { validitySeconds: 3600, devices: 2 } };
    const made = (await hub.call("POST", "/api/v1/plans", { token, body })).body;
    expect(made).toMatchObject({
      currency: "KES",
      active: true,
      terms: { validitySeconds: 3600, devices: 2, dataBytes: null },
    });
    const path = `/api/v1/plans/${made.planId}`;
    const before = await feed(providerId, "provider");
    const changed = (
      await hub.call("PATCH", path, { token, body: { priceCents: 1500, active: false, terms: { dataBytes: 5e8 } } })
    ).body;
    expect(changed).toMatchObject({
      priceCents: 1500,
      active: false,
      terms: { validitySeconds: 3600, dataBytes: 5e8 },
    });
    const after = await feed(providerId, "provider");
    expect(after.length).toBe(before.length);
    expect(after.find((row) => row.key === made.planId)?.body).toMatchObject({ priceCents: 1500, active: false });
    expect((await hub.call("POST", `${path}/archive`, { token })).body).toMatchObject({
      active: false,
      archived: true,
    });
    const onSale = (await hub.call("PATCH", path, { token, body: { active: true } })).body;
    expect(onSale).toMatchObject({ active: true, archived: false });
    expect((await hub.call("DELETE", path, { token })).status).toBe(204);
    expect((await feed(providerId, "provider")).find((row) => row.key === made.planId)?.body).toBeNull();
    expect((await hub.call("GET", path, { token })).status).toBe(404);
  });

  test("[PLN-04] [SYS-14] plans are sold in the provider's currency; whatever is made has a UUIDv7 as its key", async () => {
    const body = { name: "Kampala", currency: "UGX", ownerEmail: "kampala@provider.test", ownerPassword };
    const made = await hub.call("POST", "/api/v1/providers", { token: await hub.adminToken(), body });
    const token = await hub.logIn(body.ownerEmail, ownerPassword);
    const order = { name: "1 hour", priceCents: 150_000, terms: { validitySeconds: 3600 } };
    const plan = (await hub.call("POST", "/api/v1/plans", { token, body: order })).body;
    expect(plan).toMatchObject({ priceCents: 150_000, currency: "UGX" });
    expect(await publishedPlan(made.body.providerId, plan.planId)).toMatchObject({ currency: "UGX" });
    const { site } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Shop" } })).body;
    const batch = (
      await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId: plan.planId, quantity: 1 } })
    ).body;
    for (const id of [made.body.providerId, plan.planId, site.siteId, batch.batchId])
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  longTest(
    "[PLN-04] plans and batches are priced in any currency of the provider's channels, and in no other; reports keep them apart",
    async () => {
      const { token, providerId } = await hub.makeProvider("Busia", "UGX");
      const call = askerOf(hub, () => token);
      const order = { name: "Kenyan hour", priceCents: 5000, currency: "KES", terms: { validitySeconds: 3600 } };
      expect(await call("POST", "/plans", order)).toMatchObject({ status: 400, body: { field: "currency" } });
      const daraja = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
      expect((await call("POST", "/channels", { ...daraja, kind: "mpesa-paybill", shortcode: "600100" })).status).toBe(
        201,
      );
      expect((await call("GET", "/currencies")).body.items).toEqual([{ currency: "UGX" }, { currency: "KES" }]);
      const kenyan = (await call("POST", "/plans", order)).body;
      expect(kenyan).toMatchObject({ priceCents: 5000, currency: "KES" });
      expect(await publishedPlan(providerId, kenyan.planId)).toMatchObject({ currency: "KES" });
      const own = (await call("POST", "/plans", { ...order, name: "Hour", priceCents: 150_000, currency: undefined }))
        .body;
      expect(own).toMatchObject({ currency: "UGX" });
      expect((await call("PATCH", `/plans/${own.planId}`, { currency: "USD" })).body).toMatchObject({
        field: "currency",
      });
      const changed = await call("PATCH", `/plans/${own.planId}`, { currency: "KES", priceCents: 4000 });
      expect(changed.body).toMatchObject({ currency: "KES", priceCents: 4000 });
      await call("PATCH", `/plans/${own.planId}`, { currency: "UGX", priceCents: 150_000 });

      const { site } = (await call("POST", "/sites", { name: "Border" })).body;
      const batch = (more: object) => call("POST", "/vouchers/batches", { planId: own.planId, quantity: 1, ...more });
      expect((await batch({})).body).toMatchObject({ priceCents: 150_000, currency: "UGX" });
      expect((await batch({ priceCents: 4500, currency: "KES" })).body).toMatchObject({
        priceCents: 4500,
        currency: "KES",
      });
      expect((await batch({ currency: "KES" })).body).toMatchObject({ field: "priceCents" });
      expect((await batch({ priceCents: 100, currency: "USD" })).body).toMatchObject({ field: "currency" });

      const sell = (planId: string, phone: string) =>
        call("POST", "/payments/purchase", { siteId: site.siteId, planId, phone, pay: "cash" });
      expect((await sell(kenyan.planId, "256772000111")).body).toMatchObject({ payment: { currency: "KES" } });
      expect((await sell(own.planId, "256772000222")).body).toMatchObject({ payment: { currency: "UGX" } });
      const taken = async (query: string) => {
        const { currency, days } = (await call("GET", `/reports/analytics?days=1${query}`)).body;
        return [currency, days.at(-1).takenCents];
      };
      expect([await taken(""), await taken("&currency=KES")]).toEqual([
        ["UGX", 150_000],
        ["KES", 5000],
      ]);
      const months = (await call("GET", "/reports/revenue")).body.items;
      const profits = (await call("GET", "/ledger/profit")).body.items;
      const by = (rows: { currency: string }[], pick: (row: never) => number) =>
        Object.fromEntries(rows.map((row) => [row.currency, pick(row as never)]));
      const sums = { UGX: 150_000, KES: 5000 };
      expect(by(months, ({ takenCents }: { takenCents: number }) => takenCents)).toEqual(sums);
      expect(by(profits, ({ revenueCents }: { revenueCents: number }) => revenueCents)).toEqual(sums);
      // What is refunded goes back in the currency that was paid.
      const bought = (await sell(kenyan.planId, "256772000333")).body.id;
      const refund = await call("POST", "/refunds", { paymentId: bought, method: "cash", reason: "no power" });
      expect(refund.body).toMatchObject({ amountCents: 5000, currency: "KES" });
    },
  );

  test("[PLN-05] plans are put into groups, the list shows one group, and a group that goes leaves its plans", async () => {
    const { token } = await hub.makeProvider("Groups");
    const call = async (method: string, path: string, body?: object) =>
      (await hub.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) })).body;
    const late = await call("POST", "/plan-groups", { name: "Monthly", position: 2 });
    const { groupId } = await call("POST", "/plan-groups", { name: "By the hour", position: 1 });
    const names = async () => (await call("GET", "/plan-groups")).items.map((one: { name: string }) => one.name);
    expect(await names()).toEqual(["By the hour", "Monthly"]);
    await call("PATCH", `/plan-groups/${late.groupId}`, { name: "For a month", position: 0 });
    expect(await names()).toEqual(["For a month", "By the hour"]);
    const { planId } = await call("POST", "/plans", { name: "1 hour", priceCents: 1000, groupId, terms: {} });
    const grouped = async () => (await call("GET", `/plans?groupId=${groupId}`)).items;
    expect(await grouped()).toMatchObject([{ planId, groupId }]);
    expect((await call("POST", "/plans", { name: "x", priceCents: 1, groupId: "none", terms: {} })).field).toBe(
      "groupId",
    );
    await call("DELETE", `/plan-groups/${groupId}`);
    expect([await names(), await grouped()]).toEqual([["For a month"], []]);
    expect(await call("GET", `/plans/${planId}`)).toMatchObject({ name: "1 hour", groupId: null });
  });

  test("a plan's mistakes are named", async () => {
    const { token } = await hub.makeProvider("Gamma");
    const field = async (body: object) => (await hub.call("POST", "/api/v1/plans", { token, body })).body.field;
    const good = { name: "x", priceCents: 1, terms: {} };
    expect(await field({ ...good, priceCents: 1.5 })).toBe("priceCents");
    expect(await field({ ...good, terms: { devices: 0 } })).toBe("terms.devices");
    expect(await field({ ...good, terms: { speed: 1 } })).toBe("terms.speed");
    expect(await field({ ...good, colour: "red" })).toBe("colour");
    expect(await field({ ...good, name: "1GB-DAILY" })).toBe("name");
  });

  test("[RTR-01] a site is made with a single-use token for its agent, changed, found and deleted", async () => {
    const { token, providerId } = await hub.makeProvider("Delta");
    const made = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Main street", region: "Coast" } }))
      .body;
    expect(made.enrolmentToken).toMatch(/^[0-9a-f]{32,}$/);
    expect(made.site).toMatchObject({ name: "Main street", region: "Coast", state: "pending", sessionsOpen: 0 });
    const path = `/api/v1/sites/${made.site.siteId}`;
    await hub.call("PATCH", path, { token, body: { name: "Market", latitude: -4.05, longitude: 39.67 } });
    expect((await hub.call("GET", path, { token })).body).toMatchObject({
      name: "Market",
      region: "Coast",
      latitude: -4.05,
    });
    expect((await feed(providerId, `site:${made.site.siteId}`))[0]?.body).toMatchObject({
      name: "Market",
      sellsOnline: false,
    });
    const another = await hub.call("POST", `${path}/enrolment-token`, { token });
    expect(another.body.enrolmentToken).not.toBe(made.enrolmentToken);
    expect((await hub.call("DELETE", path, { token })).status).toBe(204);
    expect((await hub.call("GET", "/api/v1/sites", { token })).body.items).toEqual([]);
  });

  test("[RTR-22] sites are searched, filtered, sorted and paged", async () => {
    const { token } = await hub.makeProvider("Zones");
    for (const [name, region, district] of [
      ["Nyali", "Coast", "Mombasa"],
      ["Bamburi", "Coast", "Kisauni"],
      ["Kondele", "Nyanza", "Kisumu"],
    ])
      await hub.call("POST", "/api/v1/sites", { token, body: { name, region, district } });
    const page = async (query: string) => (await hub.call("GET", `/api/v1/sites?${query}`, { token })).body;
    const names = async (query: string) => (await page(query)).items.map((one: { name: string }) => one.name);
    expect(await names("sort=name")).toEqual(["Bamburi", "Kondele", "Nyali"]);
    expect(await names("sort=-name&region=coast")).toEqual(["Nyali", "Bamburi"]);
    expect(await names("q=kis&sort=name")).toEqual(["Bamburi", "Kondele"]);
    expect(await names("district=Mombasa")).toEqual(["Nyali"]);
    expect([await names("state=pending&sort=name&limit=2"), await names("state=online")]).toEqual([
      ["Bamburi", "Kondele"],
      [],
    ]);
    const { nextCursor } = await page("sort=name&limit=2");
    expect(await names(`sort=name&limit=2&cursor=${nextCursor}`)).toEqual(["Nyali"]);
  });

  test("when a payment channel comes, every site of the provider learns that it sells online", async () => {
    const { token, providerId } = await hub.makeProvider("Eta");
    const { site } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "One" } })).body;
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const body = { kind: "mpesa-paybill", shortcode: "600100", environment: "sandbox", ...keys };
    expect((await hub.call("POST", "/api/v1/channels", { token, body })).status).toBe(201);
    expect((await feed(providerId, `site:${site.siteId}`))[0]?.body).toMatchObject({ sellsOnline: true });
  });

  test("[VOU-02] [VOU-08] a batch of codes with a prefix: the site can redeem each from one feed row", async () => {
    const provider = await hub.makeProvider("Epsilon");
    const { token } = provider;
    const { siteId, planId } = await shop(provider);
    const order = { planId, quantity: 120, prefix: "BAR", alphabet: "letters", length: 8 };
    const made = await hub.call("POST", "/api/v1/vouchers/batches", { token, body: order });
    expect(made.body).toMatchObject({ codes: 120, siteId, prefix: "BAR", planName: "1 hour", active: true });
    const { batchId } = made.body;

    const codes: { code: string; serial: number }[] = [];
    let cursor = "";
    do {
      const page = (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}&limit=50${cursor}`, { token })).body;
      codes.push(...page.items);
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(codes.length).toBe(120);
    expect(new Set(codes.map((voucher) => voucher.code)).size).toBe(120);

    const follow = await feed(provider.providerId, `site:${siteId}`);
    expect(follow.map((row) => row.kind).sort()).toEqual(["follow", "site"]);
    const row = await publishedBatch(provider.providerId, batchId);
    for (const { code, serial } of codes) expect(decodeVoucherCode(row, code)).toBe(serial);
  });

  test("[VOU-08] [TEN-07] unused codes are cash: in full only with the permission, each such reading audited, masked for all others", async () => {
    const provider = await hub.makeProvider("Secret Codes");
    const { token } = provider;
    const { planId } = await shop(provider);
    const order = { token, body: { planId, quantity: 3 } };
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", order)).body;
    const get = (path: string, by: string) => hub.call("GET", path, { token: by });
    const { items } = (await get(`/api/v1/vouchers?batchId=${batchId}`, token)).body;
    const codes: string[] = items.map((voucher: { code: string }) => voucher.code);
    expect(codes).toHaveLength(3);

    const password = "some-long-password";
    const strangers: string[] = [];
    const own = { name: "Counts", permissions: ["vouchers.read", "vouchers.manage"] };
    const { role } = (await hub.call("POST", "/api/v1/roles", { token, body: own })).body;
    for (const one of ["support", "accountant", "read-only", role]) {
      const body = { email: `${one}@secret.test`, name: "Reader", role: one, password };
      expect((await hub.call("POST", "/api/v1/users", { token, body })).status).toBe(201);
      strangers.push(await hub.logIn(body.email, password));
    }
    const scoped = { name: "reads", scopes: ["vouchers.read"], password: ownerPassword };
    strangers.push((await hub.call("POST", "/api/v1/tokens", { token, body: scoped })).body.token);

    // A message with the code would be another way to it, also to a phone of one's own.
    const send = (by: string) =>
      hub.call("POST", `/api/v1/vouchers/${batchId}.1/send`, {
        token: by,
        body: { phone: "0712345678" },
        headers: { "idempotency-key": `send-${by.slice(-8)}` },
      });
    const support = strangers[0] as string;
    expect((await send(support)).body).toMatchObject({ status: 403, code: "codes-not-allowed" });
    expect((await send(token)).status).toBe(202);
    const [sent] = (await get("/api/v1/messages", support)).body.items;
    expect((await get(`/api/v1/messages/${sent.id}`, support)).body).toMatchObject({ code: "codes-not-allowed" });
    expect((await get(`/api/v1/messages/${sent.id}`, token)).body.text).toMatch(/your code/);

    // Every route of vouchers that says so; others: reveals.test.ts.
    const revealing = hub
      .hub()
      .routes.filter((one) => one.reveals === revealsCodes && one.path.startsWith("/api/v1/vouchers"));
    expect(revealing.map(({ path }) => path).sort()).toEqual([
      "/api/v1/vouchers",
      "/api/v1/vouchers/batches/{batchId}/codes",
      "/api/v1/vouchers/batches/{batchId}/sheet",
      "/api/v1/vouchers/export",
      "/api/v1/vouchers/{voucherId}",
      "/api/v1/vouchers/{voucherId}/trace",
    ]);
    const readings = async (path: string) =>
      (await get(`/api/v1/audit?action=${encodeURIComponent(`GET ${path}`)}`, token)).body.items.length;
    for (const { path } of revealing) {
      const filled = path.replace("{batchId}", batchId).replace("{voucherId}", `${batchId}.0`);
      const before = await readings(path);
      for (const by of strangers) {
        const answer = await get(filled, by);
        expect(answer.status).toBe(/\/(codes|sheet)$/.test(path) ? 403 : 200);
        for (const code of codes) expect(answer.text, `${path} for ${by}`).not.toContain(code);
      }
      expect(await readings(path), "nothing was revealed").toBe(before);
      const answer = await get(filled, token);
      // What is printed is packed: of a sheet only its reading is seen here.
      if (!path.endsWith("/sheet"))
        expect(codes.filter((code) => answer.text.includes(code)).length, path).toBeGreaterThan(0);
      expect(await readings(path)).toBe(before + 1);
    }
    const off = await hub.call("POST", `/api/v1/vouchers/${batchId}.0/disable`, { token: strangers[3] as string });
    expect(off.body).toMatchObject({ state: "disabled", code: `…${codes[0]?.slice(-4)}` });
  });

  test("[VOU-08] [TEN-07] who may not see codes can't find them by trying: short ends, few misses, and the owner is told", async () => {
    const provider = await hub.makeProvider("Guessed Codes");
    const { token } = provider;
    const { planId } = await shop(provider);
    const make = async (order: object) =>
      (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 3, ...order } })).body;
    const { batchId } = await make({ prefix: "KAHAWA", length: 6 });
    const longer = await make({ prefix: "CHAI", length: 8, alphabet: "letters" });
    const list = async (path: string, by: string) => (await hub.call("GET", `/api/v1/${path}`, { token: by })).body;
    const codesOf = async (id: string, by: string): Promise<string[]> =>
      (await list(`vouchers?batchId=${id}`, by)).items.map(({ code }: { code: string }) => code);
    const codes = await codesOf(batchId, token);
    const body = { email: "guess@guess.test", name: "Guesser", role: "support", password: ownerPassword };
    const { userId } = (await hub.call("POST", "/api/v1/users", { token, body })).body;
    const by = await hub.logIn(body.email, ownerPassword);
    expect(await codesOf(batchId, by)).toEqual(["…", "…", "…"]);
    expect(await codesOf(longer.batchId, by)).toEqual(
      (await codesOf(longer.batchId, token)).map((code) => `…${code.slice(-3)}`),
    );
    const whole = await list(`vouchers?code=${codes[0]}`, by);
    expect(whole.items).toMatchObject([{ code: "…", state: "active", planName: "1 hour" }]);
    const wrong = Array.from({ length: 60 }, (_, at) => `KAHAWA${String(at).padStart(6, "0")}`).filter(
      (code) => !codes.includes(code),
    );
    const ask = async (path: string) => (await hub.call("GET", `/api/v1/${path}`, { token: by })).status;
    for (let at = 0; at < 12; at++) expect(await ask(`vouchers?code=${wrong[at]}`)).toBe(200);
    for (let at = 12; at < 16; at++) expect(await ask(`search?q=${wrong[at]}`)).toBe(200);
    for (let at = 16; at < 18; at++) expect(await ask(`vouchers?q=${wrong[at]}`)).toBe(200);
    for (let at = 18; at < 20; at++) expect(await ask(`vouchers/export?code=${wrong[at]}`)).toBe(200);
    const refused = await hub.call("GET", `/api/v1/vouchers?code=${wrong[20]}`, { token: by });
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-tries" } });
    for (const path of ["search?q=", "vouchers?q=", "vouchers/export?code="])
      expect(await ask(`${path}${wrong[21]}`), path).toBe(429);
    expect(await ask("vouchers?q=1%20hour"), "the name of a plan is no guess").toBe(200);
    expect(await ask(`vouchers?code=${wrong[20]}`)).toBe(429);
    const ended = (await list("audit?action=code-guesses-ended", token)).items;
    expect(ended).toMatchObject([{ userId, detail: { misses: 20 } }]);
    for (const code of wrong.slice(0, 25))
      expect((await list(`vouchers?code=${code}`, token)).items, "an owner sees all codes anyway").toEqual([]);
  });

  test("[VOU-08] [TEN-07] support access reads no code that is cash, and each of its readings names the admin", async () => {
    const provider = await hub.makeProvider("Looked After");
    const { token, providerId } = provider;
    const { planId } = await shop(provider);
    const order = { token, body: { planId, quantity: 2 } };
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", order)).body;
    const get = async (path: string, by: string) => await hub.call("GET", `/api/v1/${path}`, { token: by });
    const codes: string[] = (await get(`vouchers?batchId=${batchId}&q=hour`, token)).body.items.map(
      ({ code }: { code: string }) => code,
    );
    const admin = await hub.adminToken();
    for (const readOnly of [true, false]) {
      const asked = { token: admin, body: { reason: "a look at the codes", readOnly } };
      const { token: support } = (await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, asked)).body;
      for (const path of [
        `vouchers?batchId=${batchId}`,
        `vouchers/${batchId}.0`,
        `vouchers/export?batchId=${batchId}`,
      ]) {
        const { status, text } = await get(path, support);
        expect([path, status, codes.some((code) => text.includes(code))]).toEqual([path, 200, false]);
      }
      expect((await get(`vouchers/batches/${batchId}/codes`, support)).status).toBe(403);
      const noted = await hub.call("POST", `/api/v1/vouchers/batches/${batchId}/printed`, { token: support });
      expect(noted.status).toBe(readOnly ? 403 : 200);
    }
    const printed = encodeURIComponent("POST /api/v1/vouchers/batches/{batchId}/printed");
    expect((await get(`audit?action=${printed}`, token)).body.items).toMatchObject([
      { target: batchId, detail: { admin: expect.stringContaining("@") } },
    ]);
    const entries = async (path: string) =>
      (await get(`audit?action=${encodeURIComponent(`GET /api/v1/${path}`)}`, token)).body.items;
    expect(await entries("vouchers"), "[TEN-07] what was read").toMatchObject([
      { target: batchId, detail: { query: { batchId, q: "[4 characters]" } } },
    ]);
    await get(`vouchers/export?batchId=${batchId}`, token);
    expect(await entries("vouchers/export")).toMatchObject([{ target: batchId, detail: { query: { batchId } } }]);
    await get(`vouchers?code=${codes[0]}`, token);
    expect(JSON.stringify(await entries("vouchers"))).not.toContain(codes[0]);
  });

  test("[VOU-17] [PLN-03] a batch with another price, time, data and speed than its plan; the rest is the plan's", async () => {
    const provider = await hub.makeProvider("Festival");
    const { token, providerId } = provider;
    const { planId } = await shop(provider);
    await hub.call("PATCH", `/api/v1/plans/${planId}`, { token, body: { terms: { devices: 3, upKbps: 1000 } } });
    const own = { validitySeconds: 7200, dataBytes: 5e8, downKbps: 4000 };
    const order = { planId, quantity: 2, priceCents: 150, currency: "KES", terms: own };
    const made = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: order })).body;
    expect(made).toMatchObject({ priceCents: 150, currency: "KES", terms: { ...own, devices: 3, upKbps: 1000 } });
    expect((await publishedBatch(providerId, made.batchId)).terms).toMatchObject({
      ...own,
      devices: 3,
      upKbps: 1000,
    });
    const { items } = (await hub.call("GET", `/api/v1/vouchers?batchId=${made.batchId}`, { token })).body;
    expect(items).toMatchObject(Array(2).fill({ priceCents: 150, currency: "KES" }));
    const plan = (await hub.call("GET", `/api/v1/plans/${planId}`, { token })).body;
    expect(plan).toMatchObject({
      priceCents: 1000,
      currency: "KES",
      terms: { validitySeconds: 3600, downKbps: null },
    });
    const field = async (change: object) =>
      (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { ...order, ...change } })).body.field;
    expect(await field({ currency: "XXX" })).toBe("currency");
    expect(await field({ priceCents: -1 })).toBe("priceCents");
    expect(await field({ terms: { downKbps: -5 } })).toBe("terms.downKbps");
    expect(await field({ terms: { speed: 5 } })).toBe("terms.speed");
  });

  test("[VOU-01] [VOU-07] [VOU-12] a single voucher: what it is, where it began, and the data and time that were used of it", async () => {
    const provider = await hub.makeProvider("Single");
    const { token, providerId } = provider;
    const { planId, siteId } = await shop(provider);
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 1 } }))
      .body;
    const look = async () => (await hub.call("GET", `/api/v1/vouchers/${batchId}.0`, { token })).body;
    const fresh = await look();
    expect(fresh).toMatchObject({ planName: "1 hour", priceCents: 1000, currency: "KES", state: "active" });
    expect(fresh).toMatchObject({ redeemedAtMs: null, siteId: null, usedBytes: 0, usedSeconds: 0 });
    expect(fresh.code).toMatch(/^\d{10}$/);
    const nowMs = hub.world.clock.wall().atMs;
    const ids = { providerId, siteId, grantId: `v.${batchId}.0` };
    await hub.database().asProvider(providerId, async (tx) => {
      const redemption = { ...ids, batchId, serial: 0, epoch: "e", seq: 1 };
      await tx.insertInto("voucher_redemptions").values(redemption).execute();
      await tx
        .insertInto("grant_starts")
        .values({
          ...ids,
          epoch: "e",
          seq: 1,
          origin: "voucher",
          planName: "1 hour",
          receivedAtMs: nowMs,
          startedAtMs: nowMs,
          endsAtMs: nowMs + 3_600_000,
          validUntilMs: null,
        })
        .execute();
      for (const [key, bytes] of Object.entries({ one: 1000, two: 3_000_000_000 }))
        await tx
          .insertInto("sessions")
          .values({
            ...ids,
            sessionKey: key,
            receivedAtMs: nowMs,
            startedAtMs: nowMs,
            inputBytes: bytes,
            outputBytes: bytes,
            onlineSeconds: 90,
          })
          .execute();
    });
    expect(await look()).toMatchObject({
      state: "used",
      siteId,
      redeemedAtMs: nowMs,
      endsAtMs: nowMs + 3_600_000,
      usedBytes: 6_000_002_000,
      usedSeconds: 180,
      grantId: `v.${batchId}.0`,
      code: fresh.code,
    });
  });

  test("the batch's key is never in the API's answers nor in the clear in the database", async () => {
    const provider = await hub.makeProvider("Theta");
    const { planId } = await shop(provider);
    const { token, providerId } = provider;
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 3 } }))
      .body;
    const { keyHex } = await publishedBatch(providerId, batchId);
    const answer = await hub.call("GET", `/api/v1/vouchers/batches/${batchId}`, { token });
    expect(answer.text).not.toContain(keyHex);
    const stored = await hub.database().asProvider(providerId, (tx) =>
      sql<{
        all: string;
      }>`select string_agg(b::text, '') || (select string_agg(f::text, '') from feed_rows f) as all from voucher_batches b`.execute(
        tx,
      ),
    );
    expect(stored.rows[0]?.all).not.toContain(keyHex);
  });

  test("[VOU-13] a voucher is found by its code, however it is typed", async () => {
    const provider = await hub.makeProvider("Iota");
    const { planId } = await shop(provider);
    const { token } = provider;
    await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 10 } });
    const { items } = (await hub.call("GET", "/api/v1/vouchers", { token })).body;
    const typed = `${items[3].code.slice(0, 5)}-${items[3].code.slice(5)}`;
    expect((await hub.call("GET", `/api/v1/vouchers?code=${typed}`, { token })).body.items).toEqual([items[3]]);
    expect((await hub.call("GET", "/api/v1/vouchers?code=123", { token })).body.items).toEqual([]);
  });

  test("[VOU-13] over all batches: a part of a code finds it, prices, states and ends sort, sites and batches narrow, and pages miss nothing", async () => {
    const provider = await hub.makeProvider("Sorted");
    const { planId, siteId } = await shop(provider);
    const { token, providerId } = provider;
    const other = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } })).body.site.siteId;
    const make = async (order: object) =>
      (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, siteId, ...order } })).body.batchId;
    const dear = await make({ quantity: 3, priceCents: 9000, prefix: "KAR" });
    const cheap = await make({ quantity: 3, priceCents: 500, siteId: other });
    const list = async (query: string) => {
      const { body, text } = await hub.call("GET", `/api/v1/vouchers?${query}`, { token });
      if (body.items === undefined) throw new Error(text);
      return body;
    };
    const ids = async (query: string) =>
      (await list(query)).items.map(({ voucherId }: { voucherId: string }) => voucherId);
    const of = (batch: string) => [0, 1, 2].map((serial) => `${batch}.${serial}`);
    /** All pages, two at a time. */
    const paged = async (query: string) => {
      const read: string[] = [];
      for (let cursor = ""; ; ) {
        const { items, nextCursor } = await list(`${query}&limit=2${cursor}`);
        read.push(...items.map(({ voucherId }: { voucherId: string }) => voucherId));
        if (nextCursor === null) return read;
        cursor = `&cursor=${nextCursor}`;
      }
    };

    const [{ code }] = (await list(`batchId=${cheap}`)).items;
    expect(await ids(`q=${code.slice(2, 8)}`)).toEqual([`${cheap}.0`]);
    expect(await ids(`q=${code.slice(0, 3)}-${code.slice(3, 7)}`)).toEqual([`${cheap}.0`]);
    expect(await ids("q=KAR")).toEqual(of(dear));
    expect(await ids(`q=${(await list(`batchId=${dear}`)).items[1].code.slice(1, 8).toLowerCase()}`)).toEqual([
      `${dear}.1`,
    ]);
    expect((await list("q=KAR&count=true")).total).toEqual({ count: 3, more: false });
    expect(await ids("q=1 hour")).toHaveLength(6);
    expect(await ids(`siteId=${other}`)).toEqual(of(cheap));
    expect(await paged("sort=price")).toEqual([...of(cheap), ...of(dear)]);
    expect(await paged("sort=-price")).toEqual([...of(dear), ...of(cheap)]);

    await hub.call("POST", `/api/v1/vouchers/${cheap}.2/disable`, { token });
    const nowMs = hub.world.clock.wall().atMs;
    const begin = (batch: string, serial: number, endsAtMs: number | null) =>
      hub.database().asProvider(providerId, async (tx) => {
        const grant = { providerId, grantId: `v.${batch}.${serial}`, siteId, epoch: "e" };
        const seq = serial + (batch === dear ? 10 : 20);
        await tx
          .insertInto("voucher_redemptions")
          .values({ ...grant, batchId: batch, serial, seq })
          .execute();
        const times = {
          startedAtMs: nowMs - 5000,
          endsAtMs,
          validUntilMs: null,
          receivedAtMs: nowMs,
        };
        await tx
          .insertInto("grant_starts")
          .values({ ...grant, ...times, origin: "voucher", planName: "1 hour", seq })
          .execute();
      });
    await begin(dear, 1, nowMs + 60_000);
    await begin(cheap, 1, nowMs + 30_000);
    await begin(dear, 0, nowMs - 1000);
    await begin(dear, 2, null);
    const [ended, soon, later] = [`${dear}.0`, `${cheap}.1`, `${dear}.1`];
    const [endless, unused, off] = [`${dear}.2`, `${cheap}.0`, `${cheap}.2`];
    expect(await paged("sort=ends")).toEqual([ended, soon, later, unused, off, endless]);
    expect(await paged("sort=-ends")).toEqual([later, soon, ended, unused, off, endless]);
    expect(await paged("sort=ends&state=used")).toEqual([soon, later, endless]);
    expect(await paged("sort=state")).toEqual([unused, soon, later, endless, ended, off]);
    expect(await paged("sort=-state")).toEqual([off, ended, soon, later, endless, unused]);
    expect(await paged("sort=ends&q=KAR")).toEqual([ended, later, endless]);
  });

  test("[VOU-13] [TEN-07] by a part of a code nobody finds more than lists show them: of an unused one its end, of a used one all", async () => {
    const provider = await hub.makeProvider("Parts");
    const { planId, siteId } = await shop(provider);
    const { token, providerId } = provider;
    const { batchId } = (
      await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, siteId, quantity: 2 } })
    ).body;
    const [unused, used] = (await hub.call("GET", "/api/v1/vouchers", { token })).body.items;
    await hub.database().asProvider(providerId, async (tx) => {
      const grant = { providerId, grantId: `v.${batchId}.1`, siteId, epoch: "e", seq: 1 };
      await tx
        .insertInto("voucher_redemptions")
        .values({ ...grant, batchId, serial: 1 })
        .execute();
      const times = { startedAtMs: 1000, endsAtMs: null, validUntilMs: null, receivedAtMs: 1000 };
      await tx
        .insertInto("grant_starts")
        .values({ ...grant, ...times, origin: "voucher", planName: "1 hour" })
        .execute();
    });
    const { role } = (
      await hub.call("POST", "/api/v1/roles", { token, body: { name: "Reader", permissions: ["vouchers.read"] } })
    ).body;
    const body = { email: "reader@parts.test", name: "Reader", role, password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token, body });
    const reader = await hub.logIn(body.email, ownerPassword);
    const found = async (part: string) =>
      (await hub.call("GET", `/api/v1/vouchers?q=${part}`, { token: reader })).body.items.map(
        ({ serial }: { serial: number }) => serial,
      );
    expect(await found(unused.code.slice(0, 6))).toEqual([]);
    expect(await found(unused.code.slice(-4))).toEqual([0]);
    expect(await found(unused.code.slice(-5))).toEqual([]);
    expect(await found(used.code.slice(0, 6))).toEqual([1]);
  });

  test("[VOU-05] a voucher is disabled and enabled again; a whole batch too", async () => {
    const provider = await hub.makeProvider("Kappa");
    const { planId } = await shop(provider);
    const { token, providerId } = provider;
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 2 } }))
      .body;
    const state = async (path: string) => (await hub.call("POST", path, { token })).body;
    expect((await state(`/api/v1/vouchers/${batchId}.1/disable`)).state).toBe("disabled");
    expect((await feed(providerId, `batch:${batchId}`)).find((row) => row.kind === "voucher")).toMatchObject({
      key: "1",
      body: { state: "disabled" },
    });
    expect((await hub.call("GET", `/api/v1/vouchers/${batchId}.0`, { token })).body.state).toBe("active");
    expect((await state(`/api/v1/vouchers/${batchId}.1/enable`)).state).toBe("active");
    expect((await feed(providerId, `batch:${batchId}`)).find((row) => row.kind === "voucher")?.body).toBeNull();
    expect((await state(`/api/v1/vouchers/batches/${batchId}/disable`)).active).toBe(false);
    expect((await hub.call("GET", `/api/v1/vouchers/${batchId}.0`, { token })).body.state).toBe("disabled");
    expect((await hub.call("POST", `/api/v1/vouchers/${batchId}.2/disable`, { token })).status).toBe(404);
  });

  test("[VOU-05] [RTR-31] a code that is over in the system that it came from is shown so, and stays over whoever switches it off and on", async () => {
    const provider = await hub.makeProvider("Taken");
    const { planId } = await shop(provider);
    const { token, providerId } = provider;
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId, quantity: 3 } }))
      .body;
    const ask = (serial: number, verb: string) =>
      hub.call("POST", `/api/v1/vouchers/${batchId}.${serial}/${verb}`, { token });
    const told = async () =>
      (await feed(providerId, `batch:${batchId}`)).filter(({ kind }) => kind === "voucher").map(({ body }) => body);
    // Staff have switched this one off before the system that it came from said that it is over.
    await ask(1, "disable");
    const publish = createPublish(hub.world, hub.envelope);
    const over = [0, 1].map((serial) => ({ batchId, serial, more: null }));
    await hub
      .database()
      .asProvider(providerId, (tx) => changeListed({ world: hub.world, publish }, tx, providerId, over));
    const gone = [{ state: "redeemed-elsewhere" }, { state: "redeemed-elsewhere" }];
    for (const serial of [0, 1]) {
      expect((await hub.call("GET", `/api/v1/vouchers/${batchId}.${serial}`, { token })).body.state).toBe("disabled");
      expect((await ask(serial, "disable")).body.state).toBe("disabled");
      expect((await ask(serial, "enable")).body).toMatchObject({ status: 409, code: "voucher-over" });
    }
    expect(await told()).toMatchObject(gone);
    const active = (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}&state=active`, { token })).body.items;
    expect(active.map(({ serial }: { serial: number }) => serial)).toEqual([2]);
    const off = (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}&state=disabled`, { token })).body.items;
    expect(off.map(({ serial }: { serial: number }) => serial)).toEqual([0, 1]);
  });

  longTest(
    "[VOU-05] a voucher whose lease moved is still with its holder when it was disabled and enabled again",
    async () => {
      const { providerId, token, batchId, claimAt, others } = await roaming("Leased");
      const [other] = others;
      expect(await claimAt(other)).toMatchObject({ kind: "leased" });
      const row = async () => (await feed(providerId, `batch:${batchId}`)).find(({ kind }) => kind === "voucher")?.body;
      const moved = await row();
      expect(moved).toMatchObject({ state: "transferred", siteId: other, use: { usedBytes: 1000 } });
      const turn = (word: string) => hub.call("POST", `/api/v1/vouchers/${batchId}.0/${word}`, { token });
      await turn("disable");
      expect(await row()).toMatchObject({ state: "disabled" });
      expect((await turn("enable")).body.state).toBe("active");
      expect(await row()).toEqual(moved);
      await turn("enable");
      expect(await row(), "enabled twice").toEqual(moved);
      const exceptions = await hub
        .database()
        .asProvider(providerId, (tx) => tx.selectFrom("voucher_exceptions").select(["state", "atMs"]).execute());
      expect(exceptions).toEqual([{ state: "transferred", atMs: (moved as { atMs: number }).atMs }]);
    },
  );

  longTest(
    "a lease that came back to its holder while that one was asked for it does not go by the former answer",
    async () => {
      const { homeSiteId, claimAt, others, whileAsked } = await roaming("Circle");
      const [one, two] = others;
      whileAsked(async () => {
        expect(await claimAt(two)).toMatchObject({ kind: "leased" });
        expect(await claimAt(homeSiteId)).toMatchObject({ kind: "leased" });
      });
      expect(await claimAt(one)).toMatchObject({ kind: "elsewhere" });
      expect(await claimAt(homeSiteId), "it holds it still").toMatchObject({ kind: "leased" });
    },
  );

  test("[BEY-21] a code that staff paused goes on at no other site, and what they gave goes with it, once", async () => {
    const { token, providerId, batchId, homeSiteId, claimAt, others } = await roaming("Paused");
    const [one, two] = others;
    const grantId = `v.${batchId}.0`;
    const inProvider = <T>(work: Parameters<ReturnType<typeof hub.database>["asProvider"]>[1]) =>
      hub.database().asProvider(providerId, work) as Promise<T>;
    const sums = { seconds: 3600, useSeconds: 0, dataBytes: 1500, downKbps: 5000, changedAtMs: 1 };
    await inProvider((tx) =>
      tx
        .insertInto("grant_changes")
        .values({
          providerId,
          siteId: homeSiteId,
          grantId,
          ...sums,
          upKbps: null,
          devices: null,
          pausedAtMs: 1,
          pausedReason: "Stolen",
        })
        .execute(),
    );
    expect(await claimAt(one)).toMatchObject({ kind: "elsewhere" });
    await inProvider((tx) => tx.updateTable("grant_changes").set({ pausedAtMs: null }).execute());
    // 1000 bytes were used, of the 1500 that were given.
    expect(await claimAt(one)).toMatchObject({ kind: "leased", use: { usedBytes: 0 } });
    const changes = () =>
      inProvider<unknown>((tx) =>
        tx.selectFrom("grant_changes").select(["siteId", "dataBytes", "seconds", "downKbps"]).execute(),
      );
    expect(await changes()).toEqual([{ siteId: one, dataBytes: 500, seconds: 3600, downKbps: 5000 }]);
    const told = async (siteId: string) =>
      (await feed(providerId, `site:${siteId}`)).find(({ kind }) => kind === "grant-change")?.body;
    expect(await told(homeSiteId)).toBeNull();
    expect(await told(one)).toMatchObject({ grantId, dataBytes: 500, seconds: 3600, downKbps: 5000 });
    expect(await claimAt(two)).toMatchObject({ kind: "leased", use: { usedBytes: 500 } });
    expect(await changes()).toMatchObject([{ siteId: two, dataBytes: 0 }]);
    // Where it began it is not any more: a change there would change nothing.
    await inProvider((tx) =>
      sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
          values (${providerId}, ${grantId}, ${homeSiteId}, 'voucher', 'hour', 1, null, 'e1', 1, 1)`.execute(tx),
    );
    const pause = (siteId: string) =>
      hub.call("POST", `/api/v1/sites/${siteId}/grants/${grantId}/pause`, { token, body: { reason: "Stolen" } });
    expect((await pause(homeSiteId)).body.code).toBe("grant-elsewhere");
  });

  // The embedded engine has one connection: there nothing moves meanwhile.
  longTest.skipIf(engine === "embedded")(
    "[BEY-21] what staff change of a voucher whose lease moves at that moment goes with it, or is refused: none is lost",
    async () => {
      const { token, providerId, batchId, homeSiteId, claimAt, others, whileMoving } = await roaming("Moving");
      const [one, two] = others;
      const grantId = `v.${batchId}.0`;
      const database = hub.database();
      const begins = (siteId: string) =>
        database.asProvider(providerId, (tx) =>
          sql`insert into grant_starts (provider_id, grant_id, site_id, origin, plan_name, started_at_ms, ends_at_ms, epoch, seq, received_at_ms)
              values (${providerId}, ${grantId}, ${siteId}, 'voucher', 'hour', 1, null, 'e1', 1, 1)`.execute(tx),
        );
      const somebodyWaits = () =>
        vi.waitFor(async () => expect(await lockWaits(database)).toBeGreaterThan(0), { timeout: 20_000 });
      const { world } = hub;
      const parts = { world, publish: createPublish(world, hub.envelope), emit: createEmit(world) };
      const cause = { reason: "Power cut", userId: null, giftId: null };
      await begins(homeSiteId);
      let claimed: Promise<unknown> = Promise.resolve();
      await whileHeld(
        database,
        providerId,
        (tx) => giveGrant(parts, tx, { providerId, siteId: homeSiteId, grantId }, { dataBytes: 5000 }, cause),
        async () => {
          claimed = claimAt(one);
          await Promise.race([claimed, somebodyWaits()]);
        },
      );
      expect(await claimed).toMatchObject({ kind: "leased", use: { usedBytes: 0 } });
      const sites = () =>
        database.asProvider(providerId, (tx) =>
          tx.selectFrom("grant_changes").select(["siteId", "dataBytes"]).execute(),
        );
      expect(await sites()).toEqual([{ siteId: one, dataBytes: 4000 }]);

      await database.asProvider(providerId, (tx) => tx.deleteFrom("grant_changes").execute());
      await begins(one);
      let paused: Promise<unknown> = Promise.resolve();
      whileMoving(async () => {
        const path = `/api/v1/sites/${one}/grants/${grantId}/pause`;
        paused = hub.call("POST", path, { token, body: { reason: "Stolen" } });
        await Promise.race([paused, somebodyWaits()]);
      });
      expect(await claimAt(two)).toMatchObject({ kind: "leased" });
      expect(await paused).toMatchObject({ body: { code: "grant-elsewhere" } });
      expect(await sites()).toEqual([]);
    },
  );

  /** A voucher that three sites may redeem. The holder of its lease releases it when asked, and has used 1000 bytes of it. */
  async function roaming(name: string) {
    const provider = await hub.makeProvider(name);
    const { token, providerId } = provider;
    const { siteId: homeSiteId, planId } = await shop(provider);
    const siteIds: string[] = [];
    for (const other of ["One", "Two"])
      siteIds.push((await hub.call("POST", "/api/v1/sites", { token, body: { name: other } })).body.site.siteId);
    const order = { planId, quantity: 1, siteId: homeSiteId };
    const { batchId } = (await hub.call("POST", "/api/v1/vouchers/batches", { token, body: order })).body;
    await hub.call("PUT", `/api/v1/vouchers/batches/${batchId}/sites`, { token, body: { siteIds } });
    let meanwhile: () => Promise<void> = async () => {};
    let moving: () => Promise<void> = async () => {};
    const emit = createEmit(hub.world);
    const { answer } = claimLeaseHandler({
      world: hub.world,
      database: hub.database(),
      parties: hub.hub().parties,
      publish: createPublish(hub.world, hub.envelope),
      async emit(...event) {
        await moving();
        await emit(...event);
      },
      async call() {
        const first = meanwhile;
        meanwhile = async () => {};
        await first();
        return { kind: "released", use: { ...unused, usedBytes: 1000 } } as never;
      },
    });
    return {
      token,
      providerId,
      batchId,
      homeSiteId,
      others: siteIds as [string, string],
      claimAt: (siteId: string) => answer({ providerId, siteId }, { batchId, serial: 0 }, new AbortController().signal),
      whileAsked(work: () => Promise<void>) {
        meanwhile = work;
      },
      /** Before the transaction of a move is committed. */
      whileMoving(work: () => Promise<void>) {
        moving = work;
      },
    };
  }

  test("codes that could be guessed are refused, and so is a batch without a site", async () => {
    const provider = await hub.makeProvider("Lambda");
    const { token } = provider;
    const { items } = (await hub.call("GET", "/api/v1/plans", { token })).body;
    const make = (body: object) =>
      hub.call("POST", "/api/v1/vouchers/batches", {
        token,
        body: { planId: items[0].planId, quantity: 11, ...body },
      });
    expect((await make({})).body).toMatchObject({ status: 400, code: "site-needed", field: "siteId" });
    await shop(provider);
    expect((await make({ length: 6 })).body).toMatchObject({ status: 422, code: "codes-too-short", field: "length" });
    const full = await make({ length: 6, quantity: 10 });
    expect(full.status).toBe(201);
    expect((await make({ length: 6, quantity: 1 })).body).toMatchObject({ status: 422, field: "length" });
    // One that is off may be switched on again at any time, without a question: it holds its place.
    await hub.call("POST", `/api/v1/vouchers/batches/${full.body.batchId}/disable`, { token });
    expect((await make({ length: 6, quantity: 1 })).body).toMatchObject({ status: 422, field: "length" });
    expect((await make({ planId: "nothing" })).body).toMatchObject({ status: 404, field: "planId" });
  });

  test("batches ordered at the same moment never hold the same code, and never pass the limit together", async () => {
    const provider = await hub.makeProvider("Mu");
    const { planId } = await shop(provider);
    const { token } = provider;
    const order = { planId, quantity: 6, length: 6 };
    const answers = await Promise.all(
      [1, 2, 3].map(() => hub.call("POST", "/api/v1/vouchers/batches", { token, body: order })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422, 422]);
  });

  async function shop({ token }: TestProvider): Promise<{ siteId: string; planId: string }> {
    const { site } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Shop" } })).body;
    const body = { name: "1 hour", priceCents: 1000, terms: { validitySeconds: 3600 } };
    const plan = (await hub.call("POST", "/api/v1/plans", { token, body })).body;
    return { siteId: site.siteId, planId: plan.planId };
  }

  /** Feed rows as they stand in the table (secrets sealed). */
  async function feed(providerId: string, scope: string) {
    return hub
      .database()
      .asProvider(providerId, (tx) =>
        tx
          .selectFrom("feed_rows")
          .select(["kind", "key", "body"])
          .where("scope", "=", scope)
          .orderBy("version")
          .execute(),
      );
  }

  async function publishedPlan(providerId: string, planId: string) {
    return (await feed(providerId, "provider")).find((row) => row.key === planId)?.body;
  }

  /** The batch's row as a site gets it. */
  async function publishedBatch(providerId: string, batchId: string): Promise<BatchBody> {
    const scope = `batch:${batchId}`;
    const row = (await feed(providerId, scope)).find((one) => one.kind === "batch");
    return readableBody(hub.envelope, { providerId, scope, kind: "batch", key: batchId }, row?.body) as BatchBody;
  }
});
