import { Fault } from "@karibu/protocol/fault";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { createEmitMany } from "../../ground/events/record.ts";
import { createSweeps } from "../../ground/sweeps/sweeps.ts";
import type { RouterReader } from "./read-router.ts";
import { makeLinkedSites } from "./test-linked-sites.ts";
import { noteWatch } from "./watch-store.ts";
import { createWatching } from "./watching.ts";

const real = realWorld();
let nowMs = real.clock.wall().atMs as number;
const world: World = {
  ...real,
  clock: { ...real.clock, wall: () => ({ atMs: unixMs(nowMs), quality: "synced" as const }) },
};
const database = useDatabase("embedded", world);

test("[RTR-06] 500 routers that five people watch are asked once each half minute, in a few statements; one that fails keeps no other", async () => {
  const providerId = "p";
  const processId = "me";
  const siteIds = await makeLinkedSites(database.current(), { providerId, processId, count: 500 });
  const asked: string[] = [];
  const reader: Pick<RouterReader, "ask"> = {
    async ask(siteId, view) {
      asked.push(`${siteId} ${view}`);
      if (siteId === siteIds[7]) throw new Fault("site/deadline", "no answer", { retry: "later" });
      return { isHere: true, total: 1, readAtMs: nowMs, rows: [{ "cpu-load": "7", name: "\u0000\ud800" }] };
    },
  };
  let transactions = 0;
  const counted = {
    ...database.current(),
    asPlatform: ((reason, work) => {
      transactions++;
      return database.current().asPlatform(reason, work);
    }) as ReturnType<typeof database.current>["asPlatform"],
  };
  const parts = {
    reader: reader as RouterReader,
    emitMany: createEmitMany(world),
    processId,
    sweeps: createSweeps(world, counted),
  };
  const watching = createWatching(world, counted, parts);
  await database.current().asProvider(providerId, async (tx) => {
    for (let person = 0; person < 5; person++)
      for (const siteId of siteIds) await noteWatch(tx, { providerId, siteId }, nowMs);
  });
  for (let look = 0; look < 4; look++) await watching.look();
  expect(asked).toHaveLength(1000);
  expect(new Set(asked).size).toBe(1000);
  expect(transactions).toBe(4 + 2); // looks, and two batches of 250
  const read = (table: "router_readings" | "events") =>
    database.current().asPlatform("test", (tx) => tx.selectFrom(table).selectAll().execute());
  expect(await read("router_readings")).toHaveLength(1000);
  expect(await read("events")).toHaveLength(500);

  nowMs += 29_999;
  await watching.look();
  expect(asked).toHaveLength(1000);
  nowMs += 1;
  for (let look = 0; look < 3; look++) await watching.look();
  expect(asked).toHaveLength(2000);
  // Everybody has closed the page.
  nowMs += 60_000;
  await watching.look();
  expect(asked).toHaveLength(2000);
}, 60_000);
