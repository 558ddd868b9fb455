/** The host of many sites as a process: its settings, and the adapters of this machine. */
import { join } from "node:path";
import type { World } from "@karibu/protocol/world";
import type { Adapters } from "../ground/adapters.ts";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { freeBytesOf } from "../ground/machine.ts";
import { createNodeUdp } from "../ground/node-udp.ts";
import { createPostJson } from "../ground/post-json.ts";
import { listenHttp } from "../portal-server/http/http-listener.ts";
import { dialRouter } from "../routeros/tcp-dial.ts";
import { openNames, readPortal } from "../start/node-adapters.ts";
import type { AgentSettings } from "../start/settings.ts";
import { dialWebsocket } from "../sync/dial-websocket.ts";
import { linkUrl } from "../sync/enrol.ts";
import { createHost } from "./host.ts";

export interface HostService {
  /** Resolves with the fields of the log line `agent-ready`. */
  start(): Promise<Record<string, string | number>>;
  stop(): Promise<void>;
}

/** Of a process with the portals of many sites. */
const connectionsMax = 4096;

/** `program`: path of the running program. */
export async function createHostService(
  world: World,
  settings: AgentSettings,
  { version, program, ...streams }: { version: string; program: string } & Pick<Adapters, "radiusStreams">,
): Promise<HostService> {
  const hubUrl = settings.hubUrl as string; // parseSettings refuses a host without a hub
  const names = await openNames(world, settings.dataDir);
  const host = createHost(
    world,
    {
      folder: createNodeFolder(settings.dataDir),
      siteFolder: (siteId) => createNodeFolder(join(settings.dataDir, "sites", siteId)),
      udp: createNodeUdp(names.lookup),
      ...streams,
      dialHub: dialWebsocket(linkUrl(hubUrl), names.lookup),
      post: createPostJson(names.lookup),
      listenHttp: (portal, isShared) =>
        listenHttp(portal, { port: settings.httpPort, world, isShared, connectionsMax }),
      portalFiles: await readPortal(program),
      freeBytes: () => freeBytesOf(settings.dataDir),
      // Plain TCP: the tunnel has proved who is there, and nobody else reads it.
      dialRouter: (host, port) => dialRouter({ host, port, certificateSha256: null }, names.lookup),
    },
    {
      version,
      hub: { url: hubUrl, enrolToken: settings.enrolToken },
      authPort: settings.radiusAuthPort,
      acctPort: settings.radiusAcctPort,
      coaPort: settings.coaPort,
      interimFlushSeconds: settings.interimFlushSeconds,
    },
  );
  return {
    async start() {
      await host.start();
      const { http, auth, acct, radsec } = host.ports;
      const ports = { httpPort: http, authPort: auth, acctPort: acct, ...(radsec === 0 ? {} : { radsecPort: radsec }) };
      return { ...ports, sites: host.running.size };
    },
    stop: () => host.stop(),
  };
}
