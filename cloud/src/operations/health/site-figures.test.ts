import { expect, test } from "vitest";
import { createEnrolmentToken, enrolAgent } from "../../fleet/enrolment/enrolment.ts";
import { hubSuite } from "../../test-hub.ts";
import { figuresOf, namedMax, type SiteStanding } from "./site-figures.ts";

const nowMs = 10_000_000;
const site = (number: number, more: Partial<SiteStanding> = {}): SiteStanding => ({
  providerId: "p",
  siteId: `s${String(number).padStart(5, "0")}`,
  state: "online",
  connections: 1,
  lastHeardAtMs: nowMs,
  lastRecordAtMs: nowMs - 1000,
  lastRecordReceivedAtMs: nowMs,
  clockQuality: "synced",
  agentVersion: "1.0",
  damagedRecords: 0,
  feedBehindSinceMs: null,
  ...more,
});

test("ten thousand sites, each with a different version, are a bounded number of figures, and the worst are named first", () => {
  const many = Array.from({ length: 10_000 }, (_, number) => site(number, { agentVersion: `v${number}` }));
  const late = site(20_000, { feedBehindSinceMs: nowMs - 90_000 });
  const away = site(20_001, { state: "offline", lastHeardAtMs: nowMs - 600_000 });
  const figures = figuresOf([...many, late, away, site(20_002, { state: "pending" })], nowMs);
  expect(figures.worst).toHaveLength(namedMax);
  expect(figures.worst.slice(0, 2)).toMatchObject([
    { siteId: away.siteId, silentSeconds: 600, journalLagSeconds: 600 },
    { siteId: late.siteId, feedLagSeconds: 90 },
  ]);
  expect(figures.byVersion.size).toBe(21);
  expect([...figures.byVersion.values()].reduce((sum, count) => sum + count, 0)).toBe(10_002);
  expect(figures.byState).toEqual(new Map([["online", 10_001], ["offline", 1], ["pending", 1]])); // biome-ignore format: a table
  expect([figures.journalLag.get("0.5"), figures.journalLag.get("1"), figures.feedLag.get("1")]).toEqual([1, 600, 90]);
});

test("no sites, and sites that never said anything, are figures too", () => {
  expect(figuresOf([], nowMs)).toMatchObject({ worst: [], connections: 0 });
  const silent = site(1, {
    lastHeardAtMs: null,
    lastRecordAtMs: null,
    lastRecordReceivedAtMs: null,
    clockQuality: null,
  });
  expect(figuresOf([silent], nowMs).worst).toMatchObject([{ journalLagSeconds: 0, silentSeconds: 0 }]);
});

hubSuite("the sites' figures", (hub) => {
  test("[SYS-07] /metrics says how sites stand: state, lag of journal and feed, connections, clock, version, last record", async () => {
    const { token, providerId } = await hub.makeProvider("Figures");
    const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "One" } })).body.site;
    await hub.call("POST", "/api/v1/sites", { token, body: { name: "Never enrolled" } });
    const made = await hub
      .database()
      .asPlatform("test", (tx) => createEnrolmentToken(hub.world, tx, { providerId, siteId }));
    const publicKey = `${"A".repeat(43)}=`;
    await enrolAgent(hub.world, hub.database(), { token: made.token, publicKey });
    const atMs = hub.world.clock.wall().atMs;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("site_links")
        .values({
          providerId,
          siteId,
          connections: 3,
          lastHeardAtMs: atMs - 120_000,
          lastRecordAtMs: atMs - 130_000,
          lastRecordReceivedAtMs: atMs - 120_000,
          agentVersion: "7.7",
          clockQuality: "estimated",
        } as never)
        .execute(),
    );
    const { text } = await hub.call("GET", "/metrics");
    const of = `{provider="${providerId}",site="${siteId}"`;
    for (const line of [
      'karibu_sites{state="offline"} 1',
      'karibu_sites{state="pending"} 1',
      'karibu_sites_clock{quality="estimated"} 1',
      'karibu_sites_version{version="7.7"} 1',
      'karibu_sites_journal_lag_seconds{quantile="0.99"} 12',
      `karibu_site_connections_total${of}} 3`,
      `karibu_site_journal_lag_seconds${of}} 12`,
      `karibu_site_last_record_seconds${of}} ${Math.round((atMs - 130_000) / 1000)}`,
      `karibu_site_info${of},version="7.7",clock="estimated"} 1`,
    ])
      expect(text).toContain(line);
    // It has applied nothing of what it was told when it was made.
    expect(text).toMatch(
      new RegExp(`karibu_site_feed_lag_seconds\\{provider="${providerId}",site="${siteId}"\\} \\d+`),
    );

    const link = await hub.call("GET", `/api/v1/sites/${siteId}/link`, { token });
    expect(link.body).toMatchObject({
      connected: false,
      connections: 3,
      agentVersion: "7.7",
      clockQuality: "estimated",
      journal: { lastRecordAtMs: atMs - 130_000, lagMs: 10_000 },
    });
    expect(link.body.feed).toContainEqual(expect.objectContaining({ scope: `site:${siteId}`, applied: null }));
  });
});
