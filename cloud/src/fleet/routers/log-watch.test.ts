import { Fault } from "@karibu/protocol/fault";
import { unixMs } from "@karibu/protocol/quantities";
import type { RouterLogResult } from "@karibu/protocol/rpc/router/read-router-log";
import { longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { createEmit } from "../../ground/events/record.ts";
import { askerOf } from "../../test-asking.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { processRow } from "../link/test-processes.ts";
import { logWatchJob } from "./log-watch-work.ts";
import { makeLinkedSites } from "./test-linked-sites.ts";

const real = realWorld();
let nowMs = real.clock.wall().atMs as number;
let passedMs = 0;
const world: World = {
  ...real,
  clock: {
    ...real.clock,
    wall: () => ({ atMs: unixMs(nowMs), quality: "synced" as const }),
    monotonicMs: () => passedMs,
  },
};
const minuteMs = 60_000;
const database = useDatabase(anyEngine, world);

const login = "login failure for user admin from 203.0.113.9 via ssh";
const error = (message: string, more: Partial<RouterLogResult["lines"][number]> = {}) => ({
  ...{ severity: "error" as const, topics: "system,error,critical", message, time: "2026-11-27 08:00:00", times: 1 },
  ...more,
});

test("[RTR-08] watched routers are asked in their turn for what is new since the last answer; kinds of lines are counted, codes in them are masked", async () => {
  const siteIds = await makeLinkedSites(database.current(), { providerId: "p", processId: "me", count: 2 });
  const [near = "", far = ""] = siteIds;
  const asked: unknown[] = [];
  let told: (siteId: string) => Partial<RouterLogResult> = () => ({});
  const callSite = (async (siteId: string, _method: unknown, question: object) => {
    asked.push([siteId, question]);
    return { readAtMs: nowMs, next: `n${asked.length}`, isWhole: false, lines: [], more: 0, ...told(siteId) };
  }) as unknown as CallSite;
  const job = logWatchJob({ world, database: database.current(), callSite, emit: createEmit(world) });
  const run = (statement: ReturnType<typeof sql>) =>
    database.current().asPlatform("test", (tx) => statement.execute(tx));
  const lines = async () => {
    const { rows } = await run(sql`select site_id, message, times from router_log_lines order by site_id, message`);
    return rows as { siteId: string; message: string; times: number }[];
  };
  expect(await job.run()).toBe("nothing");
  expect(asked, "nobody watches").toEqual([]);

  await run(sql`insert into router_log_watches values ('p', true, '["system"]', 1)`);
  await run(
    sql`insert into hosts (host_id, name, public_key, enrolled_at_ms, made_at_ms) values ('h', 'h', 'k', 1, 1)`,
  );
  await run(
    sql`insert into hosted_sites (provider_id, site_id, host_id, hosting_id, radius_secret_sealed, made_at_ms) values ('p', ${far}, 'h', 'x', '', 1)`,
  );
  told = (siteId) => (siteId === near ? { isWhole: true, lines: [error(login, { times: 3 })] } : {});
  await job.run();
  expect(asked).toEqual([
    [near, { topics: ["system"], after: "" }],
    [far, { topics: ["system"], after: "" }],
  ]);
  expect(await lines()).toEqual([{ siteId: near, message: login, times: 3 }]);

  asked.length = 0;
  nowMs += 5 * minuteMs;
  // Another address: the same kind. A voucher's code is cash.
  told = () => ({
    lines: [
      error(login.replace("203.0.113.9", "203.0.113.77"), { times: 2, time: "2026-11-27 08:04:00" }),
      error("MANGO42 (10.5.50.7): login failed", { topics: "hotspot,error" }),
    ],
  });
  await job.run();
  expect(asked, "the one whose log comes over its own line has its turn each hour").toEqual([
    [near, { topics: ["system"], after: expect.stringMatching(/^n\d$/) }],
  ]);
  expect((await lines()).map(({ message, times }) => `${times} ${message}`)).toEqual([
    "5 login failure for user admin from 203.0.113.77 via ssh",
    "1 …O42 (10.5.50.7): login failed",
  ]);

  // Its agent restarted, and tells the whole log: what was told before counts once.
  nowMs += 5 * minuteMs;
  told = () => ({ isWhole: true, lines: [error(login, { times: 5, time: "2026-11-27 08:04:00" })] });
  await job.run();
  expect((await lines())[0]?.times).toBe(5);

  // One that is away keeps no other, and is asked again.
  nowMs += 61 * minuteMs;
  told = (siteId) => {
    if (siteId === near) throw new Fault("site/deadline", "no answer", { retry: "later" });
    return { lines: [error("fan failed")] };
  };
  expect(await job.run()).toBe("2 of 2 routers, 1 lines");
  const { rows } = await run(sql`select site_id, problem from router_log_sites order by site_id`);
  expect(rows).toEqual([
    { siteId: near, problem: "no-answer" },
    { siteId: far, problem: null },
  ]);
});

test("[RTR-08] a router that writes ever new lines has two hundred kinds at most, and the newest stay", async () => {
  const [siteId = ""] = await makeLinkedSites(database.current(), { providerId: "q", processId: "me", count: 1 });
  let batch = 0;
  const letters = (number: number) => [...String(number)].map((digit) => "abcdefghij"[Number(digit)]).join("");
  const callSite = (async () => ({
    ...{ readAtMs: nowMs, next: "n", isWhole: false, more: 1000 },
    lines: Array.from({ length: 30 }, (_, at) => error(`odd ${letters(batch * 30 + at)}`)),
  })) as unknown as CallSite;
  const job = logWatchJob({ world, database: database.current(), callSite, emit: createEmit(world) });
  const run = (statement: ReturnType<typeof sql>) =>
    database.current().asPlatform("test", (tx) => statement.execute(tx));
  await run(sql`update router_log_watches set is_on = false`);
  await run(sql`insert into router_log_watches values ('q', true, '[]', 1)`);
  for (; batch < 8; batch++) {
    nowMs += 5 * minuteMs;
    await job.run();
  }
  const { rows } = await run(sql`select message from router_log_lines where site_id = ${siteId} order by last_at_ms`);
  expect(rows).toHaveLength(200);
  expect(rows.at(-1)).toEqual({ message: expect.stringMatching(/^odd c[bcd]/) });
});

longTest(
  "[RTR-08] a run asks no other router after a minute, and the next one begins with those; one whose answer can't be kept holds nobody up",
  async () => {
    const siteIds = await makeLinkedSites(database.current(), { providerId: "r", processId: "me", count: 12 });
    let asked: string[] = [];
    let answersAfterMs = 61_000;
    let lines: () => RouterLogResult["lines"] = () => [];
    const callSite = (async (siteId: string) => {
      asked.push(siteId);
      passedMs += answersAfterMs;
      return { readAtMs: nowMs, next: "n", isWhole: false, more: 0, lines: lines() };
    }) as unknown as CallSite;
    const emit = createEmit(world);
    const job = logWatchJob({ world, database: database.current(), callSite, emit });
    const run = (statement: ReturnType<typeof sql>) =>
      database.current().asPlatform("test", (tx) => statement.execute(tx));
    await run(sql`update router_log_watches set is_on = false`);
    await run(sql`insert into router_log_watches values ('r', true, '[]', 1)`);
    expect(await job.run()).toBe("10 of 12 routers, 0 lines");
    const left = siteIds.filter((siteId) => !asked.includes(siteId));
    asked = [];
    expect(await job.run()).toBe("2 of 2 routers, 0 lines");
    expect(asked.toSorted()).toEqual(left.toSorted());

    answersAfterMs = 0;
    // As much as an agent may say, again and again; and more lines than it may tell.
    const loud = [error("loud", { times: Number.MAX_SAFE_INTEGER })];
    const many = "abcdefghijklmnopqrstuvwxyz".split("").flatMap((one) => [error(`odd ${one}`), error(`odder ${one}`)]);
    lines = () => [...loud, ...many];
    for (let round = 0; round < 3; round++) {
      nowMs += 5 * minuteMs;
      await job.run();
    }
    const { rows } = await run(sql`select message, times from router_log_lines where site_id = ${asked[0] ?? ""}`);
    expect(rows).toHaveLength(30);
    expect(rows).toContainEqual({ message: "loud", times: 1_000_000_000_000 });

    // Whatever else can't be kept: it is asked again in its turn, after the others.
    asked = [];
    nowMs += 5 * minuteMs;
    lines = () => [error(`new ${asked.length}`)];
    const poisoned = siteIds[0];
    const failing: typeof emit = async (tx, providerId, event) => {
      if (event.id === poisoned) throw new Error("does not fit");
      return emit(tx, providerId, event);
    };
    const watch = logWatchJob({ world, database: database.current(), callSite, emit: failing });
    for (let round = 0; round < 2; round++) await watch.run().catch(() => {});
    expect(asked.toSorted(), "each once").toEqual(siteIds.toSorted());
  },
);

const hub = useHub(anyEngine);

test("[RTR-08] the watch is switched on by who manages sites; what was logged is listed, is an alarm while it goes on, and no other provider's", async () => {
  const { token, providerId } = await hub.makeProvider("Kilifi");
  const other = await hub.makeProvider("Voi");
  const call = askerOf(hub, () => token);
  expect((await call("GET", "/router-log-watch")).body).toEqual({ isOn: false, topics: [], unread: [] });
  const put = (topics: unknown) => call("PUT", "/router-log-watch", { isOn: true, topics });
  expect((await put(["System"])).status).toBe(400);
  expect((await put(["system", "system", "dhcp"])).body.topics).toEqual(["system", "dhcp"]);
  const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).body.site;
  const atMs = hub.world.clock.wall().atMs;
  await hub.database().asPlatform("test", (tx) =>
    tx
      .insertInto("router_log_lines")
      .values(
        (["error", "warning"] as const).map((severity) => ({
          ...{ providerId, siteId, lineKey: severity, severity, topics: `system,${severity}` },
          ...{ message: `fan ${severity}`, times: 2, routerTime: "t", firstAtMs: atMs - minuteMs, lastAtMs: atMs },
        })),
      )
      .execute(),
  );
  await hub.database().asPlatform("test", (tx) =>
    tx
      .insertInto("router_log_sites")
      .values({
        ...{ providerId, siteId, askedAtMs: atMs, errorsSinceMs: atMs - minuteMs },
        problem: "no-answer",
      })
      .execute(),
  );
  const unread = async (by = token) => (await call("GET", "/router-log-watch", undefined, by)).body.unread;
  expect(await unread()).toEqual([{ siteId, why: "no-answer" }]);
  const items = async (query: string, by = token) =>
    (await call("GET", `/router-log-lines${query}`, undefined, by)).body.items;
  expect(await items("?severity=error")).toMatchObject([{ siteName: "Harbour", message: "fan error", times: 2 }]);
  expect(await items(`?siteId=${siteId}`)).toHaveLength(2);
  expect(await items("", other.token)).toEqual([]);
  const alarms = async () => (await call("GET", "/alarms?kind=router-log")).body.items;
  expect(await alarms()).toMatchObject([
    { siteId, severity: "notice", fields: { problem: "fan error" }, atMs: atMs - minuteMs },
  ]);
  hub.moveClock(61 * minuteMs);
  const later = await hub.logIn("kilifi@provider.test", ownerPassword);
  const now = await call("GET", "/alarms?kind=router-log", undefined, later);
  expect(now.body.items, "an hour after the last one").toEqual([]);
  expect((await call("DELETE", `/sites/${siteId}`, undefined, later)).status).toBe(204);
  expect(await unread(later), "its site is deleted").toEqual([]);
});

test("[RTR-08] [MSG-06] errors that go on are one alarm since the first of them, whatever kinds they are; those that come again later are another one", async () => {
  const { token, providerId } = await hub.makeProvider("Lamu");
  await hub.hub().maintenance.stop(); // it would ask these sites too
  const run = (statement: ReturnType<typeof sql>) => hub.database().asPlatform("test", (tx) => statement.execute(tx));
  await run(processRow("p"));
  const siteIds: string[] = [];
  for (const name of ["Fort", "Jetty"]) {
    const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name } })).body.site;
    await run(sql`insert into site_links (provider_id, site_id, process_id, connected_at_ms)
      values (${providerId}, ${siteId}, 'p', 1)`);
    siteIds.push(siteId);
  }
  const [near = "", far = ""] = siteIds;
  await run(
    sql`insert into hosts (host_id, name, public_key, enrolled_at_ms, made_at_ms) values ('h', 'h', 'k', 1, 1)`,
  );
  await run(
    sql`insert into hosted_sites (provider_id, site_id, host_id, hosting_id, radius_secret_sealed, made_at_ms) values (${providerId}, ${far}, 'h', 'x', '', 1)`,
  );
  await hub.call("PUT", "/api/v1/router-log-watch", { token, body: { isOn: true } });
  let told: (siteId: string) => string[] = () => [];
  const callSite = (async (siteId: string) => ({
    ...{ readAtMs: 1, next: "n", isWhole: false, more: 0 },
    lines: told(siteId).map((message) => error(message)),
  })) as unknown as CallSite;
  const job = logWatchJob({ world: hub.world, database: hub.database(), callSite, emit: createEmit(hub.world) });
  const beganMs = hub.world.clock.wall().atMs;
  /** Alarms so many minutes after the first look: each site's, with the minute of its beginning. */
  const alarmsAt = async (minute: number, lines: typeof told) => {
    hub.moveClock(beganMs + minute * minuteMs - hub.world.clock.wall().atMs);
    told = lines;
    await job.run();
    const by = await hub.logIn("lamu@provider.test", ownerPassword);
    const { items } = (await hub.call("GET", "/api/v1/alarms?kind=router-log", { token: by })).body;
    const ofSite = (one: string) => items.find(({ siteId }: { siteId: string }) => siteId === one);
    return siteIds.map((one) => {
      const alarm = ofSite(one);
      return alarm === undefined ? null : Math.round((alarm.atMs - beganMs) / minuteMs);
    });
  };
  const ofNear =
    (...lines: string[]) =>
    (siteId: string) =>
      siteId === near ? lines : [];
  expect(await alarmsAt(0, () => ["fan failed"])).toEqual([0, 0]);
  expect(await alarmsAt(50, ofNear("disk failed"))).toEqual([0, 0]);
  expect(await alarmsAt(109, ofNear()), "the first kind came no more").toEqual([0, 0]);
  expect(await alarmsAt(111, ofNear()), "an hour after the last one").toEqual([null, 0]);
  expect(await alarmsAt(131, ofNear()), "hosted").toEqual([null, null]);
  expect(await alarmsAt(170, () => ["fan failed"]), "the same kind again").toEqual([170, 170]);

  const aheadMinutes = 400 * 1440;
  expect(await alarmsAt(aheadMinutes, () => ["fan failed"]), "by a clock that is ahead").toEqual([
    aheadMinutes,
    aheadMinutes,
  ]);
  expect(await alarmsAt(400, () => []), "it is right again: nobody knows when that was").toEqual([null, null]);
  expect(await alarmsAt(470, () => ["fan failed"]), "they are asked all the same").toEqual([470, 470]);
});
