/** The five steps of a test where the agent is the router's own: asked of the hub, walked by the agent, told with what helps. By API and by command. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { probeOwnRouter } from "@karibu/agent/routeros/probe-own-router";
import type { Agent } from "@karibu/agent/start/agent";
import { router as command } from "@karibu/cli/router";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterEach, expect, test, vi } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { createRouter, type Router } from "../router/device/router.ts";
import type { RouterOptions } from "../router/model/router-options.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { hastened, until } from "./link-ends.ts";
import { createAgentBeside, openLine } from "./test-agent-beside.ts";

const policies = ["api", "read", "write", "test"];
const waitMs = 60_000;

engineSuite("a test of a site's own router", (engine) => {
  const lab = useHub(engine);
  const agents: Agent[] = [];
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const agent of agents.splice(0)) await agent.stop();
  });

  /** A site whose agent reaches its router by these passwords. */
  async function openSite(name: string, options: Partial<RouterOptions>, passwords: readonly string[] = ["right"]) {
    const { token } = await lab.makeProvider(name);
    const body = { name, address: "10.20.30.40" };
    const { site, enrolmentToken } = (await lab.call("POST", "/api/v1/sites", { token, body })).body;
    const world = createSimulatedWorld();
    const router: Router = createRouter(world, createMemoryUdp(), {
      apiUser: "karibu",
      apiPassword: "right",
      apiPolicies: policies,
      ...options,
    });
    await router.boot();
    const dial = dialInMemory(world, router);
    const own = { user: "karibu", passwords: () => passwords };
    const line = openLine(lab);
    const agent = createAgentBeside(lab, {
      enrolToken: enrolmentToken,
      folder: createFaultyFolder(lab.world),
      world: hastened(lab.world, 20),
      line,
      router: createHotspotControl(createRouterApi(lab.world, dial, { user: "karibu", password: () => passwords })),
      probeRouter: () => probeOwnRouter(lab.world, dial, own),
    });
    agents.push(agent);
    await agent.start();
    const state = async () => (await lab.call("GET", `/api/v1/sites/${site.siteId}`, { token })).body.state;
    await until("the site is online", async () => (await state()) === "online", waitMs);
    const path = `/api/v1/sites/${site.siteId}/router-test`;
    return { token, siteId: site.siteId as string, router, line, path, state };
  }

  test("[RTR-04] all five steps are done now, with name and version; two after one another at once are refused", async () => {
    const { token, path } = await openSite("Good", { identity: "kiosk", version: "7.22.1 (stable)" });
    const before = (await lab.call("GET", path, { token })).body;
    expect(before).toMatchObject({ by: "agent", testedAtMs: null, steps: [] });
    const { status, body } = await lab.call("POST", path, { token, body: {} });
    expect([status, body.isRunning]).toEqual([202, false]);
    expect(body.steps.map(({ state }: { state: string }) => state)).toEqual(Array(5).fill("done"));
    expect(body.router).toMatchObject({ identity: "kiosk", version: "7.22.1 (stable)", missing: [] });
    expect((await lab.call("GET", path, { token })).body).toEqual(body);
    expect((await lab.call("POST", path, { token, body: {} })).body.code).toBe("too-many-router-tests");
    const stranger = await lab.makeProvider("Stranger");
    expect((await lab.call("POST", path, { token: stranger.token, body: {} })).status).toBe(404);
  });

  test("[RTR-04] while a password changes the second one is tried too", async () => {
    const { token, path } = await openSite("Rotating", {}, ["older", "right"]);
    const { steps } = (await lab.call("POST", path, { token, body: {} })).body;
    expect(steps[4]).toMatchObject({ state: "done" });
  });

  const failures: [string, Partial<RouterOptions>, readonly string[], string, string][] = [
    ["a wrong password", {}, ["wrong"], "log-in", "wrong-log-in"],
    ["a user without rights", { apiPolicies: ["api", "read"] }, ["right"], "permissions", "missing-rights"],
    ["an old version", { version: "7.12 (stable)" }, ["right"], "identity", "version-too-old"],
  ];
  test.each(inLongRunAll(failures, ([name]) => name === "a user without rights"))(
    "[RTR-04] %s fails its step, and what comes after it is not tried",
    async (name, options, passwords, step, problem) => {
      const { token, path } = await openSite(name, options, passwords);
      const { steps } = (await lab.call("POST", path, { token, body: {} })).body;
      const failed = steps.filter(({ state }: { state: string }) => state === "failed");
      expect(failed).toEqual([{ step, state: "failed", problem }]);
    },
  );

  test("[RTR-05] [RTR-22] a router that refuses its agent makes the site an error: in list, filter, alarm and on Home, until the router takes it again", async () => {
    const passwords = ["changed"];
    const { token, siteId, path, state } = await openSite("Refusing", { identity: "kiosk-7" }, passwords);
    const read = async (of: string) => (await lab.call("GET", `/api/v1/${of}`, { token })).body;
    const alarms = async () => (await read("alarms?kind=router-refuses-agent&state=open")).items;
    expect((await read("home")).sites).toMatchObject({ up: 1, error: 0 });
    await lab.call("POST", path, { token, body: {} });
    await until("the site is an error", async () => (await state()) === "error", waitMs);
    expect(await read(`sites/${siteId}`)).toMatchObject({ state: "error", routerStanding: "log-in" });
    expect((await read("sites?state=error")).items).toHaveLength(1);
    expect((await read("sites?state=online")).items).toEqual([]);
    expect((await read("home")).sites).toMatchObject({ up: 0, error: 1 });
    expect(await alarms()).toMatchObject([{ siteId, severity: "wrong", fields: { why: "log-in" } }]);

    passwords[0] = "right";
    lab.moveClock(6000);
    await lab.call("POST", path, { token, body: {} });
    await until("the site is online again", async () => (await state()) === "online", waitMs);
    expect(await alarms()).toEqual([]);
    expect((await read("sites?q=KIOSK-7")).items).toMatchObject([{ siteId, routerIdentity: "kiosk-7" }]);
    expect((await read("sites?q=20.30")).items).toHaveLength(1);
    expect((await read("sites?sort=-address")).items).toHaveLength(1);
    lab.moveClock(-6000);
  });

  test("[RTR-04] a site that is away fails the first step at once, and says so", async () => {
    const { token, path, line, state } = await openSite("Away", {});
    line.cut(true);
    await until("the hub knows", async () => (await state()) === "offline", waitMs);
    const { steps, isRunning } = (await lab.call("POST", path, { token, body: {} })).body;
    expect([isRunning, steps[0]]).toEqual([false, { step: "network", state: "failed", problem: "agent-away" }]);
  });

  test("[RTR-04] `karibu router test SITE` prints a line a step, and its exit code says whether all are done", async () => {
    const { token, siteId, path } = await openSite("Command", { version: "7.12 (stable)" });
    const server = createServer(lab.hub().app);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const made = await lab.call("POST", "/api/v1/tokens", {
      token,
      body: { name: "Desk", scopes: ["sites.read", "sites.manage"], password: "the-owner-password" },
    });
    expect(made.status, made.text).toBe(201);
    vi.stubEnv("KARIBU_TOKEN", made.body.secret ?? made.body.token);
    const lines: string[] = [];
    const complaints: string[] = [];
    const output = {
      print: (text: string) => void lines.push(text),
      complain: (text: string) => void complaints.push(text),
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const code = await command.run(["test", siteId, "--hub", url], output);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(complaints).toEqual([`how to upgrade it: ${url}/#/guides/installer/upgrade`]);
    expect(lines.slice(0, 5)).toEqual([
      "network done",
      "handshake done",
      "log-in done",
      "permissions done",
      "identity failed version-too-old",
    ]);
    expect(code).toBe(1);
    expect((await lab.call("GET", path, { token })).body.steps[4].problem).toBe("version-too-old");
  });
});
