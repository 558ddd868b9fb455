/** What the journal's bytes must carry over a restart of the real agent on a real folder: free hours and fair-use periods. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds } from "@karibu/protocol/quantities";
import { afterEach, beforeEach, expect, test } from "vitest";
import { logInRequest, reportOf } from "../access/test-site.ts";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { openFeedStore } from "../store/open-feed-store.ts";
import { type Agent, createAgent } from "./agent.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "karibu-free-night-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const everyDay = [0, 1, 2, 3, 4, 5, 6];
const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };
const megabytes = 1_000_000;

async function withAgent(world: SimulatedWorld, use: (agent: Agent) => Promise<void>): Promise<void> {
  const udp = { bind: () => Promise.reject(new Error("no network here")) };
  const options = { version: "0.1.0", radius: null, hub: null, siteFile: null, interimFlushSeconds: 0 };
  const agent = createAgent(world, { folder: createNodeFolder(root), udp, dialHub: null }, options);
  await agent.start();
  await use(agent);
  await agent.stop();
}

async function sellHome(world: SimulatedWorld, terms: Terms): Promise<void> {
  const feed = await openFeedStore(world, createNodeFolder(root));
  const body = { accountId: "1", username: "mary", password: "siri", planName: "home", terms, active: true };
  await feed.setGeneration("g1");
  await feed.apply({ scope: "site", reset: true, rows: [{ kind: "account", key: "1", version: 1, body }], version: 1 });
  await feed.close();
}

/** Mary uses so much by one interim, in the hour of the simulated world's clock. */
async function usesBy(agent: Agent, usedBytes: number): Promise<string> {
  const decision = agent.access.logIn(logInRequest("mary", "siri", phone));
  if (decision.kind !== "accept") return decision.reason;
  await decision.durable;
  const report = { user: "mary", sessionId: "80100001", grantId: decision.grantId, ...phone };
  await agent.access.account(reportOf("start", report));
  await agent.access.account(reportOf("interim", { ...report, output: usedBytes, online: 60 }));
  return decision.grantId;
}

test("[PLN-10] 50 MB of a free night are free after a restart, too", async () => {
  const world = createSimulatedWorld();
  world.setWall(Date.parse("2026-11-23T02:00:00+03:00"), "synced");
  const night = { days: everyDay, fromMinute: 0, toMinute: 300, isFree: true };
  const hours = { utcOffsetMinutes: 180, windows: [night] };
  await sellHome(world, {
    ...unlimitedTerms,
    dataBytes: bytes(40 * megabytes),
    validitySeconds: seconds(864_000),
    hours,
  });
  let grantId = "";
  await withAgent(world, async (agent) => {
    grantId = await usesBy(agent, 50 * megabytes);
    expect(agent.state.usage.get(grantId)?.bytes ?? 0).toBe(0);
  });
  world.setWall(Date.parse("2026-11-23T12:00:00+03:00"), "synced");
  await withAgent(world, async (agent) => {
    expect(agent.state.usage.get(grantId)?.bytes ?? 0).toBe(0);
    expect(agent.access.logIn(logInRequest("mary", "siri", phone))).toMatchObject({ kind: "accept" });
  });
});

test("[PLN-10] a day's fair use goes on after a restart where it stood", async () => {
  const world = createSimulatedWorld();
  world.setWall(Date.parse("2026-11-23T12:00:00+03:00"), "synced");
  const speeds = { downKbps: kbps(256), upKbps: kbps(128) };
  const fairUse = { utcOffsetMinutes: 180, period: "day" as const, quotaBytes: bytes(40 * megabytes), ...speeds };
  await sellHome(world, { ...unlimitedTerms, downKbps: kbps(8000), upKbps: kbps(2000), fairUse });
  await withAgent(world, async (agent) => {
    await usesBy(agent, 50 * megabytes);
  });
  await withAgent(world, async (agent) => {
    const decision = agent.access.logIn(logInRequest("mary", "siri", phone));
    expect(decision).toMatchObject({ kind: "accept", limits: { downKbps: 256, upKbps: 128 } });
  });
});
