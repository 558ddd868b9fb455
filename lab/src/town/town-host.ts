/** The process beside the hub that runs the agents of hosted sites, and such a site of the town: a small router behind the tunnel, and phones around it. */
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createHost } from "@karibu/agent/hosted/host";
import { routerOfBoard } from "../board/live-router.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import type { Router } from "../router/device/router.ts";
import type { ConfigurationRows } from "../routeros-scripting/configuration.ts";
import { openPortalDoor } from "../simulation/sites/ask-portal.ts";
import { createVirtualNetwork } from "../world/virtual-network.ts";
import { openPhones } from "./town-phones.ts";
import { type AgentWays, radiusRow, type TownSite } from "./town-site.ts";

export interface TownHostParts extends AgentWays {
  /** Of the host itself. */
  readonly folder: Folder;
  readonly siteFolder: (siteId: string) => Folder;
  readonly hubUrl: string;
  /** Null: it was enrolled before. */
  readonly enrolToken: string | null;
}

export type TownHost = ReturnType<typeof openTownHost>;

const [authPort, acctPort, coaPort] = [1812, 1813, 3799];
/** The hub's end of the tunnel. */
const hostAddress = "10.89.0.1";

export function openTownHost({ time, world, dial, post, ...parts }: TownHostParts) {
  const network = createVirtualNetwork(time);
  const door = openPortalDoor(world, () => void time.track(Promise.resolve()));
  const routers = new Map<string, Router>();
  const host = createHost(
    world,
    {
      folder: parts.folder,
      siteFolder: parts.siteFolder,
      udp: network.host(hostAddress),
      dialHub: async (signal) => (await dial(signal)).socket,
      post,
      listenHttp: door.listen,
      portalFiles: new Map(),
      dialRouter: (address) => async () => {
        const router = routers.get(address);
        if (router === undefined) throw Object.assign(new Error("no route to the router"), { code: "EHOSTUNREACH" });
        return await dialInMemory(world, router)();
      },
    },
    {
      version: "0.1.0",
      hub: { url: parts.hubUrl, enrolToken: parts.enrolToken },
      authPort,
      acctPort,
      coaPort,
      interimFlushSeconds: 60,
    },
  );
  return {
    start: () => host.start(),
    stop: () => host.stop(),
    /** `configuration`: of a board that the line has set up for a host. The hub tells the host of the site by itself. */
    async open(configuration: ConfigurationRows): Promise<TownSite> {
      const { "src-address": address = "", secret = "" } = radiusRow(configuration);
      const user = (configuration["/user"] ?? []).find(({ comment }) => comment?.startsWith("karibu:")) ?? {};
      const { router } = routerOfBoard(
        world,
        network.host(address),
        {
          portalUrl: `http://${hostAddress}/`,
          incomingPort: coaPort,
          radiusServers: [{ address: hostAddress, authPort, acctPort, secret: "" }],
        },
        {
          configuration,
          agentEnvironment: [
            `KARIBU_COA_HOST=${address}`,
            `KARIBU_RADIUS_SECRET=${secret}`,
            `KARIBU_ROUTER_USER=${user.name ?? ""}`,
            `KARIBU_ROUTER_PASSWORD=${user.password ?? ""}`,
          ].join("\n"),
          version: null,
          askAgent: () => Promise.reject(new Error("its agent is beside the hub")),
          onSecrets() {},
        },
      );
      await router.boot();
      routers.set(address, router);
      return {
        // Its phones stand behind its one address in the tunnel.
        ...openPhones([{ router, guests: null }], (request) => door.ask({ ...request, address })),
        start: async () => {},
        isConnected: () =>
          host.running.size > 0 && [...host.running.values()].every(({ hub }) => hub.state === "connected"),
        setWan(up) {
          router.knobs.wan = up ? "up" : "down";
        },
        close: () => router.powerCut(),
      };
    },
  };
}
