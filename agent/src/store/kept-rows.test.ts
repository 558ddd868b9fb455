/** What a restored hub does not name any more stays at the site until the hub has said what becomes of it. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { FeedRow, Scope } from "@karibu/protocol/feed";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { unixMs } from "@karibu/protocol/quantities";
import { plainBatch } from "@karibu/protocol/test-grants";
import { expect, test } from "vitest";
import { expectSnapshots } from "../sync/feed-receiver.ts";
import { pagesOf } from "../sync/give-back.ts";
import { openFeedStore } from "./open-feed-store.ts";

const mark = "A".repeat(30);
const atMs = unixMs(1_800_000_000_000);
const row = (kind: string, key: string, body: object | null, version = 1) => ({ kind, key, version, body }) as FeedRow;
const follow = (batchId: string, signed = true) => row("follow", batchId, { batchId, ...(signed ? { mark } : {}) });
const batch = (batchId: string, active = true) =>
  row("batch", batchId, { ...plainBatch, batchId, quantity: 10, planName: "1 hour", active, mark });
const grant = (grantId: string, revokedAtMs: number | null = null, signed = true) =>
  row("grant", grantId, {
    grant: {
      grantId,
      origin: "purchase",
      planName: "1 hour",
      terms: unlimitedTerms,
      startedAtMs: null,
      endsAtMs: null,
      revokedAtMs,
      unverified: false,
    },
    purchaseId: `i-${grantId}`,
    phoneHash: null,
    ...(signed ? { mark } : {}),
  });
const off = (serial: number) => row("voucher", String(serial), { state: "disabled", atMs });
const moved = (serial: number) => row("voucher", String(serial), { state: "transferred", atMs });

async function openSite() {
  const world = createSimulatedWorld(3);
  const folder = createFaultyFolder(world);
  const open = () => openFeedStore(world, folder, { segmentBytesMax: 1500, compactBytesMin: 3000 });
  let feed = await open();
  const snapshot = (scope: Scope, rows: readonly FeedRow[], version: number) =>
    feed.apply({ scope, rows, version, reset: true });
  await expectSnapshots(feed, "g1");
  await snapshot("site", [follow("b1"), follow("b2"), grant("g-old"), grant("g-new"), grant("g-revoked", 5)], 9);
  await snapshot("batch:b1", [batch("b1", false), off(1)], 5);
  await snapshot("batch:b2", [batch("b2"), off(2), moved(3)], 5);
  return {
    feed: () => feed,
    snapshot,
    async restart() {
      await feed.close();
      feed = await open();
    },
    keysOf: (kind: "batch" | "grant" | "voucher" | "follow") => [...feed.rows(kind).keys()].sort(),
    kept: () => feed.kept().map(({ scope, rows }) => [scope, ...rows.map(({ kind, key }) => `${kind} ${key}`)]),
  };
}

test("[BEY-29] NO-THEFT: rows that a restored hub does not name stay valid, and are given back with their batch", async () => {
  const { feed, snapshot, keysOf, kept, restart } = await openSite();
  await expectSnapshots(feed(), "g2");
  expect(feed().isReturning).toBe(true);
  await restart();
  await snapshot("site", [follow("b1"), grant("g-old")], 2);
  expect(feed().isComplete).toBe(false);
  await snapshot("batch:b1", [batch("b1")], 2);
  expect(feed().isComplete).toBe(true);
  await restart();
  expect(keysOf("grant")).toEqual(["g-new", "g-old", "g-revoked"]);
  expect(keysOf("batch")).toEqual(["b1", "b2"]);
  expect(keysOf("voucher")).toEqual(["b1/1", "b2/2", "b2/3"]);
  // Switched off after the back-up: it stays off although the hub's row says otherwise.
  expect(feed().rows("batch").get("b1")?.active).toBe(false);
  expect(kept().sort()).toEqual([
    ["batch:b1", "batch b1", "voucher 1"],
    ["batch:b2", "batch b2", "follow b2", "voucher 2"],
    ["site", "grant g-new", "grant g-revoked"],
  ]);
});

test("[BEY-29] a revoked grant that the restored hub names as good stays revoked, until the hub has its revocation", async () => {
  const { feed, snapshot, kept } = await openSite();
  await expectSnapshots(feed(), "g2");
  await snapshot("site", [follow("b1"), follow("b2"), grant("g-revoked")], 2);
  expect(feed().rows("grant").get("g-revoked")?.grant.revokedAtMs).toBe(5);
  expect(kept().flat()).toContain("grant g-revoked");
  await feed().apply({ scope: "site", rows: [grant("g-revoked", 6, true)], version: 3, reset: false });
  expect(feed().rows("grant").get("g-revoked")?.grant.revokedAtMs).toBe(6);
  expect(kept().flat()).not.toContain("grant g-revoked");
});

test("[BEY-29] what the hub ended goes, what it took back or can't take stays, through a restart and a later snapshot", async () => {
  const { feed, snapshot, keysOf, kept, restart } = await openSite();
  await expectSnapshots(feed(), "g2");
  await snapshot("site", [follow("b1")], 2);
  await snapshot("batch:b1", [batch("b1", false), off(1)], 2);
  await feed().applyVerdicts({
    scope: "site",
    taken: ["grant g-new"],
    gone: ["follow b2", "grant g-revoked"],
    done: true,
  });
  expect(feed().isReturning).toBe(false);
  expect([keysOf("batch"), keysOf("grant"), keysOf("voucher")]).toEqual([["b1"], ["g-new", "g-old"], ["b1/1"]]);
  expect(kept()).toEqual([["site", "grant g-old"]]);
  await restart();
  // The same hub sends everything again (its tombstones are gone): what it could not take is still the site's.
  await snapshot("site", [follow("b1"), grant("g-new")], 3);
  expect(keysOf("grant")).toEqual(["g-new", "g-old"]);
});

test("[BEY-29] without a restore nothing is kept: what a snapshot does not name is deleted, and unsigned rows are in any case", async () => {
  const { feed, snapshot, keysOf } = await openSite();
  await snapshot("site", [follow("b1")], 12);
  expect([keysOf("grant"), keysOf("batch")]).toEqual([[], ["b1"]]);
  await snapshot("site", [follow("b1"), grant("g-plain", null, false)], 13);
  await expectSnapshots(feed(), "g2");
  await snapshot("site", [follow("b1")], 1);
  expect(keysOf("grant")).toEqual([]);
});

test("[BEY-29] pages fit a frame: at most 200 rows and 96 KiB, and an empty page says that nothing is left", () => {
  const many = Array.from({ length: 450 }, (_, index) => grant(`g${index}`));
  const pages = pagesOf([{ scope: "site", rows: many }]);
  expect(pages.flatMap(({ rows }) => rows)).toEqual(many);
  for (const { rows } of pages) {
    expect(rows.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(rows).length).toBeLessThan(100 * 1024);
  }
  expect(pagesOf([])).toEqual([{ scope: "site", rows: [] }]);
});
