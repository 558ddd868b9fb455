/** A site of the town: a router that the pasted line set up, the real agent in its container, further routers that ask it, and phones around them. */
import { hashPin } from "@karibu/agent/cash/pin";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { createAgent } from "@karibu/agent/start/agent";
import "@karibu/agent/start/every-part";
import { parseSettings } from "@karibu/agent/start/settings";
import { furtherRoutersOf, openRouterSecrets } from "@karibu/agent/store/router-secrets";
import { openSiteSecrets } from "@karibu/agent/store/site-secrets";
import type { LinkSocket } from "@karibu/protocol/link/link";
import type { World } from "@karibu/protocol/world";
import { readEnvironment, routerOfBoard, type SetUpBoard } from "../board/live-router.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import type { ConfigurationRows } from "../routeros-scripting/configuration.ts";
import { openPortalDoor } from "../simulation/sites/ask-portal.ts";
import { createVirtualNetwork, type VirtualNetwork } from "../world/virtual-network.ts";
import type { VirtualTime } from "../world/virtual-time.ts";
import { openPhones, type Phones, type TownRouter } from "./town-phones.ts";

export interface AgentWays {
  /** Of the town, or of the world. */
  readonly time: Pick<VirtualTime, "clock" | "track">;
  readonly world: World;
  /** Rejects while nothing answers. */
  readonly dial: (signal: AbortSignal) => Promise<{ readonly socket: LinkSocket; cut(): void }>;
  readonly post: (url: string, body: unknown) => Promise<{ status: number; body: unknown }>;
}

export interface TownSiteParts extends AgentWays {
  readonly folder: Folder;
  readonly board: Omit<SetUpBoard, "askAgent">;
  /** Of further routers, which their scripts set up. */
  readonly further: readonly ConfigurationRows[];
  readonly bootId: string;
}

export interface TownSite extends Phones {
  start(): Promise<void>;
  /** With the hub. */
  isConnected(): boolean;
  /** The line of the site's internet. */
  setWan(up: boolean): void;
  close(): Promise<void>;
}

const [authPort, acctPort] = [1812, 1813];

export async function openTownSite(parts: TownSiteParts): Promise<TownSite> {
  const { time, world, folder, board, bootId, dial, post } = parts;
  const parsed = parseSettings(readEnvironment(board.agentEnvironment));
  if ("problems" in parsed) throw new Error(`the set-up's settings: ${JSON.stringify(parsed.problems)}`);
  const {
    radiusSecret,
    radiusClients,
    coaHost: routerAddress,
    coaPort,
    hubUrl,
    enrolToken,
    ...settings
  } = parsed.settings;
  if (radiusSecret === null || settings.router === null)
    throw new Error("the set-up gives it RADIUS and the router's API");
  const agentAddress = radiusRow(board.configuration).address ?? "";
  const network = createVirtualNetwork(time);
  const door = openPortalDoor(world, () => void time.track(Promise.resolve()));
  const portalUrl = `http://${agentAddress}/`;
  const radius = { address: agentAddress, authPort, acctPort, secret: "" };
  const { router } = routerOfBoard(
    world,
    network.host(routerAddress),
    { portalUrl, incomingPort: coaPort, radiusServers: [radius] },
    {
      ...board,
      async askAgent(path, proof) {
        const headers = { host: agentAddress, "content-type": "application/json", authorization: `Bearer ${proof}` };
        const answer = await door.ask({ method: "POST", url: path, headers, body: "{}", address: routerAddress });
        if (answer?.status !== 200) throw new Error(`Fetch failed with status ${answer?.status ?? 0}`);
        return JSON.parse(answer.body) as Record<string, string>;
      },
    },
  );
  const further = parts.further.map((configuration) =>
    openFurtherRouter(world, network, { configuration, portalUrl, radius, coaPort }),
  );
  const routers: [TownRouter, ...TownRouter[]] = [{ router, guests: null }, ...further];
  for (const one of routers) await one.router.boot();
  let isUp = true;
  let wire: { cut(): void } | null = null;
  const secrets = await openSiteSecrets(world, folder, { radiusSecret, apiPassword: settings.router.password });
  const agent = createAgent(
    world,
    {
      folder,
      udp: network.host(agentAddress),
      async dialHub(signal) {
        if (!isUp) throw new Error("connection refused");
        const dialled = await dial(signal);
        wire = dialled;
        return dialled.socket;
      },
      post: (url, body) => (isUp ? post(url, body) : Promise.reject(new Error("connection refused"))),
      router: createHotspotControl(
        createRouterApi(world, dialInMemory(world, router), {
          user: settings.router.user,
          password: secrets.apiPasswords,
        }),
      ),
      listenHttp: door.listen,
      hashPin: (pin, saltHex) => time.track(hashPin(pin, saltHex)),
      ownAddresses: () => [agentAddress],
      bootId,
      uptimeMs: world.clock.monotonicMs,
    },
    {
      version: "0.1.0",
      siteFile: null,
      hub: { url: hubUrl ?? "", enrolToken },
      hotspotUrl: settings.hotspotUrl,
      interimFlushSeconds: settings.interimFlushSeconds,
      secrets,
      routerSecrets: await openRouterSecrets(world, folder, furtherRoutersOf(radiusClients, radiusSecret)),
      radius: { secret: radiusSecret, clients: radiusClients, authPort, acctPort, coaHost: routerAddress, coaPort },
    },
  );
  return {
    ...openPhones(routers, door.ask),
    start: () => agent.start(),
    isConnected: () => agent.hub.state === "connected",
    setWan(up) {
      isUp = up;
      for (const one of routers) one.router.knobs.wan = up ? "up" : "down";
      if (!up) wire?.cut();
    },
    async close() {
      await agent.stop();
      for (const one of routers) await one.router.powerCut();
    },
  };
}

/** How a board that was set up asks its agent: `address`, `src-address`, `secret`. */
export const radiusRow = (configuration: ConfigurationRows) =>
  (configuration["/radius"] ?? []).find(({ comment }) => comment?.startsWith("karibu:")) ?? {};

/** It has no container: what it needs stands in its configuration. The first router's way to the agent is a cable here. */
function openFurtherRouter(
  world: World,
  network: VirtualNetwork,
  {
    configuration,
    portalUrl,
    radius,
    coaPort,
  }: {
    readonly configuration: ConfigurationRows;
    readonly portalUrl: string;
    readonly radius: {
      readonly address: string;
      readonly authPort: number;
      readonly acctPort: number;
      readonly secret: string;
    };
    readonly coaPort: number;
  },
): TownRouter {
  const { "src-address": address = "", secret = "" } = radiusRow(configuration);
  const { router } = routerOfBoard(
    world,
    network.host(address),
    { portalUrl, incomingPort: coaPort, radiusServers: [radius] },
    {
      configuration,
      agentEnvironment: `KARIBU_COA_HOST=${address}\nKARIBU_RADIUS_SECRET=${secret}`,
      version: null,
      askAgent: () => Promise.reject(new Error("it has no agent of its own")),
      onSecrets() {},
    },
  );
  return { router, guests: guestsOf(configuration) };
}

/** The network of its hotspot. */
function guestsOf(configuration: ConfigurationRows): string | null {
  const at = configuration["/ip/hotspot"]?.at(-1)?.interface;
  const row = (configuration["/ip/dhcp-server/network"] ?? []).find(({ comment }) => comment?.startsWith("karibu:"));
  return at === undefined ? null : (row?.address ?? null);
}
