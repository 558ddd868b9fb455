/** Stock at work: what is where adds up; and an installation from a lead to a line that is billed. */
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";

hubSuite("stock and installations", (hub) => {
  let provider: TestProvider;
  let technician = "";
  let technicianId = "";
  let store = "";
  let cpe = "";
  let cable = "";
  let siteId = "";
  let planId = "";
  let keys = 0;
  const call = (method: string, path: string, body?: object, token = provider.token, key = `key-${++keys}`) =>
    hub.call(method, `/api/v1${path}`, { token, body, headers: { "idempotency-key": key } });
  const receive = (serials: string, more: object = {}) =>
    call("POST", "/stock-items/receive", { kindId: cpe, place: `store:${store}`, serials, ...more });
  const itemOf = async (serial: string) => (await call("GET", `/stock-items?q=${serial}`)).body.items[0];
  /** What the movements say, added up, against what is kept. */
  const sums = () =>
    hub.database().asProvider(provider.providerId, async (tx) => {
      const { rows } = await sql<{ off: number | string; below: number | string; lost: number | string }>`
          with moved as (select kind_id, from_place as place, -quantity as quantity from stock_movements
            union all select kind_id, to_place, quantity from stock_movements),
          summed as (select kind_id, place, sum(quantity) as quantity from moved group by 1, 2)
          select (select count(*) from stock_balances b full join summed s using (kind_id, place)
              where coalesce(b.quantity, 0) <> coalesce(s.quantity, 0)) as off,
            (select count(*) from stock_balances where quantity < 0 and place not in ('supplier', 'sold', 'lost')) as below,
            (select count(*) from (select kind_id, place, count(*) as n from stock_items group by 1, 2) i
              full join (select b.* from stock_balances b join stock_kinds k using (provider_id, kind_id)
                where k.has_serials and b.place <> 'supplier') b using (kind_id, place)
              where coalesce(i.n, 0) <> coalesce(b.quantity, 0)) as lost`.execute(tx);
      return Object.values(rows[0] ?? {}).map(Number);
    });

  beforeAll(async () => {
    provider = await hub.makeProvider("Mwangaza");
    siteId = (await call("POST", "/sites", { name: "Hill" })).body.site.siteId;
    planId = (await call("POST", "/plans", { name: "Home", priceCents: 200_000, terms: {} })).body.planId;
    store = (await call("POST", "/stock-stores", { name: "Shop" })).body.storeId;
    cpe = (await call("POST", "/stock-kinds", { name: "SXT" })).body.kindId;
    cable = (await call("POST", "/stock-kinds", { name: "Cable", hasSerials: false, unit: "m" })).body.kindId;
    const email = "tech@mwangaza.test";
    const user = { email, name: "Otieno", role: "installer", password: "some-long-password" };
    technicianId = (await call("POST", "/users", user)).body.userId;
    technician = await hub.logIn(email, "some-long-password");
  });

  test("[CUS-21] what is pasted is received once: a look first, known and repeated ones are named, a second try changes nothing", async () => {
    expect((await receive("AA01\nAA02\nAA02", { check: true })).body).toMatchObject({ fresh: 2, received: 0 });
    expect((await receive("AA01\nAA02\nAA02")).body).toMatchObject({ fresh: 2, received: 2, repeated: ["AA02"] });
    expect((await receive("aa-01\nAA03")).body).toMatchObject({ fresh: 1, received: 1, known: ["AA01"] });
    const both = await Promise.all([receive("BB01\nBB02"), receive("BB02\nBB03")]);
    expect(both.map(({ status }) => status).sort()).toEqual(expect.arrayContaining([200]));
    const { items } = (await call("GET", "/stock-kinds")).body;
    const here = items.find((one: { kindId: string }) => one.kindId === cpe).here;
    expect(here).toBe((await call("GET", "/stock-items?count=true")).body.total.count);
    expect(await sums()).toEqual([0, 0, 0]);
  });

  test("[CUS-21] a technician carries in and out of the own van, and nothing else; two who take one thing have it once", async () => {
    const van = `van:${technicianId}`;
    const { itemId } = await itemOf("AA01");
    const move = (to: string, why = "taken", token = technician) =>
      call("POST", `/stock-items/${itemId}/move`, { to, why }, token);
    expect((await move("lost", "lost")).body.code).toBe("not-own-van");
    const both = await Promise.all([move(van), move(van)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await move("sold", "sold")).status).toBe(403);
    expect((await move("van:nobody")).status).toBe(404);
    // What is sold is asked back of nobody: into a customer's house it goes as lent.
    const buyer = (await call("POST", "/customers", { name: "Friend" })).body.customerId;
    expect((await move(`customer:${buyer}`, "sold")).body.code).toBe("not-own-van");
    expect(await itemOf("AA01")).toMatchObject({ place: van, holding: "own" });
    const take = (quantity: number, key?: string) =>
      call(
        "POST",
        "/stock-movements",
        { kindId: cable, from: `store:${store}`, to: van, quantity, why: "taken" },
        technician,
        key,
      );
    expect((await take(50)).body.code).toBe("too-few");
    const receiveCable = { kindId: cable, from: "supplier", to: `store:${store}`, quantity: 300, why: "received" };
    expect((await call("POST", "/stock-movements", receiveCable, technician)).status).toBe(403);
    expect((await call("POST", "/stock-movements", receiveCable)).status).toBe(200);
    const many = await Promise.all([take(100), take(100), take(100), take(100)]);
    expect(many.map(({ status }) => status).sort()).toEqual([200, 200, 200, 409]);
    expect(await sums()).toEqual([0, 0, 0]);
    const own = (await call("GET", "/stock-places", undefined, technician)).body;
    const mine = own.items.find((one: { place: string }) => one.place === own.ownVan);
    expect(mine.kinds.map(({ name, quantity }: { name: string; quantity: number }) => [name, quantity])).toEqual([
      ["Cable", 300],
      ["SXT", 1],
    ]);
  });

  test("[CUS-21] from a lead to a billed line in one step: checklist, equipment lent, then asked back when the line ends", async () => {
    const lead = {
      name: "Wanjiku",
      phone: "0712000111",
      planId,
      siteId,
      latitude: -1.29,
      longitude: 36.82,
      source: "poster",
    };
    const { installationId } = (await call("POST", "/installations", lead)).body;
    const path = `/installations/${installationId}`;
    expect((await call("GET", path, undefined, technician)).status).toBe(404);
    const visitFromMs = hub.world.clock.wall().atMs + 3_600_000;
    const wrong = { visitFromMs, visitUntilMs: visitFromMs - 1 };
    expect((await call("PATCH", path, wrong)).body).toMatchObject({ status: 400, code: "bad-visit" });
    const visit = { visitFromMs, visitUntilMs: visitFromMs + 7_200_000, assignedTo: technicianId };
    expect((await call("PATCH", path, visit)).body).toMatchObject({ state: "planned", phone: "254712000111" });
    expect((await call("GET", "/installations", undefined, technician)).body.items).toHaveLength(1);
    const work = (what: string, body: object, key?: string) => call("POST", `${path}/${what}`, body, technician, key);
    expect((await work("check", { item: 0, done: true })).body).toMatchObject({ state: "working", ticked: 1 });
    expect((await work("equipment", { serial: "AA02", how: "lent" })).body.code).toBe("not-in-van");
    const once = [
      await work("equipment", { serial: "aa 01", how: "lent" }, "same"),
      await work("equipment", { serial: "aa 01", how: "lent" }, "same"),
    ];
    expect(once.map(({ body }) => body.equipment)).toEqual([
      [expect.objectContaining({ serial: "AA01", holding: "lent" })],
      [expect.objectContaining({ serial: "AA01", holding: "lent" })],
    ]);
    expect((await work("used", { kindId: cable, quantity: 25 })).status).toBe(200);
    const done = { username: "wanjiku.home", siteIds: [siteId], planId };
    const other = (await call("POST", "/customers", { name: "Somebody else" })).body.customerId;
    expect((await work("complete", { ...done, customerId: other })).status).toBe(403);
    const taken = await work("complete", { ...done, siteIds: ["nowhere"] });
    expect(taken.status).toBe(404);
    expect((await call("GET", "/customers?q=Wanjiku")).body.items).toEqual([]); // all or nothing
    const twice = [await work("complete", done, "done"), await work("complete", done, "done")];
    expect(twice.map(({ status }) => status)).toEqual([200, 200]);
    expect(twice[1]?.body).toEqual(twice[0]?.body);
    const made = twice[0]?.body;
    expect(made).toMatchObject({ state: "done", password: expect.stringMatching(/^.{10}$/) });
    expect((await work("complete", done)).body.code).toBe("installation-over");
    const { customerId, accountId, subscriptionId } = made;
    expect((await call("GET", `/customers/${customerId}`)).body).toMatchObject({ phone: "254712000111" });
    expect((await call("GET", `/subscriptions/${subscriptionId}`)).body).toMatchObject({ accountId, state: "over" });
    const lent = async () => (await call("GET", `/customers/${customerId}/equipment`)).body.items;
    expect(await lent()).toMatchObject([{ serial: "AA01", holding: "lent", askedBackMs: null }]);
    const ask = async () => {
      hub.moveClock(11 * 60_000);
      provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
      await hub.hub().maintenance.runDue();
    };
    await ask();
    expect(await lent()).toMatchObject([{ askedBackMs: null }]);
    // Cancelled, and paid for a month still: it runs over what is lent.
    const renewed = await call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" });
    expect(renewed.status, renewed.text).toBe(200);
    await call("POST", `/subscriptions/${subscriptionId}/cancel`, {});
    await ask();
    expect(await lent()).toMatchObject([{ askedBackMs: null }]);
    hub.moveClock(32 * 86_400_000);
    await ask();
    // Its end has gone by: this ends it now, where no look has yet.
    await call("POST", `/subscriptions/${subscriptionId}/cancel`, {});
    expect((await call("GET", `/subscriptions/${subscriptionId}`)).body.state).toBe("ended");
    await ask();
    await ask();
    expect(await lent()).toMatchObject([{ askedBackMs: expect.any(Number) }]);
    const tickets = (await call("GET", "/tickets?kind=equipment")).body.items;
    expect(tickets).toMatchObject([{ customerId, openedBy: "karibu", subject: "Equipment to get back: Wanjiku" }]);
    const { itemId } = await itemOf("AA01");
    const back = await call("POST", `/stock-items/${itemId}/move`, { to: `store:${store}`, why: "returned" });
    expect(back.body).toMatchObject({ holding: "own", customerId: null, askedBackMs: null });
    expect(await lent()).toEqual([]);
    expect(await sums()).toEqual([0, 0, 0]);
  });

  test.each([
    ["POST", "/installations", { name: "Asha", longitude: 36.8 }],
    ["PATCH", "/installations/i", { longitude: null }],
    ["POST", "/installations/i/place", { latitude: -1.28 }],
  ])("[UIX-10] %s %s %j names the rule of a place that is half told", async (method, path, body) => {
    const answer = await call(method, path, body);
    expect(answer.body).toMatchObject({ status: 400, code: "invalid", field: "longitude", rule: "half-place" });
  });

  test("[CUS-21] an installation that is cancelled says why, and what was put up goes back into the van", async () => {
    const lead = { name: "Kamau", assignedTo: technicianId };
    const { installationId } = (await call("POST", "/installations", lead)).body;
    await call("POST", `/installations/${installationId}/equipment`, { serial: "AA03", how: "sold" });
    const cancelled = await call("POST", `/installations/${installationId}/cancel`, {
      reason: "No sight of the mast",
    });
    expect(cancelled.body).toMatchObject({ state: "cancelled", cancelReason: "No sight of the mast" });
    expect(await itemOf("AA03")).toMatchObject({ place: `van:${technicianId}`, holding: "own" });
    expect((await call("PATCH", `/installations/${installationId}`, { name: "x" })).body.code).toBe(
      "installation-over",
    );
    expect(await sums()).toEqual([0, 0, 0]);
  });

  test("[CUS-21] what is counted comes back from the van of who left, from a store that was closed and from a customer who is gone; nothing goes there", async () => {
    const leaver = { email: "leaver@mwangaza.test", name: "Njoroge", role: "installer", password: ownerPassword };
    const { userId } = (await call("POST", "/users", leaver)).body;
    const hut = (await call("POST", "/stock-stores", { name: "Hut" })).body.storeId;
    const house = (await call("POST", "/customers", { name: "Gone" })).body.customerId;
    const places = [`van:${userId}`, `store:${hut}`, `customer:${house}`];
    const move = (from: string, to: string, why = "moved") =>
      call("POST", "/stock-movements", { kindId: cable, from, to, quantity: 10, why });
    expect((await move("supplier", `store:${store}`, "received")).status).toBe(200);
    for (const place of places) {
      await move("supplier", `store:${store}`, "received");
      expect((await move(`store:${store}`, place)).status, place).toBe(200);
    }
    expect((await call("PATCH", `/users/${userId}`, { active: false })).status).toBe(200);
    expect((await call("PATCH", `/stock-stores/${hut}`, { active: false })).status).toBe(200);
    expect((await call("DELETE", `/customers/${house}`)).status).toBeLessThan(300);
    for (const place of places) {
      expect((await move(place, `store:${store}`, "returned")).status, place).toBe(200);
      expect((await move(place, `store:${store}`, "returned")).body.code, place).toBe("too-few");
      expect((await move(`store:${store}`, place)).status, place).toBe(404);
    }
    expect((await move("job:1", `store:${store}`)).status).toBe(404);
    expect(await sums()).toEqual([0, 0, 0]);
  });

  longTest("[CUS-21] of somebody who became no customer nothing is kept after 400 days", async () => {
    const { installationId } = (await call("POST", "/installations", { name: "Baraka", phone: "0712000222" })).body;
    await call("POST", `/installations/${installationId}/cancel`, { reason: "Too far away" });
    const after = async (days: number) => {
      hub.moveClock(days * 86_400_000);
      provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
      await hub.hub().maintenance.runDue();
      return (await call("GET", `/installations/${installationId}`)).status;
    };
    expect([await after(399), await after(2)]).toEqual([200, 404]);
  });
});
