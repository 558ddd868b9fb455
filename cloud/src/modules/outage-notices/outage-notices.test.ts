/** Customers are told of an outage once, and once when it is over. */

import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { playProcess } from "../../fleet/link/test-processes.ts";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { usualText } from "../../messaging/texts/every-language.ts";
import { fillTemplate } from "../../messaging/texts/fill-template.ts";
import { askerOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { isBack, isOutage, isQuiet, outageText, usualRules } from "./outage-policy.ts";
import { decide, lookAtOutages, readOutage } from "./outages.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

test("[CUS-09] quiet hours go over midnight, in the provider's own time", () => {
  const rules = { ...usualRules, quietFromMinute: 21 * 60, quietUntilMinute: 7 * 60 };
  const at = (time: string) => Date.parse(`2026-01-05T${time}:00+03:00`);
  expect(["20:59", "21:00", "23:59", "00:00", "06:59", "07:00"].map((time) => isQuiet(rules, at(time), 180))).toEqual([
    ...[false, true, true, true, true, false],
  ]);
  const by = (from: number | null, until: number | null) =>
    isQuiet({ ...rules, quietFromMinute: from, quietUntilMinute: until }, at("12:30"), 180);
  expect([by(12 * 60, 13 * 60), by(13 * 60, 14 * 60), by(null, null), by(60, 60)]).toEqual([true, false, false, false]);
});

test("[CUS-09] a flap is no outage, and a hub that was away itself tells nobody of sites that it did not hear", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 0, max: 1e8 }),
      fc.integer({ min: 0, max: 1e8 }),
      fc.integer({ min: 5, max: 1440 }),
      (start, awayMs, hubMs, afterMinutes) => {
        const now = start + Math.max(awayMs, hubMs);
        const link = { isUp: false, sinceMs: now - awayMs };
        const heardMs = Math.min(awayMs, hubMs);
        expect(isOutage(link, { ...usualRules, afterMinutes }, now, now - hubMs)).toBe(
          heardMs >= afterMinutes * minuteMs,
        );
      },
    ),
  );
  expect(isBack({ isUp: true, sinceMs: 0 }, 2 * minuteMs - 1)).toBe(false);
  expect(isBack({ isUp: true, sinceMs: 0 }, 2 * minuteMs)).toBe(true);
});

test("[CUS-09] a link that a clock dated years ahead is away since the hub runs at the longest, and back once it is there", () => {
  const aheadMs = 3 * 365 * 24 * hourMs;
  const upMs = 1_000_000;
  const away = (nowMs: number) => isOutage({ isUp: false, sinceMs: aheadMs }, usualRules, nowMs, upMs);
  expect([away(upMs + 15 * minuteMs - 1), away(upMs + 15 * minuteMs)]).toEqual([false, true]);
  expect(isBack({ isUp: true, sinceMs: aheadMs }, upMs)).toBe(true);
});

test("[CUS-09] what customers read has the site and the time of their place", () => {
  const outage = {
    ...({ site: "Hill", kind: "outage", sinceMs: Date.parse("2026-11-22T15:05:00Z") } as const),
    untilMs: null,
    words: null,
    utcOffsetMinutes: 180,
  };
  const read = (locale: "en" | "sw", phase: "down" | "back", of: typeof outage | typeof work) => {
    const { template, values } = outageText(phase, of);
    return fillTemplate(usualText(template, locale), { provider: "Mwangaza", ...values });
  };
  const work = { ...outage, kind: "maintenance", untilMs: outage.sinceMs + hourMs, words: null } as const;
  expect(read("en", "down", outage)).toBe(
    "Mwangaza: the internet at Hill is away since 22/11 18:05. We are working on it.",
  );
  expect(read("sw", "back", outage)).toContain("imerudi");
  expect(read("en", "down", work)).toBe(
    "Mwangaza: work is planned at Hill from 22/11 18:05 to 22/11 19:05. The internet may be away.",
  );
  expect(read("en", "back", work)).toBe("Mwangaza: the work planned at Hill on 22/11 18:05 does not take place.");
});

engineSuite("outage notices", (engine) => {
  const hub = useHub(engine);
  let provider: TestProvider;
  let siteId = "";
  let other = "";
  const customers: string[] = [];
  const call = askerOf(hub, () => provider.token);
  const later = async (byMs: number) => {
    hub.passTime(byMs);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
    await hub.hub().maintenance.runDue();
  };
  const link = (of: string, isUp: boolean, agoMs: number) =>
    hub.database().asPlatform("test", async (tx) => {
      const at = hub.world.clock.wall().atMs - agoMs;
      await playProcess(tx, "test");
      await sql`insert into agents (provider_id, site_id, public_key, enrolled_at_ms) values (${provider.providerId}, ${of}, ${of}, 1)
          on conflict do nothing`.execute(tx);
      await sql`insert into site_links (provider_id, site_id, process_id, connected_at_ms, disconnected_at_ms)
          values (${provider.providerId}, ${of}, ${isUp ? "test" : null}, ${at}::bigint, ${at}::bigint)
          on conflict (provider_id, site_id) do update set process_id = excluded.process_id,
            connected_at_ms = case when ${isUp} then ${at}::bigint else site_links.connected_at_ms end,
            disconnected_at_ms = case when ${isUp} then site_links.disconnected_at_ms else ${at}::bigint end`.execute(
        tx,
      );
    });
  const told: readonly string[] = ["outage", "outage-over", "work-planned", "work-cancelled"];
  const sent = async (): Promise<{ id: string; template: string; customerId: string }[]> =>
    (await call("GET", "/messages?limit=100")).body.items.filter((one: { template: string }) =>
      told.includes(one.template),
    );
  const messages = async () => (await sent()).length;
  const outages = async () => (await call("GET", "/outages")).body.items;
  const rules = {
    mode: "auto",
    afterMinutes: 15,
    tellsBack: true,
    quietFromMinute: null,
    quietUntilMinute: null,
    perMinute: 2,
  };

  beforeAll(async () => {
    provider = await hub.makeProvider("Mwangaza");
    siteId = (await call("POST", "/sites", { name: "Hill" })).body.site.siteId;
    other = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    for (let at = 0; at < 5; at++) {
      const customer = { name: `Customer ${at}`, phone: `071100000${at}`, siteId: at === 4 ? other : siteId };
      customers.push((await call("POST", "/customers", customer)).body.customerId);
    }
    for (const id of [0, 1, 2, 4]) await call("PUT", `/customers/${customers[id]}/outage-wish`, { wished: true });
    await hub.hub().maintenance.runDue();
  });

  test("[CUS-09] a hub whose clock is set hours ahead after its start tells nobody of sites that it has not heard yet", async () => {
    await call("PUT", "/outage-rules", rules);
    await link(siteId, false, 0);
    // Its machine had no time when the power came back.
    hub.moveClock(3 * hourMs);
    await later(2 * minuteMs);
    expect([await outages(), await messages()]).toEqual([[], 0]);
    await link(siteId, true, 5 * minuteMs);
    await call("PUT", "/outage-rules", { ...rules, mode: "off" });
  });

  test("[CUS-09] an outage whose site came back while the clock was years ahead ends once it is set, and the next one is told", async () => {
    await call("PUT", "/outage-rules", { ...rules, mode: "ask" });
    await later(hourMs);
    await link(other, false, 20 * minuteMs);
    await later(2 * minuteMs);
    expect(await outages()).toMatchObject([{ siteName: "Harbour", state: "found", untilMs: null }]);
    await link(other, true, -3 * 365 * 24 * hourMs);
    await later(2 * minuteMs);
    const [over] = await outages();
    expect(over).toMatchObject({ state: "over" });
    expect(over.untilMs).toBeLessThanOrEqual(hub.world.clock.wall().atMs);
    await link(other, false, 20 * minuteMs);
    await later(2 * minuteMs);
    expect(await outages()).toMatchObject([{ state: "found" }, { state: "over" }]);
    await hub.database().asPlatform("test", (tx) => tx.deleteFrom("outages").execute());
    await link(other, true, 5 * minuteMs);
    await call("PUT", "/outage-rules", { ...rules, mode: "off" });
  });

  test("[CUS-09] nothing is sent before the provider says so; then to those of the site who wish it, in stages, once, and once when it is back", async () => {
    await later(hourMs);
    await link(siteId, false, 20 * minuteMs);
    await later(2 * minuteMs);
    expect(await outages()).toEqual([]);
    await call("PUT", "/outage-rules", rules);
    await link(siteId, false, 10 * minuteMs);
    await later(2 * minuteMs);
    expect(await outages()).toEqual([]); // a flap
    await later(4 * minuteMs);
    expect(await outages()).toMatchObject([{ siteName: "Hill", state: "told", sent: 2, waiting: 1 }]);
    await later(2 * minuteMs);
    await later(2 * minuteMs);
    expect(await outages()).toMatchObject([{ sent: 3, waiting: 0 }]);
    expect(await messages()).toBe(3);
    await link(siteId, true, 0); // back for a moment, and gone again
    await later(minuteMs);
    await link(siteId, false, 0);
    await later(30 * minuteMs);
    expect(await outages()).toHaveLength(1);
    expect(await messages()).toBe(3);
    // Who no longer wishes it is not told of the end.
    await call("PUT", `/customers/${customers[0]}/outage-wish`, { wished: false });
    await link(siteId, true, 5 * minuteMs);
    await later(2 * minuteMs);
    await later(2 * minuteMs);
    expect(await outages()).toMatchObject([{ state: "over", sent: 5, skipped: 1, waiting: 0 }]);
    expect(await messages()).toBe(5);
  });

  test("[CUS-09] a person decides where the provider wants that; quiet hours wait, and what is over by then is not told", async () => {
    const minuteOf = (hub.world.clock.wall().atMs / minuteMs + 180) % 1440;
    const quietFromMinute = Math.floor((minuteOf + 1380) % 1440);
    const quietUntilMinute = Math.floor((minuteOf + 180) % 1440);
    await call("PUT", "/outage-rules", { ...rules, mode: "ask", quietFromMinute, quietUntilMinute });
    const before = await messages();
    await link(siteId, false, 16 * minuteMs);
    await later(2 * minuteMs);
    const [found] = await outages();
    expect(found).toMatchObject({ state: "found", sent: 0, waiting: 0 });
    expect((await call("GET", `/outage-audience?siteId=${siteId}`)).body).toEqual({ all: 4, wishing: 2 });
    expect((await call("POST", `/outages/${found.outageId}/decide`, { tell: true })).body).toMatchObject({
      state: "told",
      waiting: 2,
      decidedBy: "Owner",
    });
    expect((await call("POST", `/outages/${found.outageId}/decide`, { tell: true })).body.code).toBe("outage-decided");
    // Called off by mistake: told again, it goes to the same.
    const order = (how: string, body?: object) => call("POST", `/outages/${found.outageId}/${how}`, body);
    expect((await order("call-off")).body).toMatchObject({ state: "dismissed", waiting: 0, skipped: 2 });
    expect((await order("decide", { tell: true })).body).toMatchObject({ state: "told", waiting: 2, skipped: 0 });
    await later(2 * minuteMs);
    expect(await messages()).toBe(before);
    await link(siteId, true, 3 * minuteMs);
    await later(2 * minuteMs);
    expect((await outages())[0]).toMatchObject({ state: "over", sent: 0, skipped: 2 });
    await later(12 * hourMs);
    expect(await messages()).toBe(before);
  });

  test("[CUS-09] who answers STOP is told of no more outages, nor is anybody beyond what the month may cost", async () => {
    await call("PUT", "/outage-rules", { ...rules, perMinute: 100 });
    const before = await messages();
    const consent = { channel: "sms", class: "service", allowed: false, said: "by phone" };
    expect((await call("POST", `/customers/${customers[1]}/consents`, consent)).status).toBe(200);
    await link(siteId, false, 20 * minuteMs);
    await later(2 * minuteMs);
    expect((await outages())[0]).toMatchObject({ kind: "outage", state: "told", sent: 1, skipped: 1 });
    const { monthMillicents: _, currency: __, ...usual } = (await call("GET", "/message-rules")).body;
    await call("PUT", "/message-rules", { ...usual, monthCapCents: 0 });
    await link(siteId, true, 5 * minuteMs);
    await later(2 * minuteMs);
    expect((await outages())[0]).toMatchObject({ state: "over", sent: 1, skipped: 2, waiting: 0 });
    expect(await messages()).toBe(before + 1);
    await call("PUT", "/message-rules", usual);
    await call("POST", `/customers/${customers[1]}/consents`, { ...consent, allowed: true });
  });

  longTest(
    "[CUS-09] planned work is told before, in words of the provider's own, called off to those who heard of it, and is no outage while it lasts",
    async () => {
      await call("PUT", "/outage-rules", rules);
      const { paths } = (await call("GET", "/openapi.json")).body;
      expect(paths["/api/v1/outages"].post).toMatchObject({ "x-fresh-second-factor": true });
      const before = await messages();
      const nowMs = hub.world.clock.wall().atMs;
      const work = { siteIds: [siteId], fromMs: nowMs + hourMs, untilMs: nowMs + 3 * hourMs, words: "Ñew mast." };
      expect((await call("POST", "/outages", { ...work, untilMs: nowMs })).status).toBe(400);
      const [planned] = (await call("POST", "/outages", work)).body.items;
      expect(planned).toMatchObject({ kind: "maintenance", state: "told", waiting: 2 });
      const own = { template: "work-planned", locale: "en", words: "{site}: {from} - {until}. {words} {provider}" };
      expect((await call("POST", "/message-templates", own)).status).toBe(200);
      await later(2 * minuteMs);
      expect(await messages()).toBe(before + 2);
      const [newest] = await sent();
      expect(customers).toContain(newest?.customerId);
      const { text } = (await call("GET", `/messages/${newest?.id}`)).body;
      expect(text).toMatch(/^Hill: \d\d\/\d\d \d\d:\d\d - .* Ñew mast\. Mwangaza$/);
      await link(siteId, false, 0);
      await later(2 * hourMs);
      expect((await call("GET", "/outages?kind=outage")).body.items).toHaveLength(3); // those of before
      await link(siteId, true, 5 * minuteMs);
      await later(2 * minuteMs);
      await link(siteId, false, 0);
      await later(20 * minuteMs);
      expect((await call("GET", "/outages?kind=outage")).body.items).toHaveLength(3);
      expect((await call("POST", `/outages/${planned.outageId}/call-off`)).body).toMatchObject({
        state: "cancelled",
      });
      await later(2 * minuteMs);
      const { items } = (await call("GET", "/outages?kind=maintenance")).body;
      expect(items).toMatchObject([{ sent: 4, waiting: 0 }]);
    },
  );

  longTest(
    "[CUS-09] a site that comes and goes all day is told three times by itself; then a person decides, until a day has passed",
    async () => {
      await link(siteId, true, hourMs);
      await link(other, true, hourMs);
      await call("PUT", "/outage-rules", { ...rules, perMinute: 100 });
      const before = await messages();
      const flap = async () => {
        await link(other, false, 16 * minuteMs);
        await later(2 * minuteMs);
        const [newest] = await outages();
        await link(other, true, 3 * minuteMs);
        await later(2 * minuteMs);
        return newest;
      };
      const states: string[] = [];
      for (let time = 0; time < 5; time++) states.push((await flap()).state);
      expect(states).toEqual(["told", "told", "told", "found", "found"]);
      expect((await messages()) - before, "one customer: gone and back, three times").toBe(6);
      await later(25 * hourMs);
      expect((await flap()).state).toBe("told");
      expect((await messages()) - before).toBe(8);
    },
  );

  longTest(
    "[CUS-09] switched off while a site is away: nobody is told of it any more, nor later, when it is on again",
    async () => {
      for (const id of [0, 1, 2]) await call("PUT", `/customers/${customers[id]}/outage-wish`, { wished: true });
      await call("PUT", "/outage-rules", { ...rules, perMinute: 1 });
      const before = await messages();
      await link(siteId, false, 16 * minuteMs);
      await later(2 * minuteMs);
      expect((await outages())[0]).toMatchObject({ state: "told", sent: 1, waiting: 2 });
      await call("PUT", "/outage-rules", { ...rules, mode: "off" });
      await later(2 * minuteMs);
      expect((await outages())[0]).toMatchObject({ state: "over", sent: 1, skipped: 2, waiting: 0 });
      await later(25 * hourMs);
      await link(siteId, true, hourMs);
      await later(2 * minuteMs);
      await call("PUT", "/outage-rules", rules);
      await later(2 * minuteMs);
      expect(await messages()).toBe(before + 1);
      // Planned work is told of all the same.
      await call("PUT", "/outage-rules", { ...rules, mode: "off" });
      const nowMs = hub.world.clock.wall().atMs;
      await call("POST", "/outages", { siteIds: [siteId], fromMs: nowMs + hourMs, untilMs: nowMs + 3 * hourMs });
      await later(2 * minuteMs);
      await later(2 * minuteMs);
      expect(await messages()).toBe(before + 4);
    },
  );

  test("[CUS-09] what nobody looked at for days, as where its hub was run without these notices, is told to nobody: neither that it was away nor that it is back", async () => {
    const away = async () => (await call("GET", "/outages?kind=outage")).body.items;
    for (const at of [0, 1, 2]) await call("PUT", `/customers/${customers[at]}/outage-wish`, { wished: at > 0 });
    await link(other, true, hourMs);
    await call("PUT", "/outage-rules", { ...rules, perMinute: 1 });
    await link(siteId, false, 20 * minuteMs);
    await later(2 * minuteMs);
    expect((await away())[0]).toMatchObject({ state: "told", sent: 1, waiting: 1 });
    const before = await messages();
    // It came back on the same day; the link is of the hub that starts.
    hub.moveClock(10 * 24 * hourMs);
    await link(siteId, true, 3 * minuteMs);
    await later(minuteMs);
    await later(2 * minuteMs);
    expect((await away())[0]).toMatchObject({ state: "over", sent: 1, skipped: 1, waiting: 0 });
    // What waits for its turn since yesterday.
    await link(other, false, 30 * hourMs);
    const nowMs = hub.world.clock.wall().atMs;
    const [, , third] = customers;
    await hub.database().asProvider(provider.providerId, async (tx) => {
      await sql`insert into outages (provider_id, outage_id, site_id, kind, state, since_ms, made_at_ms, changed_at_ms)
          values (${provider.providerId}, 'away', ${other}, 'outage', 'told', 1, 1, 1)`.execute(tx);
      for (const [customerId, hoursAgo] of [
        [third, 25],
        [customers[1], 23],
      ] as const)
        await sql`insert into outage_notices (provider_id, outage_id, customer_id, phase, state, at_ms)
            values (${provider.providerId}, 'away', ${customerId}, 'down', 'waiting', ${nowMs - hoursAgo * hourMs}::bigint)`.execute(
          tx,
        );
    });
    await later(minuteMs);
    await later(minuteMs);
    expect((await away()).find(({ outageId }: { outageId: string }) => outageId === "away")).toMatchObject({
      ...{ sent: 1, skipped: 1, waiting: 0 },
    });
    expect(await messages()).toBe(before + 1);
  });

  test.skipIf(engine === "embedded")(
    "[CUS-09] a site that is back while a person says that its customers are told is told of as away to nobody",
    async () => {
      provider = await hub.makeProvider("Back already");
      const { providerId } = provider;
      siteId = (await call("POST", "/sites", { name: "Hill" })).body.site.siteId;
      const { customerId } = (await call("POST", "/customers", { name: "Otieno", phone: "0711000009", siteId })).body;
      await call("PUT", `/customers/${customerId}/outage-wish`, { wished: true });
      await call("PUT", "/outage-rules", { ...rules, mode: "ask" });
      await link(siteId, false, hourMs);
      const parts = { world: hub.world, envelope: hub.envelope, messaging: hub.hub().messaging };
      const look = () => hub.database().asProvider(providerId, (tx) => lookAtOutages(parts, tx, providerId, 0));
      await look();
      const [{ outageId, state }] = await outages();
      expect(state).toBe("found");
      await link(siteId, true, 5 * minuteMs);
      const tells = async (tx: Tx) => decide(parts, tx, await readOutage(tx, outageId), true, "Achieng");
      let looked: Promise<number> = Promise.resolve(0);
      await whileHeld(hub.database(), providerId, tells, async () => {
        looked = look();
        await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThan(0);
      });
      expect(await looked).toBe(0);
      expect(await outages()).toMatchObject([{ state: "over", sent: 0, waiting: 0, skipped: 1 }]);
      expect(await messages()).toBe(0);
    },
  );
});
