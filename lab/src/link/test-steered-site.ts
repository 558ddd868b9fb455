/** A site of a test hub with the real agent and a simulated router, whose API it steers: all of it but the wires. */
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { createAgent } from "@karibu/agent/start/agent";
import type { TestHub } from "@karibu/cloud/test-hub";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { treeOf } from "../router/api/config-tree.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { createRouter } from "../router/device/router.ts";
import { createMemoryUdp } from "../router/test-router.ts";
import { until } from "./link-ends.ts";
import { createSocketPair } from "./socket-pair.ts";

export async function openSteeredSite(lab: TestHub, token: string, name: string) {
  const made = (await lab.call("POST", "/api/v1/sites", { token, body: { name } })).body;
  const siteId = made.site.siteId as string;
  const router = createRouter(lab.world, createMemoryUdp(), {});
  await router.boot();
  /** What reached the router's API. */
  const said: string[] = [];
  const dial = dialInMemory(lab.world, router, (words) => said.push(words[0] ?? ""));
  const agent = createAgent(
    lab.world,
    {
      folder: createFaultyFolder(lab.world),
      udp: createMemoryUdp(),
      router: createHotspotControl(createRouterApi(lab.world, dial, { user: "karibu", password: "" })),
      post: (url, body) => lab.call("POST", new URL(url).pathname, { body }),
      async dialHub() {
        const wire = createSocketPair();
        lab.hub().link.accept(wire.hub, "203.0.113.7");
        return wire.agent;
      },
    },
    {
      version: "0.1.0",
      radius: null,
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
    tree: treeOf(router),
    async close() {
      await agent.stop();
      await router.powerCut();
    },
  };
}
