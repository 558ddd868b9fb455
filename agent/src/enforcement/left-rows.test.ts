/** An account whose row leaves (the hub moved it to another site, or deleted it) ends here: who is online is put off, and nobody comes in. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { FeedRow } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { seconds } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { createTestSite, logInRequest, reportOf } from "../access/test-site.ts";
import { createAccountCatalogue } from "../grants/account-catalogue.ts";
import { openFeedStore } from "../store/open-feed-store.ts";

const terms: Terms = { ...unlimitedTerms, devices: 2, validitySeconds: seconds(30 * 86_400) };
const body = { accountId: "1", username: "mary", password: "siri", planName: "home", active: true, terms };
const row = (version: number, isThere = true): FeedRow => ({
  kind: "account",
  key: "1",
  version,
  body: isThere ? body : null,
});
const phone = { mac: "AA:BB:CC:DD:EE:01", address: "10.5.50.11" };

test("[CUS-14] whoever is online by it is put off within a minute, and neither password nor MAC lets anybody in", async () => {
  const world = createSimulatedWorld();
  const off: string[] = [];
  const disconnect = async ({ sessionId }: { sessionId: string }) => {
    off.push(sessionId);
    return "ack" as const;
  };
  const site = createTestSite(world, { coa: { disconnect } });
  site.put({ kind: "account", key: "1", body });
  const decision = site.access.logIn(logInRequest("mary", "siri", phone));
  if (decision.kind !== "accept") throw new Error(decision.reason);
  await site.access.account(reportOf("start", { user: "mary", grantId: decision.grantId, ...phone }));
  expect(site.access.logIn(logInRequest(phone.mac, phone.mac, phone))).toMatchObject({ kind: "accept" });

  site.put({ kind: "account", key: "1", body: null });
  await site.sweeper.sweep();
  expect(off).toEqual(["80100001"]);
  expect(site.access.logIn(logInRequest("mary", "siri", phone)).kind).toBe("reject");
  expect(site.access.logIn(logInRequest(phone.mac, phone.mac, phone)).kind).toBe("reject");

  site.put({ kind: "account", key: "1", body });
  expect(site.access.logIn(logInRequest("mary", "siri", phone)).kind).toBe("accept");
});

test("a row that has not come yet ends nobody: a first snapshot in pages, also over a restart, and one that comes again", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const { state } = createTestSite(world);
  const started = { ...body, grantId: "a.1", origin: "account" as const, revokedAtMs: null, unverified: false };
  const grant = { ...started, startedAtMs: null, endsAtMs: null };
  state.grants.set("a.1", { grant, voucher: null, boot: 1, settled: true });
  let feed = await openFeedStore(world, folder);
  const isOver = () => {
    const known = createAccountCatalogue(feed, null, state, world.clock).grantOf("a.1");
    return known?.revokedAtMs != null;
  };
  const page = (rows: readonly FeedRow[], version: number, more: boolean, reset = false) =>
    feed.apply({ scope: "site", reset, rows, version, more });
  const plan = (version: number): FeedRow => ({
    kind: "follow",
    key: `b${version}`,
    version,
    body: { batchId: `b${version}` },
  });

  expect(isOver()).toBe(false);
  await feed.setGeneration("g1");
  await feed.apply({ scope: "provider", reset: true, rows: [], version: 1 });
  expect(isOver()).toBe(false);
  await page([plan(1)], 1, true, true);
  expect(isOver()).toBe(false);
  await feed.close();
  feed = await openFeedStore(world, folder);
  expect(isOver()).toBe(false);
  await page([row(2)], 2, false);
  expect(isOver()).toBe(false);

  await feed.clear({ untilReplaced: true });
  await feed.setGeneration("g2");
  await page([plan(1)], 1, true, true);
  expect(isOver()).toBe(false);
  await page([], 2, false);
  expect(isOver()).toBe(true);
  await page([row(3)], 3, false);
  expect(isOver()).toBe(false);
  await page([row(4, false)], 4, false);
  expect(isOver()).toBe(true);
  await feed.close();
});
