/** What the hub tells a site of its router, and what people read of it, by HTTP. */
import { rmSync } from "node:fs";
import type { SiteFinding } from "@karibu/protocol/router/router-health";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { boardFacts, choicesFor, imagesForTests, keyOf, playRouter } from "../set-up/test-set-up-router.ts";
import { desiredRpc } from "./desired-rpc.ts";
import { keepHealth } from "./health-store.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
let mine: TestProvider;
let theirs: TestProvider;

beforeAll(async () => {
  mine = await hub.makeProvider("Mine");
  theirs = await hub.makeProvider("Theirs");
});
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

const call = askerOf(hub, () => mine.token);

async function makeSite(name: string): Promise<string> {
  return (await call("POST", "/sites", { name })).body.site.siteId;
}

/** As a site asks it, whose link has proved which site it is. */
async function desired(siteId: string, version = "7.22.1 (stable)", known = "", provider = mine) {
  const handler = desiredRpc({
    world: hub.world,
    database: hub.database(),
    envelope: hub.envelope,
    publicUrl: hub.url(),
    tunnelEndpoint: "hub.test:51820",
    onlineSales: { openHosts: async () => [] },
    tunnelPublicKey: keyOf(9),
  });
  const params = { version, known };
  const caller = { providerId: provider.providerId, siteId };
  return (await handler.answer(caller, params, new AbortController().signal)) as Record<string, unknown>;
}

const finding = (check: string, level: SiteFinding["level"], text = check): SiteFinding => ({
  check,
  level,
  text: { en: text, sw: text },
  advice: { en: "Do this.", sw: "Fanya hivi." },
});

const told = (siteId: string, findings: SiteFinding[], routerOs: string | null = "7.24.4 (stable)") =>
  hub
    .database()
    .asProvider(mine.providerId, (tx) =>
      keepHealth(tx, mine.providerId, [{ siteId, routerOs, isCompared: true, findings }], 1_000_000),
    );

test("[BEY-17] a site hears how its router should be, for the version that runs there; once, and without a secret", async () => {
  const siteId = await makeSite("Market");
  expect(await desired(siteId)).toEqual({ kind: "none", policy: "tell" });
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  const router = playRouter(hub, line);
  await router.tell();
  await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor);
  const first = await desired(siteId);
  expect(first).toMatchObject({
    kind: "desired",
    policy: "tell",
    desired: { minor: "7.22", guestInterface: "karibu-guest" },
  });
  expect(await desired(siteId, "7.22.1 (stable)", String(first.hash))).toEqual({ kind: "same", policy: "tell" });
  expect(await desired(siteId, "7.24.2 (stable)")).toMatchObject({ desired: { minor: "7.24" } });
  expect(await desired(siteId, "6.49.10")).toEqual({ kind: "none", policy: "tell" });
  expect(await desired(siteId, "7.22.1", "", theirs)).toEqual({ kind: "none", policy: "tell" });
  const script = (await hub.call("GET", `/api/v1/sites/${siteId}/script`, { token: mine.token })).text;
  const secrets = [...script.matchAll(/(?:secret|password)="?([^\s"]{12,})/g)].map(([, secret]) => secret ?? "");
  for (const secret of secrets) expect(JSON.stringify(first)).not.toContain(secret);

  expect((await call("PATCH", "/router-policy", { drift: "repair" })).body).toEqual({ drift: "repair" });
  expect(await desired(siteId, "7.22.1 (stable)", String(first.hash))).toEqual({ kind: "same", policy: "repair" });
  expect((await call("GET", "/router-policy", undefined, theirs.token)).body).toEqual({ drift: "tell" });
  await call("PATCH", "/router-policy", { drift: "off" });
  expect(await desired(siteId)).toEqual({ kind: "none", policy: "off" });
  await call("PATCH", "/router-policy", { drift: "tell" });
});

test("[BEY-17] after an upgrade a router's scripts are for the version that its agent told since, not for that of its set-up", async () => {
  const siteId = await makeSite("Upgraded");
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  const router = playRouter(hub, line, { ...boardFacts, wireguardPublicKey: keyOf(41) });
  await router.tell();
  const says = (routerOs: string, atMs: number) =>
    hub
      .database()
      .asProvider(mine.providerId, (tx) =>
        keepHealth(tx, mine.providerId, [{ siteId, routerOs, isCompared: true, findings: [] }], atMs),
      );
  const script = (path: string) => call("GET", `/sites/${siteId}/${path}`);
  const nowMs = hub.world.clock.wall().atMs;
  // The board that stood there before.
  await says("7.20.8 (stable)", nowMs - 3_600_000);
  expect((await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor)).status).toBe(200);
  expect((await script("script?part=repair")).text).toContain("# For RouterOS 7.22.");
  await says("7.24.2 (stable)", nowMs + 3_600_000);
  expect((await script("script?part=repair")).text).toContain("# For RouterOS 7.24.");
  expect((await script("router-services/script")).text).toContain("RouterOS 7.24");
  await says("7.31 (stable)", nowMs + 7_200_000);
  const unknown = await script("script?part=repair");
  expect([unknown.status, unknown.body.field]).toEqual([422, "version"]);
  expect(unknown.body.detail).toContain("RouterOS 7.31 (stable) is not known here");
});

test("[BEY-16] routers are listed by their grade, the worst first; each finding says what to do", async () => {
  const [good, bad, silent] = [await makeSite("Good"), await makeSite("Bad"), await makeSite("Silent")];
  await told(good, []);
  await told(
    bad,
    [finding("bypassed", "notice"), finding("guest", "stops", '<img src=x onerror="1">\0\ud800')],
    "7.23.3",
  );
  const { items } = (await call("GET", "/router-health?limit=100")).body;
  const names = items.map(({ siteName, grade }: { siteName: string; grade: string }) => [siteName, grade]);
  expect(names[0]).toEqual(["Bad", "F"]);
  expect(names).toContainEqual(["Good", "A"]);
  expect(names).toContainEqual(["Silent", null]);
  expect((await call("GET", "/router-health?grade=F")).body.items).toHaveLength(1);
  const one = (await call("GET", `/routers/${bad}/health`)).body;
  expect(one).toMatchObject({ grade: "F", stops: 1, wrong: 1, notices: 2, routerOs: "7.23.3" });
  expect(one.findings.map(({ check }: SiteFinding) => check)).toEqual([
    "guest",
    "hole:CVE-2026-67279",
    "bypassed",
    "hole:CVE-2026-67276",
  ]);
  expect(one.findings[0].text.en).toContain("<img src=x");
  expect((await call("GET", `/routers/${bad}/health`, undefined, theirs.token)).status).toBe(404);
  expect((await call("GET", "/router-health", undefined, theirs.token)).body.items).toEqual([]);
  expect((await call("GET", `/routers/${silent}/health`)).body).toMatchObject({ grade: null, isCompared: false });
});

test("a router whose site is away is not examined: what was known stays, and says why", async () => {
  const siteId = await makeSite("Away");
  await told(siteId, [finding("mtu", "wrong")]);
  const answer = await call("POST", `/routers/${siteId}/health/examine`);
  expect([answer.status, answer.body.why, answer.body.grade]).toEqual([200, "away", "C"]);
});

test("[BEY-17] sites hear of another choice by the feed, not within a day", async () => {
  const rows = () =>
    hub
      .database()
      .asProvider(mine.providerId, (tx) =>
        tx.selectFrom("feed_rows").select(["scope", "key", "body"]).where("kind", "=", "router-policy").execute(),
      );
  expect((await call("PATCH", "/router-policy", { drift: "repair" })).status).toBe(200);
  expect(await rows()).toContainEqual({
    scope: "provider",
    key: "drift",
    body: { drift: "repair", changedAtMs: expect.any(Number) },
  });
  const siteId = await makeSite("Serviced");
  const nothing = { pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: { exceptions: [] } };
  expect((await call("PUT", `/sites/${siteId}/router-services`, nothing)).status).toBe(200);
  expect(await rows()).toContainEqual(expect.objectContaining({ scope: `site:${siteId}`, key: "desired" }));
});

test("RouterOS is not upgraded by a mere order: a plan asks for the second factor", async () => {
  const siteId = await makeSite("Eager");
  const action = { kind: "upgrade-router", channel: "stable", version: "7.24.4" };
  const refused = await call("POST", `/routers/${siteId}/orders`, { action });
  expect([refused.status, refused.body.code]).toEqual([403, "not-allowed"]);
  const bulk = { siteIds: [siteId], action, first: 1, pauseOnFailure: true };
  expect((await call("POST", "/router-bulks", bulk)).status).toBe(403);
});
