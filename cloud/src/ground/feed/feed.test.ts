import { describe, expect, test } from "vitest";
import { engines, isAbsent, realWorld, useDatabase } from "../db/test-databases.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import { createPublish, createPublishMany } from "./publish.ts";
import { dropTombstones, type FeedPosition, readFollowedBatches, readPage } from "./read-pages.ts";

const world = realWorld();
const envelope = createEnvelope(world.random, [new Uint8Array(32).fill(1)]);
const publish = createPublish(world, envelope);
const publishMany = createPublishMany(world, envelope);
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
  async function follow(
    providerId: string,
    from: FeedPosition,
    { rows, bytes = 100_000 }: { readonly rows: number; readonly bytes?: number },
    between = async () => {},
  ) {
    const held = new Map<string, number>();
    const pages = [];
    let position = from;
    for (;;) {
      const page = await database
        .current()
        .asProvider(providerId, (tx) => readPage(tx, envelope, providerId, position, { rows, bytes }));
      if (page === null) break;
      pages.push(page);
      expect(pages.length, "it comes to an end").toBeLessThan(50);
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
    const { keys, pages } = await follow(providerId, start, { rows: 2 });
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
    const { pages } = await follow(providerId, start, { rows: 2 });
    expect(pages.map((page) => page.last)).toEqual([true]);
  });

  test("what goes while a snapshot is on its way goes from the snapshot too", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2", "3"]) await put(providerId, key);
    const { keys } = await follow(providerId, start, { rows: 1 }, () => put(providerId, "1", true));
    expect(keys).toEqual(["2", "3"]);
  });

  const forgetTombstones = () =>
    database.current().asPlatform("test", (tx) => dropTombstones(tx, world.clock.wall().atMs + 1));

  test("a snapshot of many pages goes on to its end where tombstones were forgotten before it, and begins anew where they are meanwhile", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2", "3", "4"]) await put(providerId, key);
    await put(providerId, "4", true);
    await put(providerId, "5");
    await forgetTombstones();
    const resetsOf = ({ pages }: Awaited<ReturnType<typeof follow>>) => pages.map(({ reset }) => reset);
    const whole = await follow(providerId, start, { rows: 1 });
    expect([whole.keys, resetsOf(whole)]).toEqual([
      ["1", "2", "3", "5"],
      [true, false, false, false],
    ]);
    const anew = await follow(providerId, start, { rows: 1 }, async () => {
      await put(providerId, "1", true);
      await forgetTombstones();
    });
    expect([anew.keys, resetsOf(anew)]).toEqual([
      ["2", "3", "5"],
      [true, true, false, false],
    ]);
  });

  test("a page has no more rows than it has room for, and one at least", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2", "3"]) await put(providerId, key);
    const rowsOf = ({ pages }: Awaited<ReturnType<typeof follow>>) => pages.map(({ rows }) => rows.length);
    expect(rowsOf(await follow(providerId, start, { rows: 10, bytes: 200 }))).toEqual([2, 1]);
    expect(rowsOf(await follow(providerId, start, { rows: 10, bytes: 1 }))).toEqual([1, 1, 1]);
  });

  test("many rows at once have a version each, above those before them, whatever their provider and scope", async () => {
    const [one, other] = [newProvider(), newProvider()];
    for (const key of ["1", "2", "3"]) await put(one, key);
    const rowOf = (providerId: string, key: string, gone = false) => ({
      providerId,
      target: { scope: "batch", batchId: "b1" } as const,
      kind: "voucher" as const,
      key,
      body: gone ? null : { state: "disabled" as const, atMs: 5 as never },
    });
    const send = (rows: Parameters<typeof publishMany>[1]) =>
      database.current().asPlatform("test", (tx) => publishMany(tx, rows));
    await send([rowOf(one, "4"), rowOf(other, "1"), rowOf(one, "5"), rowOf(one, "2", true), rowOf(other, "2")]);
    const versionsOf = async (providerId: string, from = start) =>
      (await follow(providerId, from, { rows: 1 })).pages.flatMap(({ rows }) =>
        rows.map(({ key, version, body }) => [key, version, body !== null]),
      );
    expect(await versionsOf(one)).toEqual([
      ["1", 1, true],
      ["3", 3, true],
      ["4", 5, true],
      ["5", 6, true],
    ]);
    expect(await versionsOf(one, { ...start, cursor: 3 }), "who has the rest hears that it is gone").toEqual([
      ["2", 4, false],
      ["4", 5, true],
      ["5", 6, true],
    ]);
    expect(await versionsOf(other)).toEqual([
      ["1", 1, true],
      ["2", 2, true],
    ]);
    await send([rowOf(other, "1", true)]);
    await put(other, "3");
    expect(await versionsOf(other, { ...start, cursor: 2 })).toEqual([
      ["1", 3, false],
      ["3", 4, true],
    ]);
    await forgetTombstones();
    const { pages } = await follow(other, { ...start, cursor: 2 }, { rows: 10 });
    expect(pages[0]?.reset, "it was a tombstone like any other").toBe(true);
  });

  test("a site follows the batches that it is told of, and no more those that were taken from it", async () => {
    const providerId = newProvider();
    const tell = (key: string, body: { batchId: string } | null) =>
      database
        .current()
        .asProvider(providerId, (tx) =>
          publish(tx, { providerId, target: { scope: "site", siteId: "s1" }, kind: "follow", key, body }),
        );
    for (const batchId of ["b1", "b2"]) await tell(batchId, { batchId });
    await tell("b1", null);
    const followed = await database
      .current()
      .asProvider(providerId, (tx) => readFollowedBatches(tx, [{ providerId, siteId: "s1" }]));
    expect([...followed]).toEqual([["s1", ["b2"]]]);
  });

  test("a cursor behind forgotten tombstones, or ahead of this database, begins with a snapshot", async () => {
    const providerId = newProvider();
    for (const key of ["1", "2"]) await put(providerId, key);
    await put(providerId, "1", true);
    await put(providerId, "3");
    await database.current().asPlatform("test", (tx) => dropTombstones(tx, world.clock.wall().atMs + 1));
    const behind = await follow(providerId, { ...start, cursor: 2 }, { rows: 10 });
    expect([behind.keys, behind.pages[0]?.reset]).toEqual([["2", "3"], true]);
    const within = await follow(providerId, { ...start, cursor: 3 }, { rows: 10 });
    expect(within.pages.map((page) => [page.reset, page.rows.length])).toEqual([[false, 1]]);
    const ahead = await follow(providerId, { ...start, cursor: 99 }, { rows: 10 });
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
