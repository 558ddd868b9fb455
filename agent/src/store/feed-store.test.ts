import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import type { FeedRow, Scope } from "@karibu/protocol/feed";
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openFeedStore, type StoredFeed } from "./open-feed-store.ts";

const atMs = unixMs(1_800_000_000_000);
const voucher = (serial: number, version: number, live = true): FeedRow => ({
  kind: "voucher",
  key: String(serial),
  version,
  body: live ? { state: "disabled", atMs } : null,
});
const follow = (batchId: string, version: number, live = true): FeedRow => ({
  kind: "follow",
  key: batchId,
  version,
  body: live ? { batchId } : null,
});
const site = (name: string, version: number): FeedRow => ({
  kind: "site",
  key: "site",
  version,
  body: { siteId: "s", name, interimSeconds: 300 as never, sellsOnline: true },
});
const page = (scope: Scope, rows: readonly FeedRow[], version: number, reset = false, more?: boolean) => ({
  scope,
  rows,
  version,
  reset,
  more,
});
const small = { segmentBytesMax: 1500, compactBytesMin: 3000 };

function setting(seed = 1) {
  const world = createSimulatedWorld(seed);
  const folder = createFaultyFolder(world);
  return { world, folder, open: () => openFeedStore(world, folder, small) };
}

const everything = (feed: StoredFeed) => ({
  cursors: feed.cursors(),
  generation: feed.generation,
  vouchers: [...feed.rows("voucher")].sort(),
  follows: [...feed.rows("follow").keys()].sort(),
  site: feed.rows("site").get("site")?.name,
});

test("pages are kept through a restart, with cursors, generation and tombstones", async () => {
  const { open } = setting();
  const feed = await open();
  await feed.setGeneration("g1");
  await feed.apply(page("site", [follow("b1", 1), site("Front Desk", 2)], 2));
  await feed.apply(page("batch:b1", [voucher(1, 1), voucher(2, 2), voucher(3, 3)], 3));
  await feed.apply(page("batch:b1", [voucher(2, 4, false)], 4));
  const before = everything(feed);
  expect(before.cursors).toEqual({ site: 2, "batch:b1": 4 });
  expect([...feed.rows("voucher").keys()]).toEqual(["b1/1", "b1/3"]);
  expect(feed.rows("account").size).toBe(0);
  await feed.close();
  const again = await open();
  expect(everything(again)).toEqual(before);
  expect(again.damage).toBeNull();
});

test("views are live, and listeners hear what changed", async () => {
  const { open } = setting();
  const feed = await open();
  const view = feed.rows("voucher");
  const heard: (readonly FeedRow[])[] = [];
  const stop = feed.onChange((rows) => heard.push(rows));
  await feed.apply(page("batch:b1", [voucher(1, 1)], 1));
  expect(view.get("b1/1")).toEqual({ state: "disabled", atMs });
  expect(heard).toEqual([[voucher(1, 1)]]);
  stop();
  await feed.apply(page("batch:b1", [voucher(1, 2, false)], 2));
  expect(view.size).toBe(0);
  expect(heard).toHaveLength(1);
});

test("the same serial of two batches is two vouchers", async () => {
  const feed = await setting().open();
  await feed.apply(page("batch:b1", [voucher(1, 1)], 1));
  await feed.apply(page("batch:b2", [voucher(1, 1)], 1));
  await feed.apply(page("batch:b1", [voucher(1, 2, false)], 2));
  expect([...feed.rows("voucher").keys()]).toEqual(["b2/1"]);
});

test("a snapshot of several pages takes nothing away before its last one", async () => {
  const { open } = setting();
  const feed = await open();
  await feed.apply(page("batch:b1", [voucher(1, 1), voucher(2, 2), voucher(3, 3)], 3));
  await feed.apply(page("batch:b1", [voucher(1, 1)], 1, true, true));
  expect([...feed.rows("voucher").keys()]).toEqual(["b1/1", "b1/2", "b1/3"]);
  await feed.close();
  const again = await open();
  const heard: (readonly FeedRow[])[] = [];
  again.onChange((rows) => heard.push(rows));
  await again.apply(page("batch:b1", [voucher(3, 5)], 5));
  expect([...again.rows("voucher").keys()].sort()).toEqual(["b1/1", "b1/3"]);
  expect(heard.flat().map((row) => [row.key, row.body === null])).toEqual([
    ["3", false],
    ["2", true],
  ]);
});

test("a snapshot of one page forgets what it does not name", async () => {
  const feed = await setting().open();
  await feed.apply(page("batch:b1", [voucher(1, 1), voucher(2, 2)], 2));
  await feed.apply(page("batch:b1", [voucher(2, 9)], 9, true));
  expect([...feed.rows("voucher").keys()]).toEqual(["b1/2"]);
});

test("unfollowing a batch forgets its rows and its cursor", async () => {
  const feed = await setting().open();
  await feed.apply(page("site", [follow("b1", 1), follow("b2", 2)], 2));
  await feed.apply(page("batch:b1", [voucher(1, 1)], 1));
  await feed.apply(page("batch:b2", [voucher(1, 1)], 1));
  await feed.apply(page("site", [follow("b1", 3, false)], 3));
  expect([...feed.rows("voucher").keys()]).toEqual(["b2/1"]);
  expect(feed.cursors()).toEqual({ site: 3, "batch:b2": 1 });
  await feed.apply(page("site", [site("only", 1)], 1, true));
  expect(feed.rows("voucher").size).toBe(0);
});

test("a voucher that began here stays disabled when its batch's rows go, by its row in the site's own scope", async () => {
  const { open } = setting();
  const feed = await open();
  const off = { state: "disabled" as const, atMs: unixMs(atMs + 1) };
  const begun = (version: number, live = true): FeedRow => ({
    kind: "voucher",
    key: "b1/7",
    version,
    body: live ? off : null,
  });
  await feed.apply(page("site", [follow("b1", 1)], 1));
  await feed.apply(page("batch:b1", [voucher(7, 1)], 1));
  await feed.apply(page("site", [begun(2)], 2));
  await feed.apply(page("site", [follow("b1", 3, false)], 3));
  expect([...feed.rows("voucher")]).toEqual([["b1/7", off]]);
  await feed.close();
  const again = await open();
  expect([...again.rows("voucher")]).toEqual([["b1/7", off]]);
  // The batch comes back; one of the two rows goes after the other.
  await again.apply(page("site", [follow("b1", 4)], 4));
  await again.apply(page("batch:b1", [voucher(7, 2)], 2));
  await again.apply(page("batch:b1", [voucher(7, 3, false)], 3));
  expect([...again.rows("voucher")]).toEqual([["b1/7", off]]);
  await again.apply(page("batch:b1", [voucher(7, 4)], 4));
  await again.apply(page("site", [begun(5, false)], 5));
  expect([...again.rows("voucher")]).toEqual([["b1/7", { state: "disabled", atMs }]]);
  await again.apply(page("batch:b1", [voucher(7, 5, false)], 5));
  expect(again.rows("voucher").size).toBe(0);
});

test("clearing forgets all; until replaced, it forgets only how far the hub had told", async () => {
  const { open } = setting();
  const feed = await open();
  await feed.setGeneration("g1");
  await feed.apply(page("batch:b1", [voucher(1, 1), voucher(2, 2)], 2));
  await feed.clear({ untilReplaced: true });
  expect(everything(feed)).toMatchObject({ cursors: {}, generation: null });
  expect(feed.rows("voucher").size).toBe(2);
  await feed.apply(page("batch:b1", [voucher(2, 7)], 7));
  expect([...feed.rows("voucher").keys()]).toEqual(["b1/2"]);
  await feed.clear();
  expect(feed.rows("voucher").size).toBe(0);
  await feed.close();
  expect(everything(await open())).toMatchObject({ cursors: {}, vouchers: [] });
});

longTest("a hundred thousand vouchers cost a small multiple of themselves in writes", async () => {
  const { world, folder } = setting();
  const feed = await openFeedStore(world, folder);
  let pageBytes = 0;
  for (let start = 0; start < 100_000; start += 1000) {
    const rows = Array.from({ length: 1000 }, (_, index) => voucher(start + index, start + index + 1));
    pageBytes += JSON.stringify(rows).length;
    await feed.apply(page("batch:b1", rows, start + 1000));
  }
  await feed.close();
  // A log append is an open, writes and syncs; a compaction is a rename, a replace and some removals.
  expect(folder.operations).toBeLessThan(400);
  expect(pageBytes).toBeGreaterThan(5e6);
  const again = await openFeedStore(world, folder);
  expect(again.rows("voucher").size).toBe(100_000);
});

test("a full disk rejects the page, which still counts and is written when there is room", async () => {
  const { world, folder, open } = setting();
  const feed = await open();
  await feed.apply(page("batch:b1", [voucher(1, 1)], 1));
  folder.limitBytes(0);
  await expect(feed.apply(page("batch:b1", [voucher(2, 2)], 2))).rejects.toMatchObject({ code: "feed/full" });
  expect(feed.rows("voucher").size).toBe(2);
  folder.limitBytes(null);
  await passTimeUntil(world, feed.apply(page("batch:b1", [voucher(3, 3)], 3)));
  await feed.close();
  expect((await open()).rows("voucher").size).toBe(3);
});

test("a damaged document is stood in for by the one before it and the log", async () => {
  const { folder, open } = setting();
  const feed = await open();
  for (let version = 1; version <= 150; version++)
    await feed.apply(page("batch:b1", [voucher(version, version)], version));
  const before = everything(feed);
  await feed.close();
  folder.damage("feed/rows.json", 50, Buffer.from("#"));
  const again = await open();
  expect(again.damage?.documentsSetAside).toEqual(["feed/rows.json.damaged"]);
  expect(everything(again)).toEqual(before);
});

test("a lost page keeps the rows there are in force and asks the hub for all of them", async () => {
  const { folder, open } = setting();
  const feed = await open();
  await feed.setGeneration("g1");
  for (let version = 1; version <= 10; version++)
    await feed.apply(page("batch:b1", [voucher(version, version)], version));
  await feed.close();
  const [first] = await folder.list("feed/log/");
  folder.damage(first as string, 120, Buffer.from("#####"));
  const again = await open();
  expect(again.damage?.lost.length).toBe(1);
  expect(everything(again)).toMatchObject({ cursors: {}, generation: null });
  expect(again.rows("voucher").size).toBe(9);
  await again.close();
  expect((await open()).damage).toBeNull();
});

test("a power cut at every operation keeps every page whose promise resolved", async () => {
  const pages = Array.from({ length: 40 }, (_, index) =>
    page("batch:b1", [voucher(index % 7, index + 1, index % 3 !== 0), voucher(100 + index, index + 1)], index + 1),
  );
  const expected: ReturnType<typeof everything>[] = [];
  const reference = await setting().open();
  expected.push(everything(reference));
  for (const each of pages) {
    await reference.apply(each);
    expected.push(everything(reference));
  }
  const rehearsal = setting();
  const rehearsed = await rehearsal.open();
  for (const each of pages) await rehearsed.apply(each);
  await rehearsed.close();
  const total = rehearsal.folder.operations;
  expect(total).toBeGreaterThan(80);
  for (let cut = 0; cut < total; cut++) {
    for (let seed = 0; seed < 3; seed++) {
      const { folder, open } = setting(cut * 10 + seed);
      folder.cutPowerAt(cut);
      let applied = 0;
      try {
        const feed = await open();
        for (const each of pages) {
          await feed.apply(each);
          applied++;
        }
        await feed.close();
      } catch {
        // The power is off; what counts is what the next start finds.
      }
      folder.reboot();
      const again = await open();
      expect(again.damage).toBeNull();
      const found = again.cursors()["batch:b1"] ?? 0;
      expect(found).toBeGreaterThanOrEqual(applied);
      expect(everything(again)).toEqual(expected[found]);
      await again.close();
    }
  }
});

test("whatever pages come, a restart shows the same rows", async () => {
  const change = fc.record({
    scope: fc.constantFrom<Scope>("site", "batch:b1", "batch:b2"),
    rows: fc.array(
      fc.oneof(
        fc.tuple(fc.nat(9), fc.boolean()).map(([serial, live]) => voucher(serial, 1, live)),
        fc.tuple(fc.constantFrom("b1", "b2"), fc.boolean()).map(([id, live]) => follow(id, 1, live)),
      ),
      { maxLength: 6 },
    ),
    reset: fc.boolean(),
    more: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 30 }), fc.nat(), async (changes, seed) => {
      const { open, folder } = setting(seed);
      const feed = await open();
      let version = 0;
      for (const { scope, rows, reset, more } of changes) {
        const fitting = rows.filter((row) => (row.kind === "voucher") === (scope !== "site"));
        await feed.apply(page(scope, fitting, ++version, reset, more));
      }
      const before = everything(feed);
      folder.reboot();
      expect(everything(await open())).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

/** Five pages of one batch of the log: nobody waited between them. */
async function fivePages() {
  const { folder, open } = setting();
  const feed = await open();
  await feed.setGeneration("g1");
  await Promise.all(
    [1, 2, 3, 4, 5].map((version) => feed.apply(page("batch:b1", [voucher(version, version)], version))),
  );
  const [log] = (await folder.list("feed/log/")).filter((name) => name.endsWith(".log"));
  const name = log as string;
  const files = async () => {
    const all = new Map<string, Uint8Array>();
    for (const each of await folder.list("")) all.set(each, (await folder.read(each)) as Uint8Array);
    return all;
  };
  return { folder, open, feed, name, files };
}

test("after an orderly stop a feed file cut anywhere is noticed: what is left stays in force, and the hub sends all again", async () => {
  const { folder, open, feed, name, files } = await fivePages();
  await feed.close();
  const stopped = await files();
  const content = stopped.get(name) as Uint8Array;
  for (let length = 0; length < content.length; length++) {
    for (const each of await folder.list("")) await folder.remove(each);
    for (const [each, bytes] of stopped) await folder.replace(each, each === name ? bytes.subarray(0, length) : bytes);
    const again = await open();
    expect(again.damage, `cut to ${length}`).not.toBeNull();
    const pages = again.rows("voucher").size;
    if (pages < 5) expect(everything(again), `cut to ${length}`).toMatchObject({ cursors: {}, generation: null });
    await again.close();
    expect((await open()).damage, `cut to ${length}`).toBeNull();
  }
  await folder.remove(name);
  const gone = await open();
  expect(gone.damage?.lost).toEqual([{ firstSeq: 1, lastSeq: 6 }]);
});

test("after a crash a flipped bit costs its page alone, and is told; what is torn off at the end the hub sends again", async () => {
  const { folder, open, name, files } = await fivePages();
  folder.reboot();
  const crashed = await files();
  const content = crashed.get(name) as Uint8Array;
  const lines = Array.from(
    Buffer.from(content)
      .toString("latin1")
      .matchAll(/^[1-9].*$/gm),
    ({ index }) => index,
  );
  const startFrom = async (changed: Uint8Array) => {
    for (const each of await folder.list("")) await folder.remove(each);
    for (const [each, bytes] of crashed) await folder.replace(each, each === name ? changed : bytes);
    return await open();
  };
  const flipped = content.slice();
  flipped[(lines[3] as number) + 40] = 0x58;
  const third = await startFrom(flipped);
  expect(third.torn).toEqual({ records: 1, droppedBytes: 0 });
  expect([...third.rows("voucher").keys()]).toEqual(["b1/1", "b1/2", "b1/4", "b1/5"]);
  expect(third.cursors()).toEqual({});
  const cut = await startFrom(content.subarray(0, (lines[5] as number) + 40));
  expect(cut.torn).toEqual({ records: 0, droppedBytes: 40 });
  expect(cut.damage).toBeNull();
  expect(cut.cursors()).toEqual({ "batch:b1": 4 });
  expect((await startFrom(content)).torn).toBeNull();
});
