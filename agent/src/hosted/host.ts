/**
 * A process beside the hub that runs the agents of many sites, for routers that can't run a container. The hub sends the list of sites.
 * The last list is kept on disk, so that the host also starts without the hub. Each site has a separate folder, journal, identity and
 * link. The sites share the ports. A router's API is asked through the tunnel, with the account that its set-up made.
 */
import { Fault } from "@karibu/protocol/fault";
import { isRoutersAddress } from "@karibu/protocol/router/router-test";
import {
  type HostedSitesPage,
  hostedSiteSchema,
  hostedSiteToken,
  listHostedSites,
} from "@karibu/protocol/rpc/hosted-sites";
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Log, Timer, World } from "@karibu/protocol/world";
import * as z from "zod/mini";
import type { Adapters } from "../ground/adapters.ts";
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, removeTwin, writeTwin } from "../ground/files/json-file.ts";
import type { HttpHandler, HttpListener, StaticFiles } from "../ground/http.ts";
import type { OpenStreams, RadiusStreams } from "../ground/radius-streams.ts";
import type { Udp } from "../ground/udp.ts";
import { clientsOfRouter } from "../radius/server/client-settings.ts";
import { createRouterApi } from "../routeros/create-router-api.ts";
import { createHotspotControl } from "../routeros/hotspot-control.ts";
import { probeOwnRouter } from "../routeros/probe-own-router.ts";
import type { ApiDial, RouterApi } from "../routeros/router-api.ts";
import { type Agent, createAgent } from "../start/agent.ts";
import { obtainIdentity } from "../sync/enrol.ts";
import { loadIdentity } from "../sync/identity.ts";
import { createHostFace } from "./host-http.ts";
import { createHostLink, type HostLink } from "./host-link.ts";
import { createHostedSites, type HostedSite } from "./hosted-sites.ts";
import { createRouterTester } from "./router-tester.ts";
import { createSourceHttp } from "./source-http.ts";
import { createSourceStreams } from "./source-streams.ts";
import { createSourceUdp } from "./source-udp.ts";

export interface HostAdapters {
  /** The host's own. */
  readonly folder: Folder;
  readonly siteFolder: (siteId: string) => Folder;
  readonly udp: Udp;
  /** Absent: no router asks by TLS. */
  readonly radiusStreams?: RadiusStreams;
  readonly dialHub: NonNullable<Adapters["dialHub"]>;
  readonly post: NonNullable<Adapters["post"]>;
  /** `isShared`: of a site's router, behind which all its phones stand. */
  readonly listenHttp: (portal: HttpHandler, isShared: (address: string) => boolean) => Promise<HttpListener>;
  readonly portalFiles: StaticFiles;
  readonly freeBytes?: () => Promise<number | null>;
  /** Absent: this host reaches no router's API. */
  readonly dialRouter?: (address: string, port: number) => ApiDial;
}

export interface HostOptions {
  readonly version: string;
  readonly hub: { readonly url: string; readonly enrolToken: string | null };
  /** 0: any free port. */
  readonly authPort: number;
  readonly acctPort: number;
  readonly coaPort: number;
  readonly interimFlushSeconds: number;
}

export interface Host {
  /** Runs the sites of the last list. Rejects when a port is taken. */
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly running: ReadonlyMap<string, Agent>;
  /** After `start`. */
  readonly ports: { readonly http: number; readonly auth: number; readonly acct: number; readonly radsec: number };
}

interface KnownSite extends HostedSite {
  readonly radiusSecret: string;
  readonly hostingId: string;
  readonly api?: z.infer<typeof hostedSiteSchema>["api"];
}

const listFile = "hosted-sites.json";
const listShape = z.object({ sites: z.array(hostedSiteSchema) });
/** Under which hosting the site's folder was enrolled. */
const hostingFile = "hosting.json";
/** A wake-up can be lost when the hub's connection is cut. */
const lookAgainMs = 600_000;
/** A failed step (no hub, no token, a full disk) is tried again. */
const tryAgainMs = 30_000;
const askMsMax = 20_000;

export function createHost(world: World, adapters: HostAdapters, options: HostOptions): Host {
  const { log } = world;
  const giveUp = new AbortController();
  const sharedUdp = createSourceUdp(adapters.udp);
  const sharedStreams = adapters.radiusStreams === undefined ? null : createSourceStreams(adapters.radiusStreams);
  let streams: OpenStreams | null = null;
  let ports = { http: 0, auth: 0, acct: 0, radsec: 0 };
  let http: HttpListener | null = null;
  let link: HostLink | null = null;
  let wanted: readonly KnownSite[] = [];
  let timer: Timer | null = null;
  let stopped = false;

  const { dialRouter } = adapters;
  const apis = new Map<string, RouterApi>();
  const sites = createHostedSites<KnownSite>(world, create, (siteId) => {
    apis.get(siteId)?.close();
    apis.delete(siteId);
  });
  const face = createHostFace({
    version: options.version,
    sites: () => ({ running: sites.running.size, wanted: wanted.length }),
    link: () => ({ isConnected: link?.isConnected ?? false, connections: link?.connections ?? 0 }),
    strangers: () => sharedUdp.strangers,
  });
  const sharedHttp = createSourceHttp(face, () => ports.http);

  /**
   * The router's API behind the tunnel; null: the hub told of none. The address is checked here too: a hub that is broken into must not send
   * the host to other machines.
   */
  function routerOf({
    siteId,
    routerAddress,
    api,
  }: KnownSite): Required<Pick<Adapters, "remoteRouter" | "probeRouter">> | null {
    if (api === undefined || dialRouter === undefined || !isRoutersAddress(routerAddress)) return null;
    const dial = dialRouter(routerAddress, api.port);
    const opened = createRouterApi({ ...world, log: logOf(log, siteId) }, dial, api);
    apis.set(siteId, opened);
    const own = { user: api.user, passwords: () => [api.password] };
    return { remoteRouter: createHotspotControl(opened), probeRouter: () => probeOwnRouter(world, dial, own) };
  }

  async function create(site: KnownSite): Promise<Agent> {
    const { siteId, routerAddress, radiusSecret: secret } = site;
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(siteId))
      throw new Fault("host/bad-site", "the site's id can't name a folder", { retry: "never" });
    const folder = adapters.siteFolder(siteId);
    const enrolToken = await tokenFor(site, folder);
    const { auth: authPort, acct: acctPort } = ports;
    const router = routerOf(site);
    const clients = clientsOfRouter(routerAddress, secret);
    return createAgent(
      { ...world, log: logOf(world.log, siteId) },
      {
        folder,
        udp: sharedUdp.of(routerAddress),
        ...(sharedStreams === null ? {} : { radiusStreams: sharedStreams.of(routerAddress) }),
        dialHub: adapters.dialHub,
        post: adapters.post,
        listenHttp: sharedHttp.of(routerAddress),
        portalFiles: adapters.portalFiles,
        ...router,
        ...(adapters.freeBytes === undefined ? {} : { freeBytes: adapters.freeBytes }),
      },
      {
        version: options.version,
        siteFile: null,
        interimFlushSeconds: options.interimFlushSeconds,
        hub: { url: options.hub.url, enrolToken },
        radius: { secret, clients, authPort, acctPort, coaHost: routerAddress, coaPort: options.coaPort },
        sharedAddresses: [routerAddress],
        isHosted: true,
      },
    );
  }

  /** Null: the identity in the folder is valid. Rejects when there is none and the hub can't send a token. */
  async function tokenFor({ siteId, hostingId }: KnownSite, folder: Folder): Promise<string | null> {
    // Kept twice: a damaged one must not cost the site its identity.
    const isSame = (await readTwin<{ hostingId: string }>(folder, hostingFile))?.hostingId === hostingId;
    if (isSame && (await loadIdentity(folder)).current !== null) return null;
    if (link === null) throw new Fault("hub/away", "the hub can't be asked for a token", { retry: "later" });
    const { token } = await link.call(hostedSiteToken, { siteId }, askMsMax);
    // The site was assigned to this host again: the hub may have revoked the earlier device. Who may not ask keeps what is there.
    if (!isSame) {
      await removeTwin(folder, "identity.json");
      await writeTwin(folder, hostingFile, { hostingId });
    }
    return token;
  }

  async function readList(): Promise<KnownSite[]> {
    const list: KnownSite[] = [];
    for (let after: string | null = null; ; ) {
      const page: HostedSitesPage = await (link as HostLink).call(listHostedSites, { after }, askMsMax);
      list.push(...page.sites.map(known));
      after = page.sites.at(-1)?.siteId ?? null;
      if (!page.more || after === null) return list;
    }
  }

  async function readAndKeep(): Promise<void> {
    if (link?.isConnected) {
      wanted = await readList();
      await writeTwin(adapters.folder, listFile, { sites: wanted.map(({ settingsKey: _, ...told }) => told) });
    }
    await sites.keep(wanted);
  }

  const { wake: look, settled: looked } = runWhenWoken(lookOnce, (error) =>
    log.warn("hosted-sites-not-read", { error: String(error) }),
  );

  const tester =
    dialRouter === undefined
      ? null
      : createRouterTester(world, {
          dialRouter,
          call: (...given) =>
            link === null
              ? Promise.reject(new Fault("hub/away", "there is no link yet", { retry: "later" }))
              : link.call(...given),
          addressOf: (siteId) => wanted.find((site) => site.siteId === siteId)?.routerAddress ?? null,
        });

  async function lookOnce(): Promise<void> {
    if (stopped) return;
    timer?.cancel();
    try {
      await readAndKeep();
    } finally {
      if (!stopped) timer = world.clock.after(sites.running.size < wanted.length ? tryAgainMs : lookAgainMs, look);
    }
  }

  async function lastWord(): Promise<KnownSite[]> {
    const list = await readTwin<z.infer<typeof listShape>>(adapters.folder, listFile);
    const aside = (await adapters.folder.list("")).filter((name) => name.endsWith(".damaged"));
    if (aside.length > 0) log.error("hosted-sites-damaged", { files: aside.join(" ") });
    if (list === null) return [];
    try {
      return listShape.parse(list).sites.map(known);
    } catch (error) {
      log.error("hosted-sites-damaged", { error: String(error) });
      return [];
    }
  }

  return {
    running: sites.running,
    get ports() {
      return ports;
    },
    async start() {
      const [auth, acct] = [await sharedUdp.open(options.authPort), await sharedUdp.open(options.acctPort)];
      streams = (await sharedStreams?.open()) ?? null;
      http = await adapters.listenHttp(sharedHttp.portal, sharedHttp.isSite);
      ports = { http: http.port, auth, acct, radsec: streams?.port ?? 0 };
      wanted = await lastWord();
      await sites.keep(wanted);
      link = createHostLink(world, {
        dial: adapters.dialHub,
        identity: () =>
          obtainIdentity(world, adapters.folder, {
            hubUrl: options.hub.url,
            token: options.hub.enrolToken,
            post: adapters.post,
            as: "host",
            signal: giveUp.signal,
            onMoved: async () => {},
          }),
        version: options.version,
        onChanged: look,
        onTests: tester?.look ?? (() => {}),
        onRevoked() {
          wanted = [];
          writeTwin(adapters.folder, listFile, { sites: [] }).catch((error: unknown) =>
            log.error("hosted-sites-not-kept", { error: String(error) }),
          );
          look();
        },
      });
    },
    async stop() {
      stopped = true;
      giveUp.abort();
      timer?.cancel();
      await link?.close();
      await tester?.settled();
      await looked();
      await sites.stop();
      await http?.close();
      await streams?.close();
      await sharedUdp.close();
    },
  };
}

/** Many agents write one log, so each line names its site. */
function logOf(log: Log, siteId: string): Log {
  return {
    debug: (event, fields) => log.debug(event, { siteId, ...fields }),
    info: (event, fields) => log.info(event, { siteId, ...fields }),
    warn: (event, fields) => log.warn(event, { siteId, ...fields }),
    error: (event, fields) => log.error(event, { siteId, ...fields }),
  };
}

function known(site: z.infer<typeof hostedSiteSchema>): KnownSite {
  const { user = "", password = "", port = 0 } = site.api ?? {};
  return { ...site, settingsKey: JSON.stringify([site.hostingId, site.radiusSecret, user, password, port]) };
}
