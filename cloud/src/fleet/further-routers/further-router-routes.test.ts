/** Several routers at a site, by HTTP: each with its own script and secret, known to the first one's script, and how many sessions each carries. */
import { rmSync } from "node:fs";
import type { FurtherRouterChoice } from "@karibu/protocol/router/further-router";
import { furtherSecretPath } from "@karibu/protocol/router/secret-proof";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { boardFacts, choicesFor, imagesForTests, keyOf, playRouter } from "../set-up/test-set-up-router.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
let mine: TestProvider;
beforeAll(async () => {
  mine = await hub.makeProvider("Several");
});
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

const second: FurtherRouterChoice = {
  name: "Roof",
  ownAddress: "192.168.88.2",
  agentSide: "192.168.88.1",
  routerosVersion: "7.22.1 (stable)",
  pppoe: { interfaces: ["ether4"], network: "10.65.0.0/20", maxSessions: 150, padoDelayMs: 500 },
  hotspot: null,
};
const ofSecond = second.pppoe as NonNullable<typeof second.pppoe>;
const guests = { ports: ["ether3"], network: "10.77.0.0/22" };
const pppoe = {
  interfaces: ["ether2"],
  serviceName: "homes",
  network: "10.64.0.0/20",
  dnsServers: [],
  keepaliveSeconds: 30,
  authentication: ["pap", "mschap2"],
  mtuBytes: 1492,
  maxSessions: 100,
  padoDelayMs: 0,
  ipv6: null,
};

test("[RTR-23] [RAD-05] a second router has a script of its own; the first one's script lets it in, with another secret; sessions are counted by router", async () => {
  const call = askerOf(hub, () => mine.token);
  const { siteId } = (await call("POST", "/sites", { name: "Estate" })).body.site as { siteId: string };
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  await playRouter(hub, line, boardFacts).tell();
  await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor);
  const path = `/sites/${siteId}/further-routers`;
  const put = (routers: readonly object[]) => call("PUT", path, { routers });
  expect((await put([second])).body.code).toBe("no-pppoe");
  const off = { snmp: null, logging: null, fairUplink: null, sharing: null };
  expect((await call("PUT", `/sites/${siteId}/router-services`, { ...off, pppoe })).status).toBe(200);
  const kept = await put([second]);
  expect([kept.status, kept.body.routers], kept.text).toEqual([200, [second]]);
  const script = (await call("GET", `${path}/script?ownAddress=192.168.88.2`)).text;
  const secret = /secret=([0-9a-f]{36})/.exec(script)?.[1] ?? "-";
  expect(script).toContain("pado-delay=500");
  expect(script).toContain("service-name=homes");
  expect(script).toContain("address=192.168.88.1 src-address=192.168.88.2");
  expect(kept.text).not.toContain(secret);
  const first = (await call("GET", `/sites/${siteId}/script`)).text;
  expect(first).toContain("karibu:router-1-radius");
  expect(first).toContain(secret);
  expect(first).not.toContain(`/radius/add service=hotspot authentication-port=1812 secret=${secret}`);
  // Kept as it is, it keeps its secret.
  await put([{ ...second, pppoe: { ...ofSecond, padoDelayMs: 700 } }]);
  expect((await call("GET", `${path}/script?ownAddress=192.168.88.2`)).text).toContain(secret);
  await hub.database().asPlatform("test", (tx) =>
    sql`insert into sessions (provider_id, site_id, session_key, nas, started_at_ms, received_at_ms)
      values (${mine.providerId}, ${siteId}, 'a', 'Ground', 1, 1), (${mine.providerId}, ${siteId}, 'b', 'Roof', 1, 1), (${mine.providerId}, ${siteId}, 'c', 'Roof', 1, 1)`.execute(
      tx,
    ),
  );
  expect((await call("GET", path)).body.load).toEqual([
    { nas: "Ground", sessions: 1 },
    { nas: "Roof", sessions: 2 },
  ]);
  for (const [routers, field] of [
    [[second, second], "routers.1.ownAddress"],
    [[second, { ...second, ownAddress: "192.168.88.3" }], "routers.1.pppoe.network"],
    [[{ ...second, pppoe: { ...ofSecond, network: "10.64.8.0/21" } }], "routers.0.pppoe.network"],
    [[{ ...second, hotspot: { ...guests, network: "10.65.1.0/24" } }], "routers.0.hotspot.network"],
    [[{ ...second, pppoe: null }], "routers.0.hotspot"],
    [[{ ...second, hotspot: { ...guests, network: "192.168.88.0/24" } }], "furtherRouters.0.guestNetwork"],
    [[{ ...second, routerosVersion: "6.49" }], "routerosVersion"],
    [[{ ...second, ownAddress: "8.8.8.8" }], "furtherRouters.0.address"],
  ] as const)
    expect((await put(routers)).body.field, field).toBe(field);
  expect((await call("GET", `${path}/script?ownAddress=192.168.88.9`)).status).toBe(404);
  // The prefixes are the first router's: two that give out the same ones would take customers' packets from each other.
  const ipv6 = { ipv6Prefix: "2001:db8:100::/40", delegatedLength: 56 };
  await call("PUT", `/sites/${siteId}/router-services`, { ...off, pppoe: { ...pppoe, ipv6 } });
  await put([second]);
  expect((await call("GET", `/sites/${siteId}/script`)).text).toContain("2001:db8:100::/40");
  expect((await call("GET", `${path}/script?ownAddress=192.168.88.2`)).text).not.toContain("2001:db8:100::/40");
  // A good key guesses nothing, but is no licence to keep the hub busy.
  const latest = (await call("GET", `${path}/script?ownAddress=192.168.88.2`)).text;
  const claim = /\bc[0-9a-f]{48}\b/.exec(latest)?.[0] ?? "-";
  const askWith = (bearer: string) =>
    hub.call("POST", furtherSecretPath, { headers: { Authorization: `Bearer ${bearer}` }, body: { has: "" } });
  const { key } = (await askWith(claim)).body as { key: string };
  const answers = [];
  for (let count = 0; count < 22; count++) answers.push((await askWith(key)).status);
  expect(answers).toEqual([...Array(20).fill(200), 429, 429]);
  expect((await put([])).body.routers).toEqual([]);
  expect((await call("GET", `/sites/${siteId}/script`)).text).not.toContain("karibu:router-1-radius");
});

test("[RTR-23] a further router with guests alone has the first one's log-in page and portal; the first one has the way back to them", async () => {
  const call = askerOf(hub, () => mine.token);
  const { siteId } = (await call("POST", "/sites", { name: "Market" })).body.site as { siteId: string };
  const path = `/sites/${siteId}/further-routers`;
  const roof = { ...second, pppoe: null, hotspot: guests };
  expect((await call("PUT", path, { routers: [roof] })).status).toBe(200);
  // Before the first router is there, nobody knows where its portal is.
  expect((await call("GET", `${path}/script?ownAddress=192.168.88.2`)).body.code).toBe("no-script-yet");
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  await playRouter(hub, line, { ...boardFacts, serial: "HG409F00M42", wireguardPublicKey: keyOf(42) }).tell();
  const chosen = await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor);
  expect(chosen.status, chosen.text).toBe(200);
  const script = (await call("GET", `${path}/script?ownAddress=192.168.88.2`)).text;
  expect(script).toContain("hotspot-address=10.77.0.1");
  expect(script).not.toContain("pppoe-server");
  const first = (await call("GET", `/sites/${siteId}/script`)).text;
  expect(first).toContain("dst-address=10.77.0.0/22 gateway=192.168.88.2");
  expect(first).toContain("KARIBU_HOTSPOT_URL");
  expect((await call("GET", path)).body.routers).toEqual([roof]);
});

test("[RTR-23] a stolen first router knew the secrets of the others: cut off, the site wants other ones for them", async () => {
  const call = askerOf(hub, () => mine.token);
  const { siteId } = (await call("POST", "/sites", { name: "Stolen" })).body.site as { siteId: string };
  const path = `/sites/${siteId}/further-routers`;
  const kept = await call("PUT", path, { routers: [{ ...second, pppoe: null, hotspot: guests }] });
  expect(kept.body.secrets, kept.text).toMatchObject([{ ownAddress: "192.168.88.2", wantedAtMs: null }]);
  const cut = await call("POST", `/sites/${siteId}/revoke`, {});
  expect(cut.status, cut.text).toBeLessThan(300);
  expect((await call("GET", path)).body.secrets).toMatchObject([{ wantedAtMs: expect.any(Number) }]);
});
