import { generateKeyPairSync } from "node:crypto";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { sql } from "kysely";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { engines, isAbsent } from "../../ground/db/test-databases.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const releaseKeys = readPublicKeys(writePublicKey(privateKey));
const bundleOf = (version: string): string =>
  encodeBundle(
    new Map([["agent/agent.cjs", Buffer.from(version)]]),
    { version, minimalImage: "0.1.0" },
    privateKey,
  ).toString("base64");

describe.each(engines.filter((engine) => !isAbsent(engine)))("releases over the API on %s", (engine) => {
  const hub = useHub(engine, { releaseKeys });
  let mine: TestProvider;
  let theirs: TestProvider;
  let token: string;
  let siteId: string;
  let theirSiteId: string;

  beforeAll(async () => {
    mine = await hub.makeProvider("Mine");
    theirs = await hub.makeProvider("Theirs");
    token = await hub.adminToken();
    [siteId, theirSiteId] = (await Promise.all(
      [mine, theirs].map(async (provider) => {
        const made = await hub.call("POST", "/api/v1/sites", { token: provider.token, body: { name: "Kisumu" } });
        const id = made.body.site.siteId;
        await hub.database().asPlatform("test", (tx) =>
          tx
            .insertInto("agents")
            .values({
              providerId: provider.providerId,
              siteId: id,
              publicKey: id,
              enrolledAtMs: 0,
              revokedAtMs: null,
            })
            .execute(),
        );
        return id;
      }),
    )) as [string, string];
  }, 60_000);

  const targetOf = (site: string) =>
    hub.database().asPlatform("test", async (tx) => {
      const rows = await sql<{ version: string; exact: boolean }>`
        select body->>'version' as version, (body->>'exact')::boolean as exact from feed_rows
        where scope = ${`site:${site}`} and kind = 'release' and body is not null`.execute(tx);
      return rows.rows[0] ?? null;
    });
  const upload = (version: string) =>
    hub.call("POST", "/api/v1/releases", { token, body: { bundle: bundleOf(version), notes: "Better." } });

  test("[BEY-20] a platform admin uploads a bundle, a channel carries it, and the sites are told", async () => {
    const made = await upload("0.2.0");
    expect([made.status, made.body]).toMatchObject([
      201,
      { version: "0.2.0", notes: "Better.", minimalImage: "0.1.0" },
    ]);
    const { releaseId } = made.body;
    expect((await upload("0.2.0")).body).toEqual(made.body);
    const carried = await hub.call("PATCH", "/api/v1/release-channels/stable", {
      token,
      body: { releaseId, percent: 100 },
    });
    expect([carried.status, carried.body]).toMatchObject([
      200,
      { channel: "stable", version: "0.2.0", percent: 100, paused: false },
    ]);
    for (const site of [siteId, theirSiteId]) {
      await vi.waitFor(async () => expect(await targetOf(site)).toEqual({ version: "0.2.0", exact: false }), {
        timeout: 20_000,
      });
    }
    const { body } = await hub.call("GET", "/api/v1/release-channels", { token });
    expect(body.items.map((one: { channel: string }) => one.channel)).toEqual(["stable", "early"]);
    expect(body.items[0].sites).toMatchObject({ all: 2, waiting: 2, failed: 0 });
    const all = await hub.call("GET", "/api/v1/platform/site-releases?outcome=waiting&limit=1", { token });
    expect([all.body.items.length, all.body.nextCursor === null]).toEqual([1, false]);
  });

  test("[BEY-20] an owner pins an own site at once, sees only own sites, and lets it go again", async () => {
    const { releaseId } = (await upload("0.1.5")).body;
    const path = `/api/v1/site-releases/${siteId}`;
    const pinned = await hub.call("PATCH", path, { token: mine.token, body: { pinnedReleaseId: releaseId } });
    expect([pinned.status, pinned.body]).toMatchObject([
      200,
      { pinnedVersion: "0.1.5", targetVersion: "0.1.5", outcome: "waiting" },
    ]);
    expect(await targetOf(siteId)).toEqual({ version: "0.1.5", exact: true });
    const { body } = await hub.call("GET", "/api/v1/site-releases", { token: mine.token });
    expect(body.items.map((one: { siteId: string }) => one.siteId)).toEqual([siteId]);
    const foreign = await hub.call("PATCH", `/api/v1/site-releases/${theirSiteId}`, {
      token: mine.token,
      body: { pinnedReleaseId: releaseId },
    });
    expect(foreign.status).toBe(404);
    await hub.call("PATCH", path, { token: mine.token, body: { pinnedReleaseId: null } });
    expect((await targetOf(siteId))?.version).toBe("0.2.0");
    const unknown = await hub.call("PATCH", path, { token: mine.token, body: { pinnedReleaseId: "none" } });
    expect([unknown.status, unknown.body.field]).toEqual([404, "pinnedReleaseId"]);
    const channel = await hub.call("PATCH", path, { token: mine.token, body: { channel: "early" } });
    expect([channel.status, channel.body.field]).toEqual([400, "channel"]);
  });

  test("a platform admin moves a site to the early channel and lets it go first", async () => {
    const { releaseId } = (await upload("0.3.0")).body;
    await hub.call("PATCH", "/api/v1/release-channels/early", { token, body: { releaseId } });
    const path = `/api/v1/platform/site-releases/${theirSiteId}`;
    const moved = await hub.call("PATCH", path, { token, body: { channel: "early", goesFirst: true } });
    expect(moved.body).toMatchObject({
      channel: "early",
      goesFirst: true,
      targetVersion: "0.3.0",
      providerName: "Theirs",
    });
    const paused = await hub.call("POST", "/api/v1/release-channels/early/pause", { token });
    expect(paused.body).toMatchObject({ paused: true, pauseReason: "by-hand" });
    const resumed = await hub.call("POST", "/api/v1/release-channels/early/resume", { token });
    expect(resumed.body).toMatchObject({ paused: false, pauseReason: null });
  });

  test("[BEY-20] who raises the share of a release that a colleague has replaced meanwhile sends no other one to all sites", async () => {
    const [before, after] = [(await upload("0.4.0")).body.releaseId, (await upload("0.5.0")).body.releaseId];
    const path = "/api/v1/release-channels/early";
    await hub.call("PATCH", path, { token, body: { releaseId: before, percent: 10 } });
    await hub.call("PATCH", path, { token, body: { releaseId: after } });
    const raised = await hub.call("PATCH", path, { token, body: { percent: 100, ofReleaseId: before } });
    expect([raised.status, raised.body.code, raised.body.field]).toEqual([409, "release-changed", "ofReleaseId"]);
    const resumed = await hub.call("POST", `${path}/resume`, { token, body: { ofReleaseId: before } });
    expect([resumed.status, resumed.body.code]).toEqual([409, "release-changed"]);
    const { body } = await hub.call("PATCH", path, { token, body: { percent: 5, ofReleaseId: after } });
    expect(body).toMatchObject({ releaseId: after, percent: 5 });
    await hub.call("PATCH", path, { token, body: { releaseId: null, percent: 0, ofReleaseId: after } });
    const none = await hub.call("PATCH", path, { token, body: { percent: 5, ofReleaseId: after } });
    expect(none.body.code).toBe("release-changed");
  });

  test("what is wrong is named: no bundle, a stranger's, an unknown channel, percent without a release", async () => {
    const stranger = encodeBundle(
      new Map([["agent/agent.cjs", Buffer.of(1)]]),
      { version: "7.0.0", minimalImage: "0.1.0" },
      generateKeyPairSync("ed25519").privateKey,
    ).toString("base64");
    const refused: [string, string, object, number, string][] = [
      ["POST", "/api/v1/releases", { bundle: "AAAA" }, 400, "not-a-bundle"],
      ["POST", "/api/v1/releases", { bundle: stranger }, 400, "wrong-signature"],
      ["POST", "/api/v1/releases", { bundle: "not base64!" }, 400, "invalid"],
      ["PATCH", "/api/v1/release-channels/none", { percent: 5 }, 404, "not-found"],
      ["PATCH", "/api/v1/release-channels/early", {}, 400, "invalid"],
      ["PATCH", "/api/v1/release-channels/early", { percent: 101 }, 400, "invalid"],
      ["PATCH", "/api/v1/release-channels/early", { releaseId: "none" }, 404, "not-found"],
      ["PATCH", "/api/v1/release-channels/early", { releaseId: null, percent: 5 }, 422, "no-release"],
    ];
    for (const [method, path, body, status, code] of refused) {
      const answer = await hub.call(method, path, { token, body });
      expect([path, answer.status, answer.body.code]).toEqual([path, status, code]);
    }
    const owner = await hub.call("POST", "/api/v1/releases", { token: mine.token, body: { bundle: "AAAA" } });
    expect(owner.status).toBe(403);
  });
});
