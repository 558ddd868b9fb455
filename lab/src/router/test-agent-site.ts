/** An agent with a site file and a simulated router, joined by simulated datagrams, under simulated time. */
import { parseSiteFile } from "@karibu/agent/grants/site-file";
import type { Udp } from "@karibu/agent/ground/udp";
import { createCoaClient } from "@karibu/agent/radius/coa/coa-client";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import { openFeedStore } from "@karibu/agent/store/open-feed-store";
import type { FeedRow } from "@karibu/protocol/feed";
import type { World } from "@karibu/protocol/world";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualNetwork } from "../world/virtual-network.ts";
import { createVirtualTime } from "../world/virtual-time.ts";
import { dialInMemory } from "./api/dial-in-memory.ts";
import { portalRequest } from "./device/portal-request.ts";
import { createRouter } from "./device/router.ts";
import type { RouterKnobs, RouterOptions } from "./model/router-options.ts";

const routerAddress = "172.31.255.1";
const agentAddress = "172.31.255.2";
const radius = { secret: "one for both", authPort: 1812, acctPort: 1813, coaHost: routerAddress, coaPort: 3799 };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const siteFile = JSON.stringify({
  plans: [
    { name: "two minutes", validitySeconds: 120, downKbps: 800, upKbps: 80 },
    { name: "ten megabytes", dataBytes: 10_000_000 },
    { name: "a minute of use", useSeconds: 60 },
    { name: "crowd", validitySeconds: 120, devices: 500 },
  ],
  accounts: [
    { username: "tim", password: "t", plan: "two minutes" },
    { username: "dora", password: "d", plan: "ten megabytes" },
    { username: "uma", password: "u", plan: "a minute of use" },
    { username: "crowd", password: "c", plan: "crowd" },
  ],
});

export interface AgentSiteOptions {
  readonly routerApi: boolean;
  readonly router?: Partial<RouterOptions>;
  readonly knobs?: Partial<RouterKnobs>;
  /** The share of datagrams that are lost. */
  readonly lost?: number;
  /** More routers of the site, beside the one that the agent is told of. `behind`: an address that masquerades them. */
  readonly moreRouters?: readonly (Partial<RouterOptions> & { readonly behind?: string; readonly secret?: string })[];
  /** Replaces the default site file. */
  readonly siteFile?: object;
  /** Feed rows that the site has from a hub that is now away. */
  readonly feed?: readonly FeedRow[];
}

export type AgentSite = Awaited<ReturnType<typeof createAgentSite>>;

export async function createAgentSite(options: AgentSiteOptions) {
  const time = createVirtualTime(Date.UTC(2027, 0, 15, 9));
  const network = createVirtualNetwork(time);
  const random = seededRandom(3);
  const udp = (address: string) => lossy(network.host(address), random, options.lost ?? 0);
  const world = (seed: number): World => ({ clock: time.clock(), random: seededRandom(seed), log: quiet });
  const server = { address: agentAddress, authPort: 1812, acctPort: 1813, secret: radius.secret };
  const router = createRouter(world(1), udp(routerAddress), {
    address: routerAddress,
    radiusServers: [server],
    ...options.router,
  });
  Object.assign(router.knobs, options.knobs);
  const others = (options.moreRouters ?? []).map((more, index) => {
    const address = more.address ?? `172.31.254.${index + 1}`;
    const asks = more.secret === undefined ? server : { ...server, secret: more.secret };
    return createRouter(world(10 + index), udp(more.behind ?? address), { address, radiusServers: [asks], ...more });
  });
  const ownSecrets = others.flatMap(({ options: { address } }, index) => {
    const secret = options.moreRouters?.[index]?.secret;
    return secret === undefined ? [] : [{ range: address, secret, requireMessageAuthenticator: true }];
  });
  const clients = [{ range: routerAddress, secret: radius.secret, requireMessageAuthenticator: true }, ...ownSecrets];
  const parsed = parseSiteFile(options.siteFile === undefined ? siteFile : JSON.stringify(options.siteFile));
  if (!("site" in parsed)) throw new Error(parsed.problem);
  const agentWorld = world(2);
  const routerApi = () => createRouterApi(agentWorld, dialInMemory(world(5), router), { user: "karibu", password: "" });
  const folder = createFaultyFolder(agentWorld);
  const stored = await openFeedStore(agentWorld, folder);
  await stored.apply({ scope: "site", reset: true, rows: options.feed ?? [], version: 1 });
  await stored.close();
  const agent = createAgent(
    agentWorld,
    {
      folder,
      udp: udp(agentAddress),
      dialHub: null,
      router: options.routerApi ? createHotspotControl(routerApi()) : null,
    },
    {
      version: "test",
      radius: ownSecrets.length === 0 ? radius : { ...radius, clients },
      hub: null,
      siteFile: parsed.site,
      interimFlushSeconds: 60,
    },
  );
  await router.boot();
  for (const other of others) await other.boot();
  // The router is asked something before the doors open: its answer takes time.
  let isStarted = false;
  const starting = agent.start().finally(() => {
    isStarted = true;
  });
  await time.settle();
  while (!isStarted) await time.advance(10);
  await starting;
  async function close() {
    const ended = Promise.all([agent.stop(), router.powerCut(), ...others.map((other) => other.powerCut())]);
    await time.advance(60_000);
    await ended;
  }
  const cookies = new Map<string, string>();
  /** A request of the phone at this address to the portal. `says` replaces parameters of the redirect; `at`: its router. */
  async function ask(address: string, path: string, body: object | null, says: object = {}, at = router) {
    const asked = { path, body, cookie: cookies.get(address), says };
    const answer = agent.portal.handle(portalRequest(at, at.client(address), asked));
    await time.advance(20_000);
    const { status, headers, body: text } = await answer;
    for (const cookie of [headers["set-cookie"] ?? []].flat()) cookies.set(address, cookie.split(";")[0] ?? "");
    return { status, body: JSON.parse(String(text)) as Record<string, unknown> };
  }
  const client = router.client("10.5.50.7");
  /** Logs in, and waits until the datagrams have arrived. */
  async function logIn(user: string, withinMs = 100) {
    const outcome = client.logIn({ user, password: user[0] ?? "" });
    await time.advance(withinMs);
    return await outcome;
  }
  const control = createHotspotControl(routerApi());
  const coa = createCoaClient(agentWorld, network.host(agentAddress), {
    host: routerAddress,
    port: radius.coaPort,
    secret: radius.secret,
  });
  return { time, router, others, agent, client, logIn, control, coa, ask, close, folder };
}

/** Drops this share of the sent datagrams. */
function lossy(udp: Udp, random: ReturnType<typeof seededRandom>, share: number): Udp {
  return {
    async bind(options) {
      const socket = await udp.bind(options);
      return { ...socket, send: (packet, to) => (random.chance(share) ? undefined : socket.send(packet, to)) };
    },
  };
}
