/** A site of a hub with two routers: an agent and simulated routers on sockets of this machine, each router with an address of its own. */
import { parseSiteFile } from "@karibu/agent/grants/site-file";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import type { Udp } from "@karibu/agent/ground/udp";
import { createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import type { TestHub } from "@karibu/cloud/test-hub";
import { freeUdpPort } from "@karibu/tools/start/free-ports";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { createRouter, type Router } from "../router/device/router.ts";
import { hastened, until } from "./link-ends.ts";
import { createSocketPair } from "./socket-pair.ts";

const secret = "between router and agent";
const agentAddress = "127.0.0.1";
const waitMs = 60_000;
/** The agent sweeps, and asks again, so many times as often as at a real site. */
const haste = 10;

/** Names log in with their first letter. */
const siteFile = {
  plans: [
    { name: "three seconds", validitySeconds: 3 },
    { name: "a megabyte", dataBytes: 1_000_000 },
    { name: "free", devices: 10 },
  ],
  accounts: [
    { username: "tim", password: "t", plan: "three seconds" },
    { username: "dora", password: "d", plan: "a megabyte" },
    { username: "fay", password: "f", plan: "free" },
  ],
};

/** `names`: the routers', of which the first is at 127.0.0.2. */
export async function openSiteWithRouters(lab: TestHub, token: string, names: readonly string[]) {
  const made = (await lab.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } })).body;
  // All routers have the same one, each at its own address.
  const coaPort = await freeUdpPort();
  const parsed = parseSiteFile(JSON.stringify(siteFile));
  if (!("site" in parsed)) throw new Error(parsed.problem);
  const agent = createAgent(
    hastened(lab.world, haste),
    {
      folder: createFaultyFolder(lab.world),
      udp: createNodeUdp(),
      async dialHub() {
        const wire = createSocketPair();
        lab.hub().link.accept(wire.hub, "203.0.113.7");
        return wire.agent;
      },
      post: (url, body) => lab.call("POST", new URL(url).pathname, { body }),
    },
    {
      version: "0.1.0",
      siteFile: parsed.site,
      interimFlushSeconds: 0,
      radius: { secret, authPort: 0, acctPort: 0, coaHost: agentAddress, coaPort },
      hub: { url: "http://hub.test", enrolToken: made.enrolmentToken },
    },
  );
  await agent.start();
  const radius = agent.radius();
  if (radius.kind !== "listening") throw new Error(`RADIUS is ${radius.kind}`);
  const { authPort, acctPort } = radius;
  const server = { address: agentAddress, authPort, acctPort, secret };
  const routers: Router[] = names.map((identity, index) => {
    const address = `127.0.0.${index + 2}`;
    return createRouter(lab.world, at(address), {
      address,
      identity,
      incomingPort: coaPort,
      radiusServers: [server],
    });
  });
  for (const router of routers) await router.boot();

  const read = async (query: string) => (await lab.call("GET", `/api/v1/${query}`, { token })).body.items;
  return {
    agent,
    routers,
    siteId: made.site.siteId as string,
    read,
    /** Logs a phone in, and waits until the hub lists its session. */
    async goOnline(router: Router, address: string, user: string, mac?: string, password = user[0] ?? "") {
      const phone = router.client(address, mac);
      const { kind } = await phone.logIn({ user, password });
      if (kind !== "logged-in") throw new Error(`${user} is ${kind}`);
      await until(
        `the hub knows of ${user}`,
        async () => (await read(`sessions?mac=${phone.mac}&router=${router.options.identity}`)).length > 0,
        waitMs,
      );
      return phone;
    },
    /** The ended session of a phone, as the hub lists it. */
    async endOf(mac: string) {
      await until(
        `the hub knows how ${mac} ended`,
        async () => (await read(`sessions?state=ended&mac=${mac}`)).length > 0,
        waitMs,
      );
      return (await read(`sessions?state=ended&mac=${mac}`))[0];
    },
    async close() {
      for (const router of routers) await router.powerCut();
      await agent.stop();
    },
  };
}

/** Sockets of this address alone. */
function at(address: string): Udp {
  const udp = createNodeUdp();
  return { bind: (options) => udp.bind({ ...options, address }) };
}
