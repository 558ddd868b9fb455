/**
 * A further router changes its own secret: the rendered script in the interpreter, the agent's real door and folder. Cut off at each step, router and
 * agent understand each other, and the next half hour completes it.
 */
import type { HttpRequest } from "@karibu/agent/ground/http";
import { createFurtherSecrets } from "@karibu/agent/router-control/further-secrets";
import { openRouterSecrets } from "@karibu/agent/store/router-secrets";
import { askProof, furtherHasProof, furtherSecretPath } from "@karibu/protocol/router/secret-proof";
import { dialectOf } from "@karibu/routeros-scripts/language/version-dialect";
import { renderFurtherRouter } from "@karibu/routeros-scripts/render-scripts";
import { sampleServices, sampleValues } from "@karibu/routeros-scripts/values/sample-values";
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualTime } from "../world/virtual-time.ts";
import { factoryConfiguration } from "./factory-configuration.ts";
import { ScriptError } from "./result.ts";
import { PowerCut, SimulatedRouter } from "./simulated-router.ts";

const found = dialectOf("7.22");
if (!("dialect" in found)) throw new Error(found.problem);
const { pppoe } = sampleServices.chosen;
const address = "192.168.88.2";
const old = "secret-of-the-second";
const script = renderFurtherRouter(
  { address, agentRouterAddress: "192.168.88.1", radiusSecret: old },
  {
    pppoe,
    hotspot: { ports: ["ether3"], network: "10.6.0.0/22", first: sampleValues },
    incomingPort: 3799,
    openHosts: [],
  },
  found.dialect,
);
const setUp = new SimulatedRouter(factoryConfiguration);
expect([setUp.import(script), setUp.failure]).toEqual(["done", ""]);
const next = { rotationId: "r-1", radiusSecret: "1".repeat(36) };

async function openSite() {
  const time = createVirtualTime(Date.UTC(2027, 0, 15, 9));
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const world = { clock: time.clock(), random: seededRandom(1), log: quiet };
  const folder = createFaultyFolder(world);
  const router = setUp.copy();
  const start = () => openRouterSecrets(world, folder, new Map([[address, old]]));
  let secrets = await start();
  let door = createFurtherSecrets(world, secrets);
  let lost = "";
  let requests = 0;
  const ask = (request: Partial<HttpRequest>) =>
    door.answer({ method: "POST", url: furtherSecretPath, headers: {}, body: "{}", address, ...request });
  router.hardware = {
    whileDelayed() {},
    handleCommand(menu, verb, _, properties) {
      if (`${menu}/${verb}` !== "/tool/fetch") return undefined;
      const at = ++requests;
      expect(properties.get("url")).toBe(`http://192.168.88.1:8019${furtherSecretPath}`);
      if (lost === `request ${at}`) throw new ScriptError("failure: connection timeout");
      const [name = "", value = ""] = (properties.get("http-header-field") ?? "").split(": ");
      const answer = ask({ headers: { [name.toLowerCase()]: value } });
      if (lost === `answer ${at}`) throw new ScriptError("failure: connection timeout");
      if (answer === null || answer.status >= 400) throw new ScriptError(`failure: status ${answer?.status}`);
      return new Map([["data", String(answer.body)]]);
    },
  };
  const rows = () => router.rows("/radius").flatMap((row) => row.get("secret") ?? []);
  return {
    time,
    router,
    ask,
    rows,
    folder,
    get secrets() {
      return secrets;
    },
    order: (change = next) => door.change({ address, ...change }),
    loses: (place: string) => {
      lost = place;
    },
    async restart() {
      secrets = await start();
      door = createFurtherSecrets(world, secrets);
    },
    /** The router's half hour. */
    async poll(): Promise<string> {
      requests = 0;
      const source = router.rows("/system/script").find((row) => row.get("name") === "karibu-change-secret");
      let outcome = "power cut";
      try {
        outcome = router.import(source?.get("source") ?? "");
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        router.powerCutAtWrite = Number.POSITIVE_INFINITY;
      }
      await time.advance(100);
      return outcome;
    },
    check(place: string) {
      const { current, also } = secrets.of(address) ?? {};
      for (const secret of rows()) expect([current, also], place).toContain(secret);
    },
  };
}

test("[RTR-23] [RTR-17] a further router asks, changes its rows, and proves it; what it had before is forgotten, and a restart of the agent changes nothing", async () => {
  const site = await openSite();
  expect(site.rows()).toEqual([old, old]);
  // Nothing waits: nothing is changed.
  const before = site.router.snapshot();
  expect([await site.poll(), site.router.snapshot()]).toEqual(["done", before]);
  expect(await site.order()).toEqual({ kind: "waiting" });
  site.check("ordered");
  expect([await site.poll(), site.router.failure]).toEqual(["done", ""]);
  expect(site.rows()).toEqual([next.radiusSecret, next.radiusSecret]);
  expect(await site.order()).toEqual({ kind: "done" });
  // Packets that were under way are understood for half a minute.
  expect(site.secrets.of(address)).toMatchObject({ current: next.radiusSecret, also: old });
  await site.time.advance(31_000);
  expect(site.secrets.of(address)).toMatchObject({ current: next.radiusSecret, also: null });
  // The container's environment is of before.
  await site.restart();
  expect(site.secrets.of(address)?.current).toBe(next.radiusSecret);
  expect(Buffer.from((await site.folder.read("router-secrets.json")) ?? []).toString()).not.toContain(old);
  // Its own script, imported once more, leaves what the router has.
  expect(site.router.import(script)).toBe("done");
  site.check("imported again");
});

const places = ["request 1", "answer 1", "request 2", "answer 2", "write 1", "write 2", "write 3", "write 4"];
test.each(places)(
  "[RTR-23] cut off at %s, both understand each other, also after a restart of the agent, and the next half hour completes it",
  async (place) => {
    const site = await openSite();
    await site.order();
    if (place.startsWith("write")) site.router.powerCutAtWrite = site.router.writes + Number(place.slice(-1));
    else site.loses(place);
    expect(await site.poll()).not.toBe("done");
    site.check(place);
    site.loses("");
    await site.restart();
    site.check(`${place}, restarted`);
    expect(await site.poll()).toBe("done");
    expect(await site.order()).toEqual({ kind: "done" });
    expect(site.rows()).toEqual([next.radiusSecret, next.radiusSecret]);
    site.check(`${place}, done`);
  },
);

test("[RTR-23] the door tells the new secret to that router alone: not to another address, not to who guesses, not to who has seen the proof of another secret", async () => {
  const site = await openSite();
  await site.order();
  const bearer = (proof: string) => ({ headers: { authorization: `Bearer ${proof}` } });
  expect(site.ask(bearer(askProof(old)))?.status).toBe(200);
  for (const request of [
    { ...bearer(askProof(old)), address: "192.168.88.3" },
    { ...bearer(askProof(old)), address: "172.31.255.1" },
    bearer(askProof("another secret of somebody")),
    bearer(furtherHasProof({ ...next, radiusSecret: old })),
    bearer(old),
    {},
  ]) {
    const answer = site.ask(request);
    expect(answer?.status).toBe(403);
    expect(String(answer?.body)).not.toContain(next.radiusSecret);
  }
  expect(site.secrets.of(address)?.next).toEqual(next);
  expect(await site.order({ ...next, rotationId: "r-2" })).toEqual({ kind: "waiting" });
  expect(site.ask({ ...bearer(askProof(old)), method: "GET" })).toBe(null);
});

test("a router that the agent's settings do not list is named; one that is set up anew starts with what its settings say", async () => {
  const site = await openSite();
  await site.order();
  await site.poll();
  const world = {
    clock: site.time.clock(),
    random: seededRandom(1),
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
  const anew = await openRouterSecrets(world, site.folder, new Map([[address, "another one of a new set-up"]]));
  expect(anew.of(address)).toMatchObject({ current: "another one of a new set-up", next: null });
  const others = createFurtherSecrets(world, anew);
  expect(await others.change({ address: "192.168.88.9", ...next })).toEqual({ kind: "unknown-router" });
});
