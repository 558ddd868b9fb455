/** The router that a board is once its set-up has run: with a hotspot that phones reach, an API that its agent reaches, and the scripts that set-up left. */
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import type { Udp } from "@karibu/agent/ground/udp";
import { askProof, hasProof, rotationPath, rotationScriptName } from "@karibu/protocol/router/secret-proof";
import type { World } from "@karibu/protocol/world";
import type { Express } from "express";
import { adoptConfiguration } from "../router/api/adopt-configuration.ts";
import { openApiServer } from "../router/api/api-server.ts";
import { type ConfigTree, treeOf } from "../router/api/config-tree.ts";
import { installScripts } from "../router/api/stored-scripts.ts";
import { listenHttp, serveHotspot } from "../router/device/hotspot-http.ts";
import { createRouter, type Router } from "../router/device/router.ts";
import { openUplink } from "../router/device/uplink.ts";
import type { RouterOptions } from "../router/model/router-options.ts";
import { createSimulatorApp } from "../router/panel/panel-app.ts";
import type { RouterSettings } from "../router/settings.ts";
import type { ConfigurationRows } from "../routeros-scripting/configuration.ts";
import { guestAddress } from "./container/guest-address.ts";

export interface LiveRouter {
  readonly router: Router;
  readonly hotspotUrl: string;
  readonly panel: Express;
  /** As somebody with WinBox does it: what guests reach without paying is switched off. */
  changeByHand(): void;
  close(): Promise<void>;
}

export interface SetUpBoard {
  readonly configuration: ConfigurationRows;
  /** `key=value` lines, as its container has them. */
  readonly agentEnvironment: string;
  /** What it runs after an upgrade; null: as it came. */
  readonly version: string | null;
  /** Asks its agent, over the cable between them. */
  readonly askAgent: (path: string, proof: string) => Promise<{ readonly [name: string]: string }>;
  /** The secrets between router and agent were changed. */
  readonly onSecrets: (secrets: ChangedSecrets) => void;
}

export interface ChangedSecrets {
  readonly radiusSecret: string;
  readonly apiPassword: string;
}

/** What MikroTik offers: the same minor version, so that the set-up's words stay right. */
const offered = { stable: "7.23.5", "long-term": "7.23.5" };

/** The simulated router that a board with this configuration is. It has no power yet. */
export function routerOfBoard(
  world: World,
  udp: Udp,
  given: Partial<RouterOptions>,
  { configuration, agentEnvironment, version, askAgent, onSecrets }: SetUpBoard,
): { readonly router: Router; readonly tree: ConfigTree } {
  const environment = readEnvironment(agentEnvironment);
  const first = (menu: string) => configuration[menu]?.[0] ?? {};
  const hotspot = configuration["/ip/hotspot"]?.at(-1) ?? {};
  const { radiusServers = [] } = given;
  const router = createRouter(world, udp, {
    busyByHour: true,
    ...given,
    version: version ?? first("/system/resource").version ?? "",
    board: first("/system/resource")["board-name"] ?? "",
    serial: first("/system/routerboard")["serial-number"] ?? "",
    identity: first("/system/identity").name ?? "",
    serverName: hotspot.name ?? "hotspot1",
    interfaceName: hotspot.interface ?? "bridge",
    radiusServers: radiusServers.map((server) => ({ ...server, secret: environment.KARIBU_RADIUS_SECRET ?? "" })),
    address: environment.KARIBU_COA_HOST ?? "127.0.0.1",
    apiUser: environment.KARIBU_ROUTER_USER ?? "",
    apiPassword: environment.KARIBU_ROUTER_PASSWORD ?? "",
    ntpSeconds: 0,
  });
  router.knobs.updates = offered;
  let radiusSecret = environment.KARIBU_RADIUS_SECRET ?? "";
  router.knobs.scripts = {
    /** As the script of that name does it, step for step. */
    async [rotationScriptName]() {
      const { id = "", radius = "", api = "" } = await askAgent(rotationPath, askProof(radiusSecret));
      router.knobs.apiPassword = api;
      router.knobs.radiusSecret = radius;
      radiusSecret = radius;
      const now = { radiusSecret: radius, apiPassword: api };
      onSecrets(now);
      await askAgent(rotationPath, hasProof({ rotationId: id, radiusSecret: radius, environment: now }));
    },
  };
  const tree = treeOf(router);
  adoptConfiguration(tree, configuration);
  installScripts(router, configuration, {
    wait: (seconds) => new Promise((resolve) => world.clock.after(seconds * 50, resolve)),
  });
  return { router, tree };
}

export async function openLiveRouter(world: World, settings: RouterSettings, board: SetUpBoard): Promise<LiveRouter> {
  const listening = await listenHttp(settings.hotspotPort);
  const hotspotUrl = `http://127.0.0.1:${listening.port}`;
  const { router, tree } = routerOfBoard(world, createNodeUdp(), { ...settings.router, hotspotUrl }, board);
  serveHotspot(world, router, listening.server, guestAddress);
  await router.boot();
  const api = await openApiServer(world, router, { port: settings.apiPort });
  const uplink = settings.uplink && (await openUplink(router, settings.uplink));
  return {
    router,
    hotspotUrl,
    panel: createSimulatorApp(world, router, () => uplink?.obeyKnob()),
    changeByHand() {
      const menu = "/ip/hotspot/walled-garden";
      const row = tree.rows(menu).find(({ comment }) => comment?.startsWith("karibu:"));
      if (row !== undefined) tree.put(menu, row[".id"] ?? "", { ...row, disabled: "true" });
    },
    async close() {
      listening.server.close();
      listening.server.closeAllConnections();
      await Promise.allSettled([api.close(), uplink?.close(), router.powerCut()]);
    },
  };
}

export function readEnvironment(lines: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.split("\n").flatMap((line) => {
      const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The container's settings with other secrets between router and agent. */
export const withSecrets = (lines: string, { radiusSecret, apiPassword }: ChangedSecrets): string =>
  lines
    .replace(/^(KARIBU_RADIUS_SECRET=).*$/m, `$1${radiusSecret}`)
    .replace(/^(KARIBU_ROUTER_PASSWORD=).*$/m, `$1${apiPassword}`);
