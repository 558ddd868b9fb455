/**
 * The five-step test of a router: an operator asks the hub, the hub asks its host, and the host dials through the tunnel. Hub, host and router are
 * the real ones and the lab's; the tunnel is a function that dials the lab's router by its address.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { createHost, type Host } from "@karibu/agent/hosted/host";
import "@karibu/agent/start/every-part";
import type { ApiDial } from "@karibu/agent/routeros/router-api";
import { dialWebsocket } from "@karibu/agent/sync/dial-websocket";
import { linkUrl } from "@karibu/agent/sync/enrol";
import { serveLinks } from "@karibu/cloud/fleet/link/link-websocket";
import { boardFacts, choicesFor, playRouter, smallFacts } from "@karibu/cloud/fleet/set-up/test-set-up-router";
import { type TestProvider, useHub } from "@karibu/cloud/test-hub";
import type { RouterTestProblem, RouterTestStep } from "@karibu/protocol/router/router-test";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../link/link-ends.ts";
import { treeOf } from "../router/api/config-tree.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { createRouter, type Router } from "../router/device/router.ts";
import type { RouterOptions } from "../router/model/router-options.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { createSimulatedWorld } from "../world/simulated-world.ts";

const lab = useHub("embedded", { tunnelEndpoint: "hub.test:51820" });
let server: Server;
let cutLinks: () => void;
let data = "";
let host: Host;
let owner: TestProvider;
const routers = new Map<string, ApiDial>();
const dialled: string[] = [];

beforeAll(async () => {
  server = createServer(lab.hub().app);
  cutLinks = serveLinks(server, lab.hub().link.accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  data = await mkdtemp(join(tmpdir(), "karibu-router-test-"));
  owner = await lab.makeProvider("Tested");
  const body = { name: "beside the hub" };
  const made = (await lab.call("POST", "/api/v1/platform/hosts", { token: await lab.adminToken(), body })).body;
  host = createHost(
    lab.world,
    {
      folder: createNodeFolder(join(data, "host")),
      siteFolder: (siteId) => createNodeFolder(join(data, siteId)),
      udp: createMemoryUdp(),
      dialHub: dialWebsocket(linkUrl(url), addressesOnly),
      post: createPostJson(addressesOnly),
      portalFiles: new Map(),
      listenHttp: async () => ({ port: 80, close: async () => {} }),
      dialRouter: (address, port) => async () => {
        dialled.push(`${address}:${port}`);
        const dial = routers.get(address);
        if (dial === undefined || port !== 8728) throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
        return await dial();
      },
    },
    {
      version: "0.1.0",
      hub: { url, enrolToken: made.enrolmentToken },
      authPort: 0,
      acctPort: 0,
      coaPort: 3799,
      interimFlushSeconds: 60,
    },
  );
  await host.start();
  const hosts = async () => (await lab.call("GET", "/api/v1/platform/hosts", { token: await lab.adminToken() })).body;
  await until("the host is there", async () => (await hosts()).items[0].state === "online", 20_000);
}, 60_000);
afterAll(async () => {
  await host.stop();
  cutLinks();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(data, { recursive: true, force: true });
});

const call = async (method: string, path: string, body?: object, token = owner.token) =>
  await lab.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });

/** A hosted site with a router at its address in the tunnel. */
async function hosted(name: string, options: Partial<RouterOptions> = {}) {
  const { siteId } = (await call("POST", "/sites", { name })).body.site as { siteId: string };
  const { routerAddress } = (await call("PUT", `/sites/${siteId}/hosting`, { hosted: true })).body;
  const world = createSimulatedWorld();
  const router = createRouter(world, createMemoryUdp(), { apiUser: "karibu", apiPassword: "right", ...options });
  await router.boot();
  routers.set(routerAddress, dialInMemory(world, router));
  await until("the host has it", () => host.running.has(siteId), 20_000);
  return { siteId, router, address: routerAddress as string, path: `/sites/${siteId}/router-test` };
}

async function tested(path: string, body: object) {
  const begun = await call("POST", path, body);
  expect([begun.status, begun.text]).toEqual([202, begun.text]);
  let view = begun.body;
  await until("it is over", async () => {
    view = (await call("GET", path)).body;
    return !view.isRunning;
  });
  return view;
}

const right = { user: "karibu", password: "right" };
const policies = ["api", "read", "write", "test"];
const hostile = '"><img src=x onerror=alert(1)>\u202egnp.exe\u0007';

test("[RTR-04] the five steps through the tunnel, before saving and after; what the router says is cut, cleaned and never repeated raw", async () => {
  const site = await hosted("Good", { apiPolicies: policies, identity: hostile, version: "7.22.1 (stable)" });
  expect((await call("GET", site.path)).body).toMatchObject({ by: "tunnel", steps: [] });
  const view = await tested(site.path, right);
  expect(view.steps.map((one: { state: string }) => one.state)).toEqual(["done", "done", "done", "done", "done"]);
  expect(view.router).toMatchObject({ version: "7.22.1 (stable)", identity: '"><img src=x onerror=alert(1)>gnp.exe' });
  expect((await call("GET", `/sites/${site.siteId}/router-access`)).body).toMatchObject({ isKept: false });
  const kept = await call("PUT", `/sites/${site.siteId}/router-access`, right);
  expect(kept.body).toEqual({
    isKept: true,
    port: 8728,
    user: "karibu",
    address: site.address,
    changedAtMs: expect.any(Number),
  });
  lab.moveClock(6000);
  expect((await tested(site.path, {})).steps[4].state).toBe("done");
  expect(dialled.every((one) => /^10\.89\.\d+\.\d+:\d+$/.test(one))).toBe(true);
});

const failures: [
  string,
  Partial<RouterOptions>,
  object,
  RouterTestStep,
  RouterTestProblem,
  ((router: Router) => void)?,
][] = [
  ["another port", {}, { ...right, port: 9999 }, "network", "refused"],
  ["an address that is not its own", {}, { ...right, address: "10.89.0.2" }, "network", "outside"],
  ["another machine's address", {}, { ...right, address: "169.254.169.254" }, "network", "outside"],
  ["no password", {}, { user: "karibu" }, "log-in", "no-access"],
  ["a wrong password", {}, { user: "karibu", password: "wrong" }, "log-in", "wrong-log-in"],
  ["a user without rights", { apiPolicies: ["api", "read"] }, right, "permissions", "missing-rights"],
  ["an old version", { apiPolicies: policies, version: "7.12 (stable)" }, right, "identity", "version-too-old"],
  ["power off", {}, right, "network", "unreachable", (router) => void router.powerCut()],
];
const ordinary = ["another machine's address", "a wrong password", "a user without rights"];
test.each(inLongRunAll(failures, ([name]) => ordinary.includes(name)))(
  "[RTR-04] %s fails its step, with a problem that has a remedy, and what comes after it is not tried",
  async (name, options, body, step, problem, before) => {
    const site = await hosted(name, options);
    before?.(site.router);
    const begun = await call("POST", site.path, body);
    let view = begun.body;
    if (view.isRunning)
      await until("it is over", async () => {
        view = (await call("GET", site.path)).body;
        return !view.isRunning;
      });
    const failed = view.steps.filter((one: { state: string }) => one.state === "failed");
    expect(failed).toEqual([{ step, state: "failed", problem }]);
    const at = view.steps.findIndex((one: { step: string }) => one.step === step);
    expect(view.steps.slice(at + 1).every((one: { state: string }) => one.state === "todo")).toBe(true);
    if (problem === "missing-rights") expect(view.router.missing).toEqual(["write", "test"]);
  },
);

test("[RTR-04] two at once, and one after the other at once, are refused; a password rests nowhere in clear and a taken one not at all; strangers see nothing", async () => {
  const site = await hosted("Guarded", { apiPolicies: policies });
  const both = await Promise.all([call("POST", site.path, right), call("POST", site.path, right)]);
  expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
  await until("it is over", async () => !(await call("GET", site.path)).body.isRunning);
  expect((await call("POST", site.path, right)).body.code).toBe("too-many-router-tests");
  const rows = await lab.database().asPlatform("test", (tx) => tx.selectFrom("router_tests").selectAll().execute());
  expect(rows.every((row) => row.passwordSealed === null)).toBe(true);
  expect(JSON.stringify(rows)).not.toContain('right"');
  const stranger = await lab.makeProvider("Stranger");
  for (const [method, path] of [
    ["GET", site.path],
    ["POST", site.path],
    ["GET", `/sites/${site.siteId}/router-access`],
  ] as const)
    expect((await call(method, path, method === "POST" ? right : undefined, stranger.token)).status).toBe(404);
});

test("[RTR-06] [RTR-16] [RTR-26] [BEY-15] a hosted board is read and ordered from the console: by the account of its own set-up, at its own address in the tunnel", async () => {
  const before = dialled.length;
  const { siteId } = (await call("POST", "/sites", { name: "Small board" })).body.site as { siteId: string };
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  const played = playRouter(lab, line, smallFacts);
  await played.tell();
  const chosen = await call("POST", `/sites/${siteId}/set-up/choices`, { ...choicesFor, place: "hosted", disk: null });
  expect(chosen.status, chosen.text).toBe(200);
  const script = (await played.fetch("/enrol/stage-two")).text;
  const [, apiPassword = ""] = /password=\W{0,4}([0-9a-f]{36})/.exec(script) ?? [];
  const address: string = (await call("GET", `/sites/${siteId}/router-access`)).body.address;
  const world = createSimulatedWorld();
  const router = createRouter(world, createMemoryUdp(), { apiUser: "karibu-agent", apiPassword });
  await router.boot();
  routers.set(address, dialInMemory(world, router));

  const read = async (list: string) => (await call("GET", `/routers/${siteId}/${list}?fresh=true`)).body;
  await until("its interfaces are read live", async () => (await read("interfaces")).reading.state === "live", 60_000);
  expect((await read("interfaces")).items.map(({ name }: { name: string }) => name)).toContain("ether1");
  async function outcomeOf(action: object) {
    const ordered = await call("POST", `/routers/${siteId}/orders`, { action });
    expect(ordered.status, ordered.text).toBe(202);
    const { orderId } = ordered.body;
    let order = ordered.body;
    await until("it has its outcome", async () => {
      order = (await call("GET", `/routers/${siteId}/orders/${orderId}`)).body;
      return !["waiting", "sent"].includes(order.state);
    });
    return order;
  }
  expect(await outcomeOf({ kind: "set-identity", identity: "far away" })).toMatchObject({ state: "done" });
  expect(treeOf(router).rows("/system/identity")[0]?.name).toBe("far away");
  const { id, was } = (await read("interfaces")).items.find(({ name }: { name: string }) => name === "ether3");
  // This router's set-up has no dead man: nothing that could cut its line.
  expect(await outcomeOf({ kind: "set-interface", id, was, disabled: true })).toMatchObject({
    state: "refused",
    why: expect.stringMatching(/dead man/),
  });
  expect(new Set(dialled.slice(before))).toEqual(new Set([`${address}:8728`]));
});

test("[RTR-04] a host that is away is said after a while", async () => {
  const site = await hosted("Away", { apiPolicies: policies });
  await host.stop();
  expect((await call("POST", site.path, right)).body.isRunning).toBe(true);
  lab.moveClock(16_000);
  const view = (await call("GET", site.path)).body;
  expect([view.isRunning, view.steps[0]]).toEqual([false, { step: "network", state: "failed", problem: "host-away" }]);
});

test("[RTR-04] before a site has an agent its router can't be tested: what the pasted line's first stage told is shown as history, and is no test", async () => {
  const { siteId } = (await call("POST", "/sites", { name: "Own" })).body.site;
  const stepsNow = async () => (await call("GET", `/sites/${siteId}/router-test`)).body;
  const unset = { by: "agent", steps: [{ problem: "line-not-pasted" }, {}, {}, {}, {}], firstReport: null };
  expect(await stepsNow()).toMatchObject(unset);
  expect((await call("POST", `/sites/${siteId}/router-test`, {})).body).toMatchObject(unset);
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  const router = playRouter(lab, line, boardFacts);
  await router.tell({ version: "6.49.10 (stable)" });
  const { firstReport, steps } = await stepsNow();
  expect(firstReport.steps[4]).toMatchObject({ state: "failed", problem: "version-too-old" });
  expect(steps).toEqual([]);
  await router.tell();
  expect(await stepsNow()).toMatchObject({
    testedAtMs: null,
    steps: [],
    firstReport: { router: { board: "RB5009UG+S+" }, steps: Array(5).fill({ state: "done" }) },
  });
});
