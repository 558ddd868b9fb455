/** The adapters of a real agent: disk, sockets, the router's API and the built portal. */
import { dirname, join, resolve } from "node:path";
import type { World } from "@karibu/protocol/world";
import type { Adapters } from "../ground/adapters.ts";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { createGetSigned } from "../ground/get-signed.ts";
import type { StaticFiles } from "../ground/http.ts";
import type { Launcher } from "../ground/launcher.ts";
import {
  freeBytesOf,
  kernelUptimeMs,
  ownAddresses,
  readBootId,
  readTextFile,
  sha256OfFile,
} from "../ground/machine.ts";
import { createNodeUdp } from "../ground/node-udp.ts";
import { createPostJson } from "../ground/post-json.ts";
import type { SiteSecrets } from "../ground/site-secrets.ts";
import { createAskServers } from "../names/ask-servers.ts";
import { createNames, type Names } from "../names/names.ts";
import { openSavedAddresses } from "../names/saved-addresses.ts";
import { listenHttp } from "../portal-server/http/http-listener.ts";
import { readStaticFiles } from "../portal-server/http/static-files.ts";
import { createRouterApi } from "../routeros/create-router-api.ts";
import { createHotspotControl } from "../routeros/hotspot-control.ts";
import { probeOwnRouter } from "../routeros/probe-own-router.ts";
import { dialRouter } from "../routeros/tcp-dial.ts";
import { dialWebsocket } from "../sync/dial-websocket.ts";
import { linkUrl } from "../sync/enrol.ts";
import type { AgentSettings } from "./settings.ts";

/** The adapters of one site's agent. `program`: path of the running program. */
export async function createNodeAdapters(
  world: World,
  settings: AgentSettings,
  {
    program,
    launcher,
    secrets,
  }: { readonly program: string; readonly launcher: Launcher | null; readonly secrets: SiteSecrets | null },
): Promise<Adapters> {
  const { dataDir, hubUrl, router } = settings;
  const names = await openNames(world, dataDir);
  // A router that masquerades has all guests behind its own address.
  const isRouter = (address: string) => address === settings.coaHost || address === router?.host;
  return {
    folder: createNodeFolder(dataDir),
    bootId: await readBootId(),
    uptimeMs: kernelUptimeMs,
    udp: createNodeUdp(names.lookup),
    dialHub: hubUrl === null ? null : dialWebsocket(linkUrl(hubUrl), names.lookup),
    post: createPostJson(names.lookup),
    getSigned: createGetSigned(names.lookup),
    ...(router === null ? { router: null } : routerAdapters(world, names, router, secrets)),
    listenHttp: (portal) => listenHttp(portal, { port: settings.httpPort, world, isShared: isRouter }),
    portalFiles: await readPortal(program),
    freeBytes: () => freeBytesOf(dataDir),
    sha256Of: (name) => sha256OfFile(join(dataDir, name)),
    nameProblem: () => names.problem,
    ownAddresses,
    launcher,
  };
}

export async function openNames(world: World, dataDir: string): Promise<Names> {
  const saved = await openSavedAddresses(world, createNodeFolder(dataDir));
  return createNames(world, { readText: readTextFile, askServers: createAskServers(), saved, ownAddresses });
}

/** The bundle's folder lies beside `dist/portal`; the sources lie below the repository's root. */
export async function readPortal(program: string): Promise<StaticFiles> {
  const here = dirname(program);
  const built = await readStaticFiles(resolve(here, "../../dist/portal"));
  return built.size > 0 ? built : await readStaticFiles(resolve(here, "../portal"));
}

/** Plain TCP: a virtual cable connects the container to its router. */
function routerAdapters(
  world: World,
  names: Names,
  router: NonNullable<AgentSettings["router"]>,
  secrets: SiteSecrets | null,
): Pick<Adapters, "router" | "probeRouter"> {
  const dial = dialRouter({ ...router, certificateSha256: null }, names.lookup);
  const { user, password } = router;
  const passwords = secrets?.apiPasswords ?? (() => [password]);
  return {
    router: createHotspotControl(createRouterApi(world, dial, { user, password: passwords })),
    probeRouter: () => probeOwnRouter(world, dial, { user, passwords }),
  };
}
