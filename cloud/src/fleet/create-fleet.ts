/** The sites and their connection to the hub: enrolment, links, tunnel, hosts, releases, images. */
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import { routerTestsWait } from "@karibu/protocol/rpc/router/router-tests";
import type { JournalProjector } from "../ground/agents/journal-projector.ts";
import type { CallSite, RpcHandler } from "../ground/agents/rpc-handler.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { Tx } from "../ground/db/database.ts";
import type { District } from "../ground/district.ts";
import { createEmitMany } from "../ground/events/record.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import { accessPointRoutes } from "./access-points/access-point-routes.ts";
import { accessPointProjector } from "./access-points/project-access-points.ts";
import { alarmRoutes } from "./alarms/alarm-routes.ts";
import { alarmProjector } from "./alarms/project-alarms.ts";
import { notOfPresentDevice } from "./enrolment/enrolment.ts";
import { enrolmentRoute } from "./enrolment/enrolment-route.ts";
import { loadHubIdentity } from "./enrolment/hub-identity.ts";
import { readmissionRoutes } from "./enrolment/readmission-routes.ts";
import { timeRoute } from "./enrolment/time-route.ts";
import { furtherRouterRoutes } from "./further-routers/further-router-routes.ts";
import { createHostLinks } from "./hosted-sites/host-links.ts";
import { hostedQuota } from "./hosted-sites/hosted-sites.ts";
import { hostingRoutes } from "./hosted-sites/hosting-routes.ts";
import { journalRetention } from "./journal/journal-retention.ts";
import { recallProjector } from "./journal/project-recalls.ts";
import { type AgentLink, createAgentLink } from "./link/agent-link.ts";
import { linkRoutes } from "./link/link-routes.ts";
import { createOwnLinks } from "./link/own-links.ts";
import { createSiteCalls } from "./link/site-calls.ts";
import type { ImageShelf } from "./registry/image-shelf.ts";
import { createReleases, type Releases } from "./releases/releases.ts";
import { routerTestHandlers, testsChannel } from "./router-access/router-tests.ts";
import { backUpRoutes } from "./router-back-ups/back-up-routes.ts";
import { backUpBytesQuota } from "./router-back-ups/back-up-store.ts";
import { createBackUpWorker } from "./router-back-ups/back-up-worker.ts";
import { backUpsForUpgrades } from "./router-back-ups/before-upgrade.ts";
import { restoreDoor } from "./router-back-ups/restore-door.ts";
import { restoreRoutes } from "./router-back-ups/restore-routes.ts";
import { scheduleRoutes } from "./router-back-ups/schedule-routes.ts";
import { scriptRoutes } from "./router-back-ups/script-routes.ts";
import { routerTemplateRoutes } from "./router-back-ups/template-routes.ts";
import { desiredRpc } from "./router-health/desired-rpc.ts";
import { healthRoutes } from "./router-health/health-routes.ts";
import { healthProjector } from "./router-health/health-store.ts";
import { endLeavers, haveLeavers, workLeavers } from "./router-log-ins/end-leavers.ts";
import { routerLogInProjector } from "./router-log-ins/project-router-log-ins.ts";
import { routerLogInRoutes } from "./router-log-ins/router-log-in-routes.ts";
import { bulkRoutes } from "./router-orders/bulk-routes.ts";
import { orderRoutes } from "./router-orders/order-routes.ts";
import { createOrderWorker } from "./router-orders/order-worker.ts";
import { createUpgrades } from "./router-upgrades/create-upgrades.ts";
import { connectionRoutes } from "./routers/connection-routes.ts";
import { figureRoutes } from "./routers/figure-routes.ts";
import { historyRoute } from "./routers/history-routes.ts";
import { logWatchRoutes } from "./routers/log-watch-routes.ts";
import { logWatchJob } from "./routers/log-watch-work.ts";
import { figuresProjector } from "./routers/project-figures.ts";
import { proofRoutes } from "./routers/proof-routes.ts";
import { createRouterReader } from "./routers/read-router.ts";
import { routerListRoutes } from "./routers/router-routes.ts";
import { createWatching } from "./routers/watching.ts";
import { rotationRoutes } from "./secret-rotation/rotation-routes.ts";
import { createRotationWorker } from "./secret-rotation/rotation-worker.ts";
import { createReadRouterApis } from "./set-up/hosted-apis.ts";
import { readPortalAddress } from "./set-up/portal-address.ts";
import { routerDoors } from "./set-up/router-doors.ts";
import { scriptRoute } from "./set-up/script-route.ts";
import { renewForHost } from "./set-up/script-secrets.ts";
import { serviceRoutes } from "./set-up/service-routes.ts";
import { setUpRoutes } from "./set-up/set-up-routes.ts";
import { routerTestRoutes } from "./site-view/router-test-routes.ts";
import { type MapTiles, sitePlacesRoute } from "./site-view/site-places.ts";
import { type LoseSessions, siteRoutes } from "./site-view/site-routes.ts";
import { templateRoutes } from "./site-view/template-routes.ts";
import { tunnelRoutes } from "./site-view/tunnel-routes.ts";
import { siteFinder } from "./sites/find-sites.ts";
import { createSites, type OnlineSales, type Sites, siteQuota } from "./sites/sites.ts";
import { loadHubKeys, type TunnelKeyHolders, tunnelQuota } from "./tunnel/peers.ts";
import { createTunnel, type HubTunnel, type OperatorEnds, type TunnelEnd } from "./tunnel/tunnel.ts";

export interface FleetOptions {
  /** The hub's end of the tunnel to its sites; left out: there is no tunnel. */
  readonly tunnelEnd?: TunnelEnd | undefined;
  /** How routers reach the tunnel (`host:port`), and the port it listens on. */
  readonly wireguard: { readonly endpoint: string | null; readonly port: number };
  /** People's ends of the tunnel; none: it leads to routers alone. */
  readonly operatorEnds: readonly OperatorEnds[];
  /** Who may have a key of the tunnel besides routers and the hub. */
  readonly tunnelKeyHolders: readonly TunnelKeyHolders[];
  /** How routers reach this hub; undefined: as everybody does. */
  readonly routersUrl: string | undefined;
  /** Bundles for sites must be signed with one of these. None: no bundle is taken. */
  readonly releaseKeys: readonly ReleaseKey[];
  readonly onlineSales: OnlineSales;
  /** Ends what a site that goes has open: nobody will report it any more. */
  readonly loseSessions: LoseSessions;
  readonly lastingAlarms: AlarmSources;
  /** Null: the map has outlines alone. */
  readonly mapTiles: MapTiles | null;
  /** Images for routers; undefined: this hub is no registry. */
  readonly images: ImageShelf | undefined;
}

/** RPC handlers and projectors of the other districts. */
export interface AgentServices {
  readonly rpcHandlers: readonly RpcHandler[];
  readonly projectors: readonly JournalProjector[];
  /** Bytes that may be held for links; undefined: the default. */
  readonly linkBytes?: number | undefined;
  /** As in `AgentLinkParts`. */
  readonly linkTickMs?: number | undefined;
}

/** By what routers and agents find this hub, and know it. */
export interface ReachedBy {
  readonly publicUrl: string;
  readonly hubPublicKey: string;
}

export interface Fleet extends District {
  readonly sites: Sites;
  readonly reachedBy: ReachedBy;
  readonly releases: Releases;
  /** Works once the links are connected; until then every site counts as away. */
  readonly callSite: CallSite;
  /** Where phones reach the portal of a site that was set up by a line; null: not known here. */
  portalAddress(tx: Tx, siteId: string): Promise<string | null>;
  /** Hosts connected to this process. */
  hostCount(): number;
  readonly hubTunnel: HubTunnel;
  /** Null: there is no tunnel. */
  tunnelProblem(): { readonly problem: string | null } | null;
  /** Opens the agents' links, once, before `start`. The district starts and stops them. */
  connect(services: AgentServices): AgentLink;
}

const dayMs = 86_400_000;

export async function createFleet(ground: Ground, options: FleetOptions): Promise<Fleet> {
  const { world, database, envelope, publish, emit, readFile, sweeps } = ground;
  const identity = await loadHubIdentity(world, database, envelope);
  const tunnelKeys = await loadHubKeys(world, database, envelope);
  const { tunnelEnd, wireguard, releaseKeys, onlineSales, images, tunnelKeyHolders } = options;
  const hubTunnel: HubTunnel = { hubPublicKey: tunnelKeys.publicKey, endpoint: wireguard.endpoint };
  const tunnel =
    tunnelEnd === undefined
      ? null
      : createTunnel(world, database, {
          end: tunnelEnd,
          keys: tunnelKeys,
          port: wireguard.port,
          operators: options.operatorEnds,
        });
  const sites = createSites({ world, publish, onlineSales });
  const releases = createReleases(world, { database, publish, emit, sweeps, keys: releaseKeys });
  const hosts = createHostLinks(world, database, {
    identity,
    envelope,
    readRouterApis: createReadRouterApis(envelope),
    handlers: routerTestHandlers(database, { world, envelope, emit }),
    notices: [{ channel: testsChannel, notice: routerTestsWait }],
  });
  const own = createOwnLinks(world);
  const calls = createSiteCalls(world, database, own);
  const { processId } = own;
  const reader = createRouterReader(world, database, calls.call);
  const watching = createWatching(world, database, { reader, emitMany: createEmitMany(world), processId, sweeps });
  const orderParts = { world, envelope, emit };
  const reachedBy: ReachedBy = {
    publicUrl: options.routersUrl ?? ground.publicUrl,
    hubPublicKey: identity.keys.publicKey,
  };
  const setUp = {
    world,
    database,
    envelope,
    emit,
    publish,
    images,
    onlineSales,
    ...reachedBy,
    tunnelEndpoint: wireguard.endpoint,
    tunnelPublicKey: tunnelKeys.publicKey,
    tunnelKeyHolders,
  };
  const orders = createOrderWorker(world, {
    ...orderParts,
    database,
    callSite: calls.call,
    sweeps,
    processId,
    isLinked: (siteId) => own.links.has(siteId),
  });
  const upgrades = createUpgrades({ ...orderParts, database, sweeps, backUps: backUpsForUpgrades(orderParts) });
  const rotations = createRotationWorker({
    ...orderParts,
    database,
    callSite: calls.call,
    processId,
    sweeps,
  });
  const backUps = createBackUpWorker(world, {
    ...orderParts,
    database,
    callSite: calls.call,
    reader,
    processId,
    sweeps,
  });
  let link: AgentLink | null = null;
  return {
    sites,
    reachedBy,
    releases,
    callSite: calls.call,
    portalAddress: (tx, siteId) => readPortalAddress(setUp, tx, siteId),
    hostCount: hosts.count,
    hubTunnel,
    tunnelProblem: () => (tunnel === null ? null : { problem: tunnel.problem }),
    connect({ rpcHandlers: handlers, projectors, linkBytes, linkTickMs: tickMs }) {
      const onConnected = () => {
        orders.wake();
        rotations.wake();
      };
      const parts = { own, calls, identity, envelope, handlers, projectors, hosts, linkBytes, tickMs, onConnected };
      link = createAgentLink(world, database, parts);
      return link;
    },
    routes: [
      ...siteRoutes(world, { sites, emit, hubPublicKey: identity.keys.publicKey, loseSessions: options.loseSessions }),
      sitePlacesRoute(options.mapTiles),
      ...templateRoutes(world),
      ...linkRoutes(),
      ...alarmRoutes(world, emit, options.lastingAlarms),
      ...routerTestRoutes({ world, envelope, emit, call: calls.call }),
      ...hostingRoutes({
        ...{ world, database, envelope, emit, identity },
        renewForHost: (tx, place, radiusSecret) => renewForHost({ world, envelope }, tx, place, radiusSecret),
      }),
      ...tunnelRoutes(world, {
        ...hubTunnel,
        otherHolders: tunnelKeyHolders,
        tunnel: () => tunnel ?? { toRun: null, problem: null },
      }),
      ...routerListRoutes(reader),
      ...figureRoutes({ world, reader }),
      ...connectionRoutes({ callSite: calls.call }),
      ...logWatchRoutes(world),
      ...proofRoutes({ world, callSite: calls.call, emit }),
      historyRoute(world),
      ...healthRoutes({ world, emit, publish, callSite: calls.call }),
      ...upgrades.routes,
      ...orderRoutes({ ...orderParts, reader }),
      ...bulkRoutes(orderParts),
      ...routerLogInRoutes({ world, envelope, emit, callSite: calls.call }),
      ...backUpRoutes(orderParts),
      ...scheduleRoutes(orderParts),
      ...restoreRoutes(orderParts),
      ...routerTemplateRoutes(reader),
      ...scriptRoutes(reader, readFile),
      restoreDoor({ ...orderParts, database }),
      ...releases.routes,
      enrolmentRoute(world, database, identity),
      ...readmissionRoutes(world, emit),
      timeRoute(world, identity),
      ...setUpRoutes(setUp),
      scriptRoute(setUp),
      ...serviceRoutes(setUp),
      ...furtherRouterRoutes({ ...setUp, wake: rotations.wake }),
      ...accessPointRoutes({ world, publish, emit }),
      ...rotationRoutes({ ...orderParts, wake: rotations.wake }),
      ...routerDoors(setUp),
    ],
    rpcHandlers: [...releases.rpcHandlers, desiredRpc(setUp)],
    projectors: [
      alarmProjector,
      recallProjector,
      figuresProjector,
      healthProjector,
      accessPointProjector,
      routerLogInProjector,
    ],
    finders: [siteFinder],
    quotas: [siteQuota, hostedQuota, tunnelQuota, backUpBytesQuota],
    retention: [
      journalRetention,
      { table: "enrolment_tokens", column: "expires_at_ms", keptMs: 30 * dayMs, only: notOfPresentDevice },
      { table: "readmissions", column: "last_asked_at_ms", keptMs: 7 * dayMs },
      {
        table: "router_orders",
        column: "ordered_at_ms",
        keptMs: 365 * dayMs,
        only: "state not in ('waiting', 'sent')",
      },
      { table: "router_passwords", column: "made_at_ms", keptMs: 365 * dayMs },
      { table: "router_figures", column: "received_at_ms", keptMs: 400 * dayMs, byMonth: true },
      { table: "router_log_ins", column: "received_at_ms", keptMs: 365 * dayMs, byMonth: true },
      { table: "router_log_lines", column: "last_at_ms", keptMs: 30 * dayMs },
      { table: "router_bulks", column: "made_at_ms", keptMs: 365 * dayMs, only: "ended_at_ms is not null" },
      { table: "router_restores", column: "ordered_at_ms", keptMs: 365 * dayMs, only: "ended_at_ms is not null" },
      { table: "router_back_ups", column: "ordered_at_ms", keptMs: 30 * dayMs, only: "state = 'failed'" },
      // A site does not repeat a request after this time, and nobody waits for a call after its deadline.
      { table: "link_answers", column: "answered_at_ms", keptMs: dayMs },
      { table: "access_point_changes", column: "received_at_ms", keptMs: 90 * dayMs },
      { table: "site_calls", column: "deadline_at_ms", keptMs: 60_000 },
      { table: "site_absences", column: "until_ms", keptMs: 400 * dayMs },
    ],
    maintenance: [
      logWatchJob({ world, database, callSite: calls.call, emit }),
      {
        name: "end-router-passwords-of-leavers",
        everyMs: 60_000,
        hasWork: haveLeavers,
        run: async () => `${await endLeavers({ world, database, emit, callSite: calls.call })} router passwords`,
      },
    ],
    registerJobs: () => workLeavers({ world, database, emit, callSite: calls.call }, ground.jobs),
    async start() {
      await link?.start();
      await hosts.start();
      await tunnel?.start();
      releases.start();
      await watching.start();
      await orders.start();
      upgrades.start();
      rotations.start();
      await backUps.start();
    },
    async stop() {
      await backUps.stop();
      await rotations.stop();
      await upgrades.stop();
      await orders.stop();
      await watching.stop();
      await releases.stop();
      await tunnel?.stop();
      await hosts.stop();
      await link?.stop();
    },
  };
}
