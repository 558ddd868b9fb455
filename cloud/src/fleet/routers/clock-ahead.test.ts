/** What was read of routers while the hub's clock was ahead, and who looked at them then, counts for nothing once the clock is right. */
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { expect, test } from "vitest";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { anyEngine, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { createRouterReader } from "./read-router.ts";
import { makeLinkedSites } from "./test-linked-sites.ts";
import { noteWatch, takeDue } from "./watch-store.ts";

const real = realWorld();
const rightMs = real.clock.wall().atMs as number;
const aheadMs = rightMs + 400 * 86_400_000;
let nowMs = rightMs;
const world: World = {
  ...real,
  clock: { ...real.clock, wall: () => ({ atMs: unixMs(nowMs), quality: "synced" as const }) },
};
const database = useDatabase(anyEngine, world);
const hub = useHub(anyEngine);

test("[RTR-05] figures that were read then are not shown as those of now: the router is asked", async () => {
  const [siteId = ""] = await makeLinkedSites(database.current(), { providerId: "p", processId: "me", count: 1 });
  let load = 10;
  const callSite = (async () => ({
    ...{ kind: "rows", total: 1, readAtMs: 1 },
    rows: [{ "cpu-load": String(load) }],
  })) as unknown as CallSite;
  const reader = createRouterReader(world, database.current(), callSite);
  const read = async () => (await reader.read({ providerId: "p", siteId }, "system")).rows;
  nowMs = aheadMs;
  await read();
  nowMs = rightMs;
  load = 20;
  expect(await read()).toEqual([{ "cpu-load": "20" }]);
  load = 30;
  expect(await read(), "within half a minute").toEqual([{ "cpu-load": "20" }]);
});

test("[RTR-06] who looks at a router that somebody looked at then sees it live, and it is not watched until that day", async () => {
  const [siteId = ""] = await makeLinkedSites(database.current(), { providerId: "q", processId: "me", count: 1 });
  const look = (atMs: number) =>
    database.current().asProvider("q", (tx) => noteWatch(tx, { providerId: "q", siteId }, atMs));
  const due = (atMs: number) => database.current().asPlatform("test", (tx) => takeDue(tx, "me", atMs, 10));
  await database
    .current()
    .asPlatform("test", (tx) =>
      sql`insert into hub_processes (process_id, seen_at_ms) values ('me', 9000000000000) on conflict do nothing`.execute(
        tx,
      ),
    );
  await look(aheadMs);
  await due(aheadMs);
  await look(rightMs);
  expect(await due(rightMs)).toEqual([{ providerId: "q", siteId }]);
  expect(await due(rightMs + 90_000), "nobody looks any more").toEqual([]);
});

test("[RTR-04] a router that was tested then is tested again, and so are all others", async () => {
  const { token, ownerEmail, providerId } = await hub.makeProvider("Tested ahead");
  const sites: string[] = [];
  for (let count = 0; count < 21; count++) {
    const body = { name: `Site ${count}` };
    sites.push((await hub.call("POST", "/api/v1/sites", { token, body })).body.site.siteId);
  }
  const test = async (siteId = "", by = token) =>
    (await hub.call("POST", `/api/v1/sites/${siteId}/router-test`, { token: by, body: {} })).status;
  const dayMs = 86_400_000;
  hub.moveClock(400 * dayMs);
  const then = await hub.logIn(ownerEmail, ownerPassword);
  for (const siteId of sites.slice(0, 20)) expect(await test(siteId, then)).toBe(202);
  hub.moveClock(-400 * dayMs);
  const now = await hub.logIn(ownerEmail, ownerPassword);
  expect(await test(sites[0], now)).toBe(202);
  expect(await test(sites[20], now)).toBe(202);
  // One that was under way as the clock was set.
  await hub
    .database()
    .asProvider(providerId, (tx) =>
      sql`update router_tests set ended_at_ms = null where site_id = ${sites[1]}`.execute(tx),
    );
  expect(await test(sites[1], now)).toBe(202);
});
