/** The last stage of a start: opens the site's doors, RADIUS and HTTP. */

import { Fault } from "@karibu/protocol/fault";
import { installerKeyOf } from "@karibu/protocol/installer-key";
import type { World } from "@karibu/protocol/world";
import { createHotspotPages } from "../access/hotspot-pages.ts";
import { createBrandPictures } from "../brand/brand-pictures.ts";
import { createDoctor } from "../doctor/doctor.ts";
import { createHealthReport } from "../doctor/health-report.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { HttpHandler, HttpListener } from "../ground/http.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { countOf } from "../journal/recovery-policy.ts";
import { createPortalServer } from "../portal-server/portal-server.ts";
import { openSellerSessions } from "../portal-server/sell/seller-sessions.ts";
import type { RadsecServer } from "../radius/radsec/radsec-server.ts";
import { askOwnPort } from "../radius/server/ask-own-port.ts";
import { createRadiusListener, type RadiusListener } from "../radius/server/radius-listener.ts";
import { openSessions } from "../state/site-state.ts";
import { twinsOf } from "../state/twin-sessions.ts";
import { openPurchaseKey } from "../store/purchase-key.ts";
import { createImageArrival } from "../updates/image-arrival.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { ConnectedHub } from "./connect-hub.ts";
import { tellFolderNews } from "./folder-news.ts";
import type { OpenSite } from "./open-site.ts";
import type { Storage } from "./open-storage.ts";
import { otherRoutersOf } from "./other-routers.ts";
import { createSiteFacts } from "./site-facts.ts";

export interface Doors {
  readonly portal: HttpHandler;
  readonly radius: RadiusListener;
  /** Null: it is off. */
  readonly radsec: RadsecServer | null;
  /** Null: HTTP is on no socket. */
  readonly httpPort: number | null;
  close(): Promise<void>;
}

/** Rejects when the HTTP port is taken. A taken RADIUS port is tried again. */
export async function openDoors(
  storage: Storage,
  open: OpenSite,
  hub: ConnectedHub,
  adapters: Adapters,
  options: AgentOptions,
): Promise<Doors> {
  const { world, folder, feed, keeper, damagedFiles, held } = storage;
  const { journal, recovery } = keeper;
  const { version } = options;
  const router = adapters.router ?? null;
  const launcher = adapters.launcher ?? null;
  const files = adapters.portalFiles ?? new Map();
  const nameProblem = adapters.nameProblem ?? (() => null);
  const hubProblem = () => hub.problem;
  const lostRecords = countOf(recovery.lost) + recovery.givenTwice.length;
  const hotspots = createHotspotPages(options.hotspotUrl ?? null);
  const radius = createRadiusListener(world, adapters.udp, open.nasDoor, options.radius, {
    onLogOffUrl: hotspots.note,
    siteSecrets: options.secrets,
    routerSecrets: options.routerSecrets,
  });
  const radiusStatus = () => radius.status();
  const radsec = await radsecOf(world, open, adapters, options, hotspots.note);
  const otherRouters = otherRoutersOf(options.radius);
  const ownRouter = options.radius === null ? [] : [options.radius.coaHost];
  const drift =
    hub.drift === null
      ? null
      : { last: hub.drift.last, guestInterface: () => hub.drift?.desired()?.guestInterface ?? null };
  const doctor = createDoctor(world, {
    radius: radiusStatus,
    coaPort: options.radius?.coaPort ?? null,
    hubProblem,
    nameProblem,
    owed: hub.owed,
    folder,
    damagedFiles,
    lostRecords,
    torn: recovery.torn,
    isWritable: () => journal.writable,
    twinMacs: () => twinsOf(keeper.state, open.site.usage),
    shared: () => held.shared,
    router: router ?? adapters.remoteRouter ?? null,
    freeBytes: adapters.freeBytes ?? null,
    isOnFlash: options.isOnFlash === true,
    stick: open.stick,
    ownAddresses: adapters.ownAddresses ?? (() => []),
    raiseAlarm: open.raiseAlarm,
    drift,
    selling: () => ({ sessions: openSessions(keeper.state).length, fastestPlanKbps: fastestPlanKbps(feed) }),
    onLooked() {
      tellHealth();
      void tellFolderNews(storage, open.raiseAlarm);
    },
  });
  const health = createHealthReport(world, {
    findings: (language) => doctor.last(language),
    routerOs: doctor.routerOs,
    isCompared: () => hub.drift?.last()?.isCompared ?? false,
    recorder: open.site.recorder,
  });
  /** Both have looked at the router once: half a picture is no news. */
  const tellHealth = () => {
    if (hub.drift !== null && hub.drift.last() !== null && doctor.routerOs() !== null) health.looked();
  };
  hub.drift?.onLooked(tellHealth);
  hub.onExamine(async () => {
    await hub.drift?.look();
    await doctor.examine();
    return health.health();
  });
  hub.onTryRadius(async () => {
    const status = radius.status();
    if (status.kind !== "listening" || options.radius === null) {
      const kind = status.kind === "failed" ? ("not-listening" as const) : ("no-radius" as const);
      return { kind, tookMs: null, asked: 0 };
    }
    const secret = options.secrets?.current.radiusSecret ?? options.radius.secret;
    const tookMs = await askOwnPort(world, adapters.udp, { secret, port: status.authPort });
    return { kind: tookMs === null ? "no-answer" : "answered", tookMs, asked: status.counters.accessRequests };
  });
  const facts = createSiteFacts({
    world,
    version,
    state: keeper.state,
    feed,
    hub: hub.link,
    journal,
    shared: () => held.shared,
    flash: () => storage.flash.figures(),
    syncs: storage.syncs,
    link: hub.figures,
    damaged: () => ({
      files: damagedFiles.last.length,
      lostRecords,
      tornRecords: recovery.torn?.records ?? 0,
    }),
    hasSiteFile: options.siteFile !== null,
    isOnFlash: options.isOnFlash === true,
    hasRouterApi: (router ?? adapters.remoteRouter ?? null) !== null,
    hasPortalFiles: files.size > 0,
    hubProblem,
    nameProblem,
    evicting: () => open.sweeper.evicting,
    wan: hub.wan,
    logIns: open.logIns,
    doctor,
    radius: radiusStatus,
    radsec: () => radsec?.status() ?? null,
    image:
      adapters.sha256Of === undefined
        ? undefined
        : createImageArrival(world, { folder, sha256Of: adapters.sha256Of, launcher }),
  });
  const pictures = createBrandPictures(world, { folder, feed, hub: hub.link });
  const purchaseKey = await openPurchaseKey(world, folder);
  const sellerSessions = await openSellerSessions(world, folder);
  const portal = createPortalServer(
    world,
    {
      pictures,
      access: open.portalAccess,
      cash: open.cash,
      sellerSessions,
      otherDevices: open.otherDevices,
      ownGrants: open.ownGrants,
      free: open.free,
      feed,
      hub: hub.link,
      router: byProvedWay(router, hub),
      facts,
      hosts: open.hosts,
      files,
      routerDoor: hub.routerDoor,
    },
    {
      logins: () => ({ loginUrls: hotspots.loginUrls(), takesNames: options.isHosted === true }),
      portalUrl: options.portalUrl ?? null,
      hubUrl: options.hub?.url ?? null,
      // A hotspot that was there before us masquerades its guests, mostly: they come from the router's own address.
      sharedAddresses: [...(options.sharedAddresses ?? []), ...ownRouter, ...otherRouters],
      otherRouters,
      purchaseKey,
      get installerKey() {
        if (options.radius === null) return null;
        return installerKeyOf(options.secrets?.current.radiusSecret ?? options.radius.secret);
      },
    },
  );
  let http: HttpListener | null = null;

  doctor.start();
  pictures.start();
  await radius.start();
  await radsec?.start();
  try {
    if (adapters.listenHttp !== undefined) http = await adapters.listenHttp(portal);
  } catch (error) {
    doctor.stop();
    await Promise.all([pictures.stop(), radius.close(), radsec?.close()]);
    throw error;
  }
  return {
    portal,
    radius,
    radsec,
    get httpPort() {
      return http?.port ?? null;
    },
    async close() {
      health.stop();
      doctor.stop();
      await Promise.all([pictures.stop(), radius.close(), radsec?.close()]);
      await http?.close();
    },
  };
}

/** Of the plans that the hub sells here; null: none has a limit. */
function fastestPlanKbps(feed: Storage["feed"]): number | null {
  const speeds = [...feed.rows("plan").values()].flatMap(({ terms }) =>
    terms.downKbps === null ? [] : [terms.downKbps],
  );
  return speeds.length === 0 ? null : Math.max(...speeds);
}

/** RADIUS over TLS, beside the UDP ports. It needs their settings: who may ask, and where Disconnects go. */
async function radsecOf(
  world: World,
  { nasDoor, coa, routerStreams }: OpenSite,
  { radiusStreams: streams }: Adapters,
  { radius }: AgentOptions,
  onLogOffUrl: (url: string) => void,
): Promise<RadsecServer | null> {
  if (streams === undefined || coa === null || radius === null) return null;
  const listed = radius.streamClients ?? null;
  try {
    const { createRadsecServer } = await import("../radius/radsec/radsec-server.ts");
    return createRadsecServer(world, nasDoor, { streams, routers: routerStreams, coa, listed, onLogOffUrl });
  } catch (error) {
    const message = String(error);
    world.log.error("radsec-not-loaded", { error: message });
    // The routers that ask by UDP are served all the same.
    return { start: async () => {}, status: () => ({ kind: "failed", message }), close: async () => {} };
  }
}

/** A router that was proved to refuse log-ins by its API is not asked: the page posts the customer's one-time token at once. */
function byProvedWay(router: RouterControl | null, hub: Pick<ConnectedHub, "logsInByApi">): RouterControl | null {
  if (router === null) return null;
  const refused = () => new Fault("router-api/trap", "this router logs nobody in by its API", { retry: "never" });
  return {
    ...router,
    logIn: (host) => (hub.logsInByApi() ? router.logIn(host) : Promise.reject(refused())),
  };
}
