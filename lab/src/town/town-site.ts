/** A site of the town: a router that the pasted line set up, the real agent in its container, and phones around it. */
import { hashPin } from "@karibu/agent/cash/pin";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createRouterApi } from "@karibu/agent/routeros/create-router-api";
import { createHotspotControl } from "@karibu/agent/routeros/hotspot-control";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import { openSiteSecrets } from "@karibu/agent/store/site-secrets";
import type { LinkSocket } from "@karibu/protocol/link/link";
import type { World } from "@karibu/protocol/world";
import { readEnvironment, routerOfBoard, type SetUpBoard } from "../board/live-router.ts";
import { dialInMemory } from "../router/api/dial-in-memory.ts";
import { portalRequest } from "../router/device/portal-request.ts";
import type { Client } from "../router/device/router.ts";
import { openPortalDoor } from "../simulation/sites/ask-portal.ts";
import { createVirtualNetwork } from "../world/virtual-network.ts";
import type { VirtualTime } from "../world/virtual-time.ts";

export interface TownSiteParts {
  /** Of the town, or of the world. */
  readonly time: Pick<VirtualTime, "clock" | "track">;
  readonly world: World;
  readonly folder: Folder;
  readonly board: Omit<SetUpBoard, "askAgent">;
  readonly bootId: string;
  /** Rejects while nothing answers. */
  readonly dial: (signal: AbortSignal) => Promise<{ readonly socket: LinkSocket; cut(): void }>;
  readonly post: (url: string, body: unknown) => Promise<{ status: number; body: unknown }>;
}

export interface PortalAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly body: any;
}

export type TownSite = Awaited<ReturnType<typeof openTownSite>>;

export async function openTownSite(parts: TownSiteParts) {
  const { time, world, folder, board, bootId, dial, post } = parts;
  const environment = readEnvironment(board.agentEnvironment);
  const agentAddress = (board.configuration["/radius"] ?? []).find(({ comment }) => comment?.startsWith("karibu:"))
    ?.address as string;
  const routerAddress = environment.KARIBU_COA_HOST ?? "";
  const [authPort, acctPort, coaPort] = [1812, 1813, Number(environment.KARIBU_COA_PORT)];
  const network = createVirtualNetwork(time);
  const door = openPortalDoor(world, () => void time.track(Promise.resolve()));
  const portalUrl = `http://${agentAddress}/`;
  const { router } = routerOfBoard(
    world,
    network.host(routerAddress),
    { portalUrl, incomingPort: coaPort, radiusServers: [{ address: agentAddress, authPort, acctPort, secret: "" }] },
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
  await router.boot();
  let isUp = true;
  let wire: { cut(): void } | null = null;
  const user = environment.KARIBU_ROUTER_USER ?? "";
  const radiusSecret = environment.KARIBU_RADIUS_SECRET ?? "";
  const secrets = await openSiteSecrets(world, folder, {
    radiusSecret,
    apiPassword: environment.KARIBU_ROUTER_PASSWORD ?? "",
  });
  const agent: Agent = createAgent(
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
        createRouterApi(world, dialInMemory(world, router), { user, password: secrets.apiPasswords }),
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
      hub: { url: environment.KARIBU_HUB_URL ?? "", enrolToken: environment.KARIBU_ENROL_TOKEN ?? null },
      interimFlushSeconds: 60,
      secrets,
      radius: { secret: radiusSecret, authPort, acctPort, coaHost: routerAddress, coaPort },
    },
  );
  /** Of each phone, by its MAC. */
  const cookies = new Map<string, Map<string, string>>();

  return {
    agent,
    router,
    /** The device at this address of the guests' network. */
    client: (address: string, mac: string): Client => router.client(address, mac),
    /** The line of the site's internet. */
    setWan(up: boolean): void {
      isUp = up;
      router.knobs.wan = up ? "up" : "down";
      if (!up) wire?.cut();
    },
    /** What a phone's page asks of the portal; null: a GET. */
    async ask(who: Client, path: string, body: object | null): Promise<PortalAnswer | null> {
      const held = cookies.get(who.mac) ?? new Map<string, string>();
      const cookie = held.size === 0 ? undefined : [...held].map((pair) => pair.join("=")).join("; ");
      const answer = await door.ask(portalRequest(router, who, { path, body, cookie }));
      if (answer === null) return null;
      for (const line of answer.cookies) {
        const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
        held.set(name, value);
      }
      cookies.set(who.mac, held);
      return { status: answer.status, body: JSON.parse(answer.body) };
    },
    async close(): Promise<void> {
      await agent.stop();
      await router.powerCut();
    },
  };
}
