import { describe, expect, test } from "vitest";
import { engines, isAbsent, realWorld, useDatabase } from "../db/test-databases.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import { createPublish } from "./publish.ts";
import { dropTombstones, type FeedPosition, readPage } from "./read-pages.ts";

const world = realWorld();
const envelope = createEnvelope(world.random, [new Uint8Array(32).fill(1)]);
const publish = createPublish(world, envelope);
const start: FeedPosition = { scope: "batch:b1", cursor: null, snapshotOf: 0 };

describe.each(engines.filter((engine) => !isAbsent(engine)))("the feed on %s", (engine) => {
  const database = useDatabase(engine, world);
  let providers = 0;
  const newProvider = () => `provider-${++providers}`;

  const put = (providerId: string, key: string, gone = false) =>
    database.current().asProvider(providerId, (tx) =>
      publish(tx, {
        providerId,
        target: { scope: "batch", batchId: "b1" },
        kind: "voucher",
        key,
        body: gone ? null : { state: "disabled", atMs: 5 as never },
      }),
    );

  /** Reads on from a position to the end, as a link does; `between` runs after the first page. */
  async function follow(providerId: string, from: FeedPosition, rows: number, between = async () => {}) {
    const held = new Map<string, number>();
    const pages = [];
    let position = from;
    for (;;) {
      const page = await database
        .current()
        .asProvider(providerId, (tx) => readPage(tx, envelope, providerId, position, { rows, bytes: 100_000 }));
      if (page === null) break;
      pages.push(page);
      if (page.reset) held.clear();
      for (const row of page.rows) row.body === null ? held.delete(row.key) : held.set(row.key, row.version);
      position = { scope: from.scope, cursor: page.version, snapshotOf: page.last ? 0 : page.snapshotOf };
      if (pages.length === 1) await between();
    }
    return { keys: [...held.keys()].sort(), pages, position };
  }

  test("catching up tells each key once, in the order of versions, and the last page says so", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2", "3", "1", "4", "2"]) await put(providerId, key);
    await put(providerId, "3", true);
    const { keys, pages } = await follow(providerId, start, 2);
    expect(keys).toEqual(["1", "2", "4"]);
    expect(pages.flatMap((page) => page.rows.map((row) => row.key))).toEqual(["1", "4", "2"]);
    expect(pages.map((page) => [page.reset, page.last])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(pages.at(-1)?.version).toBe(7);
  });

  test("a page that ends exactly at the end is the last one", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2"]) await put(providerId, key);
    const { pages } = await follow(providerId, start, 2);
    expect(pages.map((page) => page.last)).toEqual([true]);
  });

  test("what goes while a snapshot is on its way goes from the snapshot too", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2", "3"]) await put(providerId, key);
    const { keys } = await follow(providerId, start, 1, () => put(providerId, "1", true));
    expect(keys).toEqual(["2", "3"]);
  });

  test("a cursor behind forgotten tombstones, or ahead of this database, begins with a snapshot", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2"]) await put(providerId, key);
    await put(providerId, "1", true);
    await put(providerId, "3");
    await database.current().asPlatform("test", (tx) => dropTombstones(tx, world.clock.wall().atMs + 1));
    const behind = await follow(providerId, { ...start, cursor: 2 }, 10);
    expect([behind.keys, behind.pages[0]?.reset]).toEqual([["2", "3"], true]);
    const within = await follow(providerId, { ...start, cursor: 3 }, 10);
    expect(within.pages.map((page) => [page.reset, page.rows.length])).toEqual([[false, 1]]);
    const ahead = await follow(providerId, { ...start, cursor: 99 }, 10);
    expect([ahead.keys, ahead.pages[0]?.reset]).toEqual([["2", "3"], true]);
  });

  test("writers at full speed: a cursor that follows them steps over nothing", async () => {
    const providerId = newProvider();
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let number = 0; number < 40; number++) await put(providerId, `${writer}-${number}`);
    });
    let writing = true;
    const all = Promise.all(writers).then(() => {
      writing = false;
    });
    const held = new Set<string>();
    let position = start;
    while (writing || position.cursor !== 160) {
      const page = await database
        .current()
        .asProvider(providerId, (tx) => readPage(tx, envelope, providerId, position, { rows: 7, bytes: 100_000 }));
      if (page === null) continue;
      for (const row of page.rows) held.add(row.key);
      position = { ...position, cursor: page.version, snapshotOf: page.last ? 0 : page.snapshotOf };
    }
    await all;
    expect(held.size).toBe(160);
  });
});
