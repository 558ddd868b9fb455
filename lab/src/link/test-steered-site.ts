/** A site of a test hub with the real agent and a simulated router, whose API it steers: all of it but the wires. */
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import type { TestHub } from "@karibu/cloud/test-hub";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { treeOf } from "../router/api/config-tree.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { createRouter } from "../router/device/router.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { hastened, until } from "./link-ends.ts";
import { createSocketPair } from "./socket-pair.ts";

/** `haste`: the agent waits so many times less, and its router asks it by RADIUS. `rights`: of the agent's user at the router, beside the usual ones. */
export async function openSteeredSite(
  lab: TestHub,
  token: string,
  name: string,
  haste: number | null = null,
  rights: readonly string[] = [],
) {
  const made = (await lab.call("POST", "/api/v1/sites", { token, body: { name } })).body;
  const siteId = made.site.siteId as string;
  const udp = createMemoryUdp();
  const world = haste === null ? lab.world : hastened(lab.world, haste);
  const radius = {
    secret: "between router and agent",
    authPort: 1812,
    acctPort: 1813,
    coaHost: "127.0.0.1",
    coaPort: 3799,
  };
  const asked = haste === null ? {} : { radiusServers: [{ address: "127.0.0.1", ...radius }] };
  const apiPolicies = ["api", "read", "write", "test", "reboot", ...rights];
  const router = createRouter(lab.world, udp, { ...asked, apiPolicies });
  await router.boot();
  /** What reached the router's API. */
  const said: string[] = [];
  const dial = dialInMemory(lab.world, router, (words) => said.push(words[0] ?? ""));
  const agent = createAgent(
    world,
    {
      folder: createFaultyFolder(lab.world),
      udp: haste === null ? createMemoryUdp() : udp,
      router: createHotspotControl(createRouterApi(world, dial, { user: "karibu", password: "" })),
      post: (url, body) => lab.call("POST", new URL(url).pathname, { body }),
      async dialHub() {
        const wire = createSocketPair();
        lab.hub().link.accept(wire.hub, "203.0.113.7");
        return wire.agent;
      },
    },
    {
      version: "0.1.0",
      radius: haste === null ? null : radius,
      siteFile: null,
      hub: { url: "http://hub.test", enrolToken: made.enrolmentToken },
      interimFlushSeconds: 60,
    },
  );
  await agent.start();
  await until("the agent is connected", () => agent.hub.state === "connected", 60_000);
  return {
    siteId,
    said,
    router,
    access: agent.access,
    tree: treeOf(router),
    async close() {
      await agent.stop();
      await router.powerCut();
    },
  };
}
