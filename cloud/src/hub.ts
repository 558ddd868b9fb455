/**
 * The hub: opens its districts, lowest first, and joins their contributions. There are no globals, and nothing runs
 * before `start`. `main.ts` hands in the real world; the lab and the simulation hand in theirs.
 */
import type { IncomingMessage } from "node:http";
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import type { World } from "@karibu/protocol/world";
import { type Express, Router } from "express";
import { Registry } from "prom-client";
import { createBackOffice } from "./back-office/create-back-office.ts";
import { createCatalogue } from "./catalogue/create-catalogue.ts";
import { loseSessions } from "./catalogue/sessions/lose-sessions.ts";
import { heldCodesOf } from "./catalogue/vouchers/held-codes.ts";
import { createCustomerPage } from "./customer-page/create-customer-page.ts";
import { createFleet } from "./fleet/create-fleet.ts";
import type { AgentLink } from "./fleet/link/agent-link.ts";
import type { ImageShelf } from "./fleet/registry/image-shelf.ts";
import { registry } from "./fleet/registry/registry.ts";
import type { Releases } from "./fleet/releases/releases.ts";
import { tilesOrigin } from "./fleet/site-view/map-tiles.ts";
import type { MapTiles } from "./fleet/site-view/site-places.ts";
import type { TunnelEnd } from "./fleet/tunnel/tunnel.ts";
import type { RpcHandler } from "./ground/agents/rpc-handler.ts";
import type { Parties } from "./ground/amounts/parties.ts";
import { createGround, type GroundAdapters } from "./ground/create-ground.ts";
import type { Engine } from "./ground/db/engine.ts";
import type { PoolFigures } from "./ground/db/pool-figures.ts";
import { type District, joined } from "./ground/district.ts";
import { createEventStreams } from "./ground/events/streams.ts";
import { createDoor, defaultRequestLimits, type RequestLimits } from "./ground/http/admit.ts";
import { createCustomerDoor } from "./ground/http/admit-customer.ts";
import { consoleFiles } from "./ground/http/console-files.ts";
import { createApi, withDescription } from "./ground/http/create-api.ts";
import type { DomainOwner } from "./ground/http/host-gate.ts";
import { createIdempotentAnswers } from "./ground/http/idempotency.ts";
import { peerAddressBy } from "./ground/http/peer-address.ts";
import { portalPreview, previewPath } from "./ground/http/portal-preview.ts";
import type { Route } from "./ground/http/route.ts";
import type { KeptDays } from "./ground/jobs/kept-days.ts";
import type { JobQueue } from "./ground/jobs/queue.ts";
import type { LogRing } from "./ground/log/log-ring.ts";
import { openParties } from "./ground/secrets/party-secret.ts";
import type { Sweeps } from "./ground/sweeps/sweeps.ts";
import { createHome } from "./home/create-home.ts";
import { createIdentity } from "./identity/create-identity.ts";
import { lastingAlarms as ownAlarms } from "./lasting-alarms.ts";
import { createMessaging, type Messaging } from "./messaging/create-messaging.ts";
import { optOutPath } from "./messaging/opt-out-links.ts";
import type { GatewayUrls } from "./messaging/senders.ts";
import { allModules, everyModule } from "./modules/all-modules.ts";
import { moduleNames } from "./modules/choose-modules.ts";
import type { HubModule, ModuleDistrict, ModuleParts } from "./modules/hub-module.ts";
import type { ModuleName } from "./modules/names.ts";
import { putOff } from "./modules/put-off.ts";
import type { CallbackSpool } from "./money/callbacks/keep-in-spool.ts";
import { type ChannelUrls, createMoney, type Money } from "./money/create-money.ts";
import type { TaxAdapters } from "./money/fiscal/fiscal-contract.ts";
import { onlineSales } from "./money/online-sales.ts";
import { priceCurrencies } from "./money/price-currencies.ts";
import type { AskSettings } from "./money/questions/ask-policy.ts";
import { wakeLinesOf } from "./money/subscriptions/subscription-jobs.ts";
import { endWithAccount } from "./money/subscriptions/subscription-rows.ts";
import type { AlertWork } from "./operations/alerting/alert-work.ts";
import type { BackupPlan } from "./operations/back-ups/back-ups.ts";
import { createOperations } from "./operations/create-operations.ts";
import type { HubMetrics } from "./operations/health/metrics.ts";
import { createWorkMetrics } from "./operations/health/work-metrics.ts";
import type { Maintenance } from "./operations/maintenance/maintenance.ts";
import { personRooms } from "./operations/personal-data/person-rooms.ts";
import type { SignUpPolicy } from "./operations/provider-life/sign-up-policy.ts";
import { publicFace } from "./operations/public-face/public-face.ts";
import { createRestored } from "./operations/restored/create-restored.ts";
import { createReports } from "./reports/create-reports.ts";
import type {} from "./schema-types.ts";
import { createTenancy } from "./tenancy/create-tenancy.ts";

const hubVersion = "0.1.0";

/** Adapters to the world outside the hub. */
export interface HubAdapters extends GroundAdapters {
  /** The engine's snapshot; left out: no back-up over HTTP. */
  readonly backup?: Pick<Engine, "alone">;
  /** Left out: the database vacuums itself. */
  readonly vacuum?: Engine["vacuum"];
  /** Where and when the hub backs itself up; left out: it does not. Needs `backup`. */
  readonly backupPlan?: BackupPlan;
  /** The latest log lines, where the world's log goes through it; left out: no logs over HTTP. */
  readonly logs?: LogRing;
  /** Free bytes where the data lies; left out: the disk is not examined. */
  readonly freeBytes?: () => Promise<number | null>;
  /** How busy the machine's processors were in the last minutes, in percent; null: not known yet. Left out: they are not examined. */
  readonly busyPercent?: (() => number | null) | undefined;
  /** How far the machine's clock is ahead of the database's; null: not known. Left out: it is the same machine's. */
  readonly clockAheadMs?: () => number | null;
  /** What this process holds in memory, in bytes; left out: the minutes are not kept (`hub-minutes.ts`). */
  readonly memoryBytes?: () => number;
  /** The machine's name, by which its alarms are told apart from other machines'. Left out: there is one. */
  readonly machine?: string;
  /** The hub's end of the tunnel to its sites; left out: there is no tunnel. */
  readonly tunnel?: TunnelEnd;
  /** Takes callbacks while the database does not; left out: they are refused then. */
  readonly callbackSpool?: CallbackSpool;
  /** The database's connections of this process; left out: the engine has no pool. */
  readonly pool?: (() => readonly PoolFigures[]) | undefined;
  /** Images for routers that pull; left out: this hub is no registry. */
  readonly images?: ImageShelf;
  /** Ends this process in good order, so that it starts again, where a restore is ordered; left out: whoever runs it restarts it. */
  readonly restart?: () => void;
  /** Bring documents to tax authorities; left out: documents wait, and people type the replies. */
  readonly taxAdapters?: TaxAdapters;
}

export interface HubOptions extends ChannelUrls, GatewayUrls {
  /** How sites, browsers and payment channels reach this hub, without a slash at its end. */
  readonly publicUrl: string;
  /** How routers that are set up reach it, and their agents after that; left out: by `publicUrl`. */
  readonly routersUrl?: string;
  /** Further names of this hub, in small letters; left out: it has none. */
  readonly otherHosts?: readonly string[];
  /** The first platform admin; null: there must be one already. */
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly masterKeyFrom: "setting" | "key-file";
  /** The console's bundle. Null: no console. */
  readonly consoleFolder: string | null;
  /** The bundle of the customers' own page. Null, or left out: no page. */
  readonly myFolder?: string | null;
  /** The built portal, for the console's preview of it; left out or null: there is no preview. */
  readonly portalFolder?: string | null;
  /** The map's tile server; left out or null: outlines alone. */
  readonly mapTiles?: MapTiles | null;
  /** How routers reach the tunnel (`host:port`), and the port it listens on. */
  readonly wireguard?: { readonly endpoint: string | null; readonly port: number };
  /** More RPC methods for agents. */
  readonly rpcHandlers?: readonly RpcHandler[];
  /** Bundles for sites must be signed with one of these. None: no bundle is taken. */
  readonly releaseKeys?: readonly ReleaseKey[];
  /** Requests a minute; default: 1200 of a token, 6000 of a provider. */
  readonly requestLimits?: RequestLimits;
  /** Proxies whose `X-Forwarded-For` is believed; default: this machine. */
  readonly trustedProxies?: readonly string[];
  /** Who may sign up; default: anybody. */
  readonly signUp?: SignUpPolicy;
  /** Of kinds that are kept for another time than usual. */
  readonly keptDays?: KeptDays;
  /** Bytes that may be held for agents' links; default: 320 MB. */
  readonly linkBytes?: number;
  /** Which modules it is run with; left out: all that there are. */
  readonly modules?: readonly ModuleName[];
  /** How often links tell the database how far they are, and look for lost wake-ups; default: 10 s. */
  readonly linkTickMs?: number;
  /** How long a refused log-in takes at least, where somebody else may be asked about passwords; default: a second. */
  readonly refusalMsLeast?: number;
  /** When payment channels are asked about purchases; default: as often as Safaricom allows. */
  readonly ask?: AskSettings;
}

export interface Hub {
  /** Put it on an HTTP server. */
  readonly app: Express;
  /** Every route of the API: for the sweeps and the description. */
  readonly routes: readonly Route[];
  readonly link: AgentLink;
  /** Who is at the other end of a connection that never reaches `app`, behind trusted proxies. */
  readonly peerAddress: (request: IncomingMessage) => string;
  /** How its books name customers: for set-up by program, and for tests that look into them. */
  readonly parties: Parties;
  readonly money: Money;
  /** For tests, and for what sends by program. */
  readonly messaging: Messaging;
  readonly metrics: HubMetrics;
  readonly maintenance: Maintenance;
  readonly alerts: AlertWork;
  readonly sweeps: Pick<Sweeps, "askNow">;
  readonly releases: Releases;
  start(): Promise<void>;
  /** Ends streams, links and jobs in good order. The database stays open: its opener closes it. */
  stop(): Promise<void>;
}

export async function createHub(world: World, given: HubAdapters, options: HubOptions): Promise<Hub> {
  const metricsRegistry = new Registry();
  const work = createWorkMetrics(world, metricsRegistry, simulatorsOf(options));
  const adapters: HubAdapters = {
    ...given,
    jobs: work.jobs(given.jobs),
    http: work.http(given.http),
    ...(given.mail ? { mail: work.mail(given.mail) } : {}),
  };
  const parties = await openParties(world, adapters.database, adapters.envelope);
  const names = options.modules ?? moduleNames;
  const modules: readonly HubModule[] = names.map((name) => allModules[name]);
  const without = everyModule.filter((module) => !modules.includes(module));
  const ground = createGround(world, adapters, {
    parties,
    publicUrl: options.publicUrl,
    modules: {
      names,
      withoutPermissions: new Set(without.flatMap(({ permissions = [] }) => permissions)),
    },
  });
  const lastingAlarms = { ...ownAlarms, ...Object.assign({}, ...modules.map(({ alarms }) => alarms)) };
  const identity = createIdentity(ground, {
    passwordDoor: () => moduleDistricts.find(({ passwordDoor }) => passwordDoor !== undefined)?.passwordDoor ?? null,
    refusalMsLeast: options.refusalMsLeast,
  });
  const consoleEvents = createEventStreams(world, ground.database, identity.authenticate, () =>
    joined(below, "jobReaders"),
  );
  const hubNames = { publicUrl: options.publicUrl, otherHosts: options.otherHosts ?? [] };
  const domainOwner: DomainOwner = async (host) =>
    (await moduleDistricts.find(({ domainOwner }) => domainOwner !== undefined)?.domainOwner?.(host)) ?? null;
  const tenancy = createTenancy(ground, { admin: options.admin, hubNames, domainOwner });
  const messaging = createMessaging(ground, options, work.messages);
  const fleet = await createFleet(ground, {
    tunnelEnd: adapters.tunnel,
    wireguard: options.wireguard ?? { endpoint: null, port: 51_820 },
    operatorEnds: hooksOf(names, "operatorEnds").map(({ module, hook }) => ({ module, ...hook })),
    // Also of those that are off: their rows were written while they were on.
    tunnelKeyHolders: everyModule.flatMap(({ tunnelKeyHolders = [] }) => tunnelKeyHolders),
    releaseKeys: options.releaseKeys ?? [],
    mapTiles: options.mapTiles ?? null,
    onlineSales,
    loseSessions,
    lastingAlarms,
    images: adapters.images,
    routersUrl: options.routersUrl,
  });
  const { callSite, portalAddress } = fleet;
  // Also of those that are off: their rows were written while they were on.
  const heldCodes = heldCodesOf(everyModule.flatMap((module) => module.heldCodes ?? []));
  const accountOwners = everyModule.flatMap((module) => module.accountOwners ?? []);
  const catalogue = createCatalogue(ground, {
    ...{ callSite, messaging, priceCurrencies, portalAddress, heldCodes },
    beforeAccountGoes: endWithAccount(world),
    numberChanged: wakeLinesOf(world),
  });
  const money = createMoney(
    {
      ...ground,
      messaging,
      callSite: fleet.callSite,
      channelsChanged: fleet.sites.publishAll,
      callbackSpool: adapters.callbackSpool,
      taxAdapters: adapters.taxAdapters ?? {},
      ...{ accountOwners, heldCodes },
      onPlatformInvoicePaid: modules.flatMap(({ onPlatformInvoicePaid = [] }) => onPlatformInvoicePaid),
    },
    options,
  );
  const areArrearsKept = modules.some(({ keepsArrears = false }) => keepsArrears);
  const erasureRefusals = modules.flatMap(({ refuseErasure }) => refuseErasure ?? []);
  const backOffice = createBackOffice(ground, {
    ...{ callSite, personRooms, erasureRefusals },
    ticketsOf: hooksOf(names, "ticketsOfPerson").map(({ module, hook }) => ({ module, read: hook }))[0] ?? null,
  });
  const customerPage = createCustomerPage(ground, { messaging, money });
  const moduleParts = {
    ...ground,
    ...{ messaging, callSite, priceCurrencies, ledger: money.ledger, makePhoto: tenancy.makePhoto },
    ...{ personRooms, erasureRefusals, accountOwners, proveSelf: identity.proveSelf },
    builtOnCustomers: everyModule.flatMap(({ builtOnCustomers = [] }) => builtOnCustomers),
    ...{
      hubTunnel: fleet.hubTunnel,
      sites: fleet.sites,
      reachedBy: fleet.reachedBy,
      channels: money.channels,
      names: hubNames,
    },
  };
  for (const module of without) module.whereOff?.(moduleParts);
  const moduleDistricts: readonly ModuleDistrict[] = names.map((name) => openModule(name, moduleParts));
  const sources: readonly District[] = [
    ground,
    identity,
    consoleEvents,
    tenancy,
    messaging,
    fleet,
    catalogue,
    money,
    backOffice,
    customerPage,
    ...moduleDistricts,
    {
      async registerJobs() {
        for (const module of without) await putOff(ground, module);
      },
    },
    // Also of those that are off: their rows were written while they were on.
    {
      routes: everyModule.flatMap(({ rights }) => rights?.(moduleParts) ?? []),
      maintenance: everyModule.flatMap((module) => module.upkeep?.(moduleParts, modules.includes(module)) ?? []),
      retention: everyModule.flatMap(({ retention = [] }) => retention),
    },
  ];
  const jobsOff = without.flatMap(({ jobs = [] }) => jobs);
  const reports = createReports(ground, {
    finders: joined(sources, "finders"),
    ...{ lastingAlarms, portalAddress, accountOwners },
  });
  const home = createHome(ground, { lastingAlarms, waiting: hooksOf(names, "waiting"), jobsOff });

  const restored = createRestored({ ...ground, ledger: money.ledger, heldCodes, sites: fleet.sites });

  const below = [...sources, reports, home, restored];
  const link = fleet.connect({
    rpcHandlers: [...joined(below, "rpcHandlers"), ...(options.rpcHandlers ?? [])],
    projectors: joined(below, "projectors"),
    linkBytes: options.linkBytes,
    linkTickMs: options.linkTickMs,
  });
  const operations = createOperations(ground, {
    districts: below,
    keptOutages: modules.flatMap(({ keptOutages = [] }) => keptOutages),
    onNewProvider: modules.flatMap(({ onNewProvider = [] }) => onNewProvider),
    areArrearsKept,
    jobsOff,
    lastingAlarms,
    // Also of those that are off: what they told stands among what was told.
    alarmWays: everyModule.flatMap(({ alarmWay = [] }) => alarmWay),
    sites: fleet.sites,
    messaging,
    version: hubVersion,
    masterKeyFrom: options.masterKeyFrom,
    signUp: options.signUp ?? "open",
    keptDays: options.keptDays,
    linkCounts: link.counts,
    hostCount: fleet.hostCount,
    streamCount: consoleEvents.count,
    tunnelProblem: fleet.tunnelProblem,
    tunnelEndpoint: options.wireguard?.endpoint ?? null,
    registry: metricsRegistry,
    pool: adapters.pool,
    spool: adapters.callbackSpool?.spool.figures,
    backup: adapters.backup,
    vacuum: adapters.vacuum,
    clockAheadMs: adapters.clockAheadMs,
    backupPlan: adapters.backupPlan,
    logs: adapters.logs,
    freeBytes: adapters.freeBytes,
    busyPercent: adapters.busyPercent,
    machine: adapters.machine,
    memoryBytes: adapters.memoryBytes,
    callbackCount: work.callbacks,
    restart: adapters.restart,
  });

  const districts: readonly District[] = [...below, operations];
  const routes = withDescription(joined(districts, "routes"), options.publicUrl);
  const myFiles = options.myFolder == null ? null : consoleFiles(options.myFolder);
  const app = createApi(
    {
      world,
      database: ground.database,
      parties,
      ...hubNames,
      domainOwner,
      pictureOrigins: options.mapTiles == null ? [] : [tilesOrigin(options.mapTiles)],
      trustedProxies: options.trustedProxies ?? ["loopback"],
      door: createDoor(world, identity.authenticate, {
        limits: options.requestLimits ?? defaultRequestLimits,
        publicUrl: options.publicUrl,
        areArrearsKept,
      }),
      customerDoor: createCustomerDoor(world.clock, customerPage.authenticate, options.publicUrl),
      answers: createIdempotentAnswers(world, ground.database, ground.envelope),
      writeAudit: identity.writeAudit,
      observe: operations.metrics.request,
      hooks: {
        "/hooks/m": work.hooks("message-reports", messaging.hooks),
        [optOutPath]: messaging.optOut,
        "/hooks": work.hooks("channels", money.hooks),
      },
      mounts: {
        [previewPath]: options.portalFolder == null ? null : portalPreview(options.portalFolder),
        "/my": myFiles,
        "/pay": myFiles,
        "/v2": adapters.images === undefined ? null : registry(world, adapters.images),
        "/": Router().use(
          publicFace({
            ...{ world, database: ground.database, ...options, signUp: options.signUp ?? "open" },
            prices: hooksOf(names, "publicPrices"),
          }),
          ...(options.consoleFolder === null ? [] : [consoleFiles(options.consoleFolder)]),
        ),
      },
    },
    routes,
  );

  return {
    app,
    routes,
    link,
    peerAddress: peerAddressBy(app),
    parties,
    money,
    messaging,
    metrics: operations.metrics,
    maintenance: operations.runner,
    alerts: operations.alerts,
    sweeps: ground.sweeps,
    releases: fleet.releases,
    async start() {
      for (const district of districts) await district.registerJobs?.();
      await ground.jobs.start();
      for (const district of districts) await district.start?.();
    },
    async stop() {
      for (const district of districts.toReversed()) await district.stop?.();
      await ground.jobs.stop();
    },
  };
}

/** What those of these modules give that have such a thing. */
function hooksOf<Hook extends keyof HubModule>(names: readonly ModuleName[], hook: Hook) {
  return names.flatMap((module) => {
    const given: HubModule[Hook] = (allModules[module] as HubModule)[hook];
    return given === undefined ? [] : [{ module, hook: given as NonNullable<HubModule[Hook]> }];
  });
}

/** What it finds stands under its name: where it fails, it is named. */
function openModule(name: ModuleName, parts: ModuleParts): ModuleDistrict {
  const module: HubModule = allModules[name];
  const { finders = [], ...district } = module.open({ ...parts, jobs: ofModule(parts.jobs, module) });
  for (const work of district.maintenance ?? [])
    if (module.recurring?.includes(work.name) !== true)
      throw new TypeError(`${name} has the recurring work ${work.name} and does not name it`);
  return { ...district, finders: finders.map((finder) => ({ ...finder, module: name })) };
}

/** A job that a module does not name would wait for nobody where the module is off, and its queue would look as if it stood still. */
function ofModule(jobs: JobQueue, { jobs: names = [] }: HubModule): JobQueue {
  return {
    ...jobs,
    work(name, ...given) {
      if (!names.includes(name))
        throw new TypeError(`a module works the job ${name} and does not name it among its jobs`);
      return jobs.work(name, ...given);
    },
  };
}

/** Simulators by host, so that what is asked of them counts for whom they stand in. */
function simulatorsOf(options: HubOptions): ReadonlyMap<string, string> {
  const urls = {
    daraja: options.darajaBaseUrl,
    airtel: options.airtelBaseUrl,
    mtn: options.mtnBaseUrl,
    pesapal: options.pesapalBaseUrl,
    stripe: options.stripeBaseUrl,
    africastalking: options.africastalkingBaseUrl,
    twilio: options.twilioBaseUrl,
    advanta: options.advantaBaseUrl,
    whatsapp: options.whatsappBaseUrl,
  };
  return new Map(
    Object.entries(urls).flatMap(([service, url]) => (url ? [[new URL(url).host, service] as const] : [])),
  );
}
