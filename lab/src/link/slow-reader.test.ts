/** A peer that does not read: what waits for it is bounded, on both sides, and nothing that matters is lost by it. */
import { realWorld, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { frameBytesMax } from "@karibu/protocol/link/frame";
import { unixMs } from "@karibu/protocol/quantities";
import { carriedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { type EnrolledSite, makeSites, startAgentEnd, startHubEnd, until } from "./link-ends.ts";

const world = realWorld();
const database = useDatabase("embedded", world);
const mebibyte = 1024 * 1024;
/** The hub's credit: pages that a site has not acknowledged. */
const pagesAhead = 4;

/** A wire on which nothing arrives while it is held. */
function holdableWire() {
  let held: (() => void)[] | null = null;
  return {
    deliver(task: () => void) {
      if (held === null) setImmediate(task);
      else held.push(task);
    },
    hold() {
      held = [];
    },
    /** Messages on their way. */
    waiting: () => held?.length ?? 0,
    release() {
      const tasks = held ?? [];
      held = null;
      for (const task of tasks) setImmediate(task);
    },
  };
}

test("a site that does not read leaves only a few pages waiting; when it reads again, it gets all", async () => {
  const hub = await startHubEnd(world, database.current());
  const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
  const { providerId, siteId } = site;
  const wire = holdableWire();
  const agent = await startAgentEnd(world, site, () => hub, { deliver: wire.deliver });
  await until("it is there", () => hub.link.presence(siteId) === "connected" && agent.link.state === "connected");
  await until("it is in step", () => hub.link.counts().behind === 0);
  wire.hold();
  // Each batch is a scope, so it needs at least one page.
  const batches = 3 * pagesAhead;
  await database.current().asProvider(providerId, async (tx) => {
    for (let number = 0; number < batches; number++) {
      const batchId = `batch-${number}`;
      await hub.publish(tx, {
        providerId,
        target: { scope: "batch", batchId },
        kind: "voucher",
        key: "7",
        body: { state: "disabled", atMs: unixMs(1) },
      });
      await hub.publish(tx, {
        providerId,
        target: { scope: "site", siteId },
        kind: "follow",
        key: batchId,
        body: { batchId },
      });
    }
  });
  await until("the hub has said what it may", () => wire.waiting() === pagesAhead);
  // Many more pages are due: it says no more of them.
  for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect([wire.waiting(), agent.wire?.hub.bufferedBytes()]).toEqual([pagesAhead, expect.any(Number)]);
  expect(agent.wire?.hub.bufferedBytes()).toBeLessThanOrEqual(pagesAhead * frameBytesMax);
  wire.release();
  await until("it has all", () => agent.feed.rows("voucher").size === batches, 60_000);
  await agent.stop();
  await hub.stop();
}, 120_000);

longTest(
  "requests to a peer that does not read are limited too: then either side closes the link, and it comes back",
  async () => {
    const echo = carriedRpc("echo");
    const served = serve(echo, () => ({}));
    const hub = await startHubEnd(world, database.current(), [served]);
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    const { siteId } = site;
    const wire = holdableWire();
    const agent = await startAgentEnd(world, site, () => hub, {
      deliver: wire.deliver,
      requests: [serve(echo, () => ({}))],
    });
    const isUp = () => hub.link.presence(siteId) === "connected" && agent.link.state === "connected";
    const long = { text: "x".repeat(100_000) };
    const codesOf = async (asked: readonly Promise<unknown>[]) =>
      (await Promise.allSettled(asked)).map((one) => (one.status === "rejected" ? one.reason.code : "answered"));

    await until("it is there", isUp);
    wire.hold();
    const byHub = Array.from({ length: 60 }, () => hub.link.call(siteId, echo, long, 60_000));
    const first = agent.wire;
    expect(first?.hub.bufferedBytes()).toBeLessThan(4.2 * mebibyte);
    expect(new Set(await codesOf(byHub))).toEqual(new Set(["site/away"]));
    wire.release();
    await until("it is back by another connection", () => isUp() && agent.wire !== first, 60_000);

    wire.hold();
    const byAgent = Array.from({ length: 60 }, () => agent.link.call(echo, long, 60_000));
    const second = agent.wire;
    expect(second?.agent.bufferedBytes()).toBeLessThan(4.2 * mebibyte);
    wire.release();
    // Earlier requests go over the next link; requests without a link were refused at once.
    const codes = await codesOf(byAgent);
    expect(new Set(codes)).toEqual(new Set(["answered", "hub/away"]));
    expect(codes.filter((code) => code === "answered").length).toBeGreaterThan(30);
    expect(agent.wire).not.toBe(second);
    await agent.stop();
    await hub.stop();
  },
  120_000,
);

longTest(
  "a journal that the hub does not take in goes out in a few frames, and the rest waits on the disk",
  async () => {
    const hub = await startHubEnd(world, database.current());
    const [site] = (await makeSites(world, database.current(), hub, 1)) as [EnrolledSite];
    const wire = holdableWire();
    const agent = await startAgentEnd(world, site, () => hub, { deliver: wire.deliver });
    await until("it is there", () => agent.link.state === "connected");
    wire.hold();
    const records = 3000;
    const fields = { text: "y".repeat(400) };
    for (let number = 0; number < records; number++) agent.journal.append({ kind: "alarm", name: "much", fields });
    await agent.journal.flush();
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    const waiting = agent.wire?.agent.bufferedBytes() ?? 0;
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThan(mebibyte);
    wire.release();
    await until("all of it is acknowledged", () => agent.journal.ackedSeq === records, 60_000);
    await agent.stop();
    await hub.stop();
  },
  120_000,
);
