/**
 * The hub: puts all capabilities together, with no process-wide state and nothing running until `start`. `main.ts` gives it
 * the real world; the lab and the simulation give it theirs.
 */
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import type { World } from "@karibu/protocol/world";
import express, { type Express } from "express";
import helmet from "helmet";
import { z } from "zod";
import { customerRoutes } from "./catalogue/customers/customer-routes.ts";
import { grantRoutes } from "./catalogue/grants/grant-routes.ts";
import { batchSiteRoutes } from "./catalogue/leases/batch-sites.ts";
import { claimGrantHandler } from "./catalogue/leases/claim-grant.ts";
import { claimLeaseHandler } from "./catalogue/leases/claim-lease.ts";
import { doubleUseRoutes } from "./catalogue/leases/double-use.ts";
import { roamingRoutes } from "./catalogue/leases/roaming-routes.ts";
import { planRoutes } from "./catalogue/plans/plan-routes.ts";
import { sessionRoutes } from "./catalogue/sessions/session-routes.ts";
import { registerBatchJobs } from "./catalogue/vouchers/batches.ts";
import { traceRoutes } from "./catalogue/vouchers/trace.ts";
import { voucherMessageRoutes } from "./catalogue/vouchers/voucher-message.ts";
import { voucherRoutes } from "./catalogue/vouchers/voucher-routes.ts";
import { enrolmentRoute } from "./fleet/enrolment/enrolment-route.ts";
import { loadHubIdentity } from "./fleet/enrolment/hub-identity.ts";
import { createHostLinks } from "./fleet/hosted-sites/host-links.ts";
import { hostingRoutes } from "./fleet/hosted-sites/hosting-routes.ts";
import { type AgentLink, createAgentLink } from "./fleet/link/accept.ts";
import { linkRoutes } from "./fleet/link/link-routes.ts";
import type { ImageShelf } from "./fleet/registry/image-shelf.ts";
import { registry } from "./fleet/registry/registry.ts";
import { createReleases, type Releases } from "./fleet/releases/releases.ts";
import { siteRoutes } from "./fleet/site-view/site-routes.ts";
import { wireguardRoutes } from "./fleet/site-view/tunnel-routes.ts";
import { publishSites } from "./fleet/sites/sites.ts";
import { loadHubKeys } from "./fleet/tunnel/peers.ts";
import { createTunnel, type TunnelEnd } from "./fleet/tunnel/tunnel.ts";
import type { RpcHandler } from "./ground/agents/rpc-handler.ts";
import type { Database } from "./ground/db/database.ts";
import type { Engine } from "./ground/db/engine.ts";
import { createEmit } from "./ground/events/record.ts";
import { createEventStreams } from "./ground/events/streams.ts";
import { createPublish, type Publish } from "./ground/feed/publish.ts";
import { createDoor, defaultRequestLimits, type RequestLimits } from "./ground/http/admit.ts";
import { consoleFiles } from "./ground/http/console-files.ts";
import { createIdempotentAnswers } from "./ground/http/idempotency.ts";
import { openApi } from "./ground/http/open-api.ts";
import { Problem } from "./ground/http/problem.ts";
import { type Route, route } from "./ground/http/route.ts";
import { problems, requestIds, serveRoutes } from "./ground/http/serve-route.ts";
import type { HttpCall } from "./ground/http-client/http-call.ts";
import type { JobQueue } from "./ground/jobs/queue.ts";
import type { LogRing } from "./ground/log/log-ring.ts";
import { createPost, type SendMail } from "./ground/mail/mailer.ts";
import type { Envelope } from "./ground/secrets/envelope.ts";
import { rewrapAll } from "./ground/secrets/rewrap.ts";
import { tokenRoutes } from "./identity/api-tokens/token-routes.ts";
import { auditRoutes } from "./identity/audit/audit-routes.ts";
import { createAuthenticate } from "./identity/log-in/authenticate.ts";
import { loginRoutes } from "./identity/log-in/login-routes.ts";
import { roleRoutes } from "./identity/roles/role-routes.ts";
import { impersonationRoutes } from "./identity/support-access/support-access-routes.ts";
import { accountRoutes } from "./identity/users/account-routes.ts";
import { invitationRoutes } from "./identity/users/invitation-routes.ts";
import { userRoutes } from "./identity/users/user-routes.ts";
import { ensurePlatformAdmin } from "./identity/users/users.ts";
import { messageRoutes } from "./messaging/message-routes.ts";
import { createMessaging } from "./messaging/messaging.ts";
import { lettersToOwners } from "./money/channels/letters-to-owners.ts";
import { expenseRoutes } from "./money/expenses/expense-routes.ts";
import { invoiceRoutes } from "./money/invoices/invoice-routes.ts";
import { messageAfterPayment, messageWhenRenewalStops } from "./money/messages/after-payment.ts";
import { createPayments, type Payments } from "./money/payments.ts";
import { cashSaleRoutes } from "./money/sellers/cash-sale-routes.ts";
import { sellerRoutes } from "./money/sellers/seller-routes.ts";
import { backupRoutes } from "./operations/back-ups/backup-routes.ts";
import { healthRoutes } from "./operations/health/health-routes.ts";
import { logRoutes } from "./operations/health/log-routes.ts";
import { createMetrics, type HubMetrics } from "./operations/health/metrics.ts";
import { readStandings } from "./operations/health/site-figures.ts";
import { createUpkeep, type Upkeep, type UpkeepJob } from "./operations/maintenance/maintenance.ts";
import { upkeepRoutes } from "./operations/maintenance/maintenance-routes.ts";
import { retentionJob } from "./operations/maintenance/retention.ts";
import { endSelling, purgeProviders } from "./operations/provider-life/lifecycle.ts";
import { signUpRoutes } from "./operations/provider-life/sign-up-routes.ts";
import { jobRoutes } from "./operations/queues/job-routes.ts";
import { revenueRoutes } from "./reports/revenue-report.ts";
import { reportRoutes } from "./reports/today-report.ts";
import { usageRoutes } from "./reports/usage-report.ts";
import { providerRoutes } from "./tenancy/providers/provider-routes.ts";

export const hubVersion = "0.1.0";

/** The outside of a hub. */
export interface HubAdapters {
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly envelope: Envelope;
  /** Calls to payment channels: `undiciCall`, or the simulation's. */
  readonly http: HttpCall;
  /** The engine's snapshot; left out: no back-up over HTTP. */
  readonly backup?: Pick<Engine, "alone">;
  /** What was logged of late, where the world's log goes through it; left out: no logs over HTTP. */
  readonly logs?: LogRing;
  /** Free bytes where the data lies; left out: nothing is said of the disk. */
  readonly freeBytes?: () => Promise<number | null>;
  /** Null: there is no mail server; letters wait for one. */
  readonly mail?: SendMail | null;
  /** The hub's end of the tunnel to its sites; left out: there is no tunnel. */
  readonly tunnel?: TunnelEnd;
  /** Images for routers that pull; left out: this hub is no registry. */
  readonly images?: ImageShelf;
}

export interface HubOptions {
  /** How sites, browsers and payment channels reach this hub, without a slash at its end. */
  readonly publicUrl: string;
  readonly darajaBaseUrl: string | null;
  /** Instead of the services' own hosts: simulators. */
  readonly pesapalBaseUrl?: string | null;
  readonly stripeBaseUrl?: string | null;
  readonly africastalkingBaseUrl?: string | null;
  readonly advantaBaseUrl?: string | null;
  readonly twilioBaseUrl?: string | null;
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly masterKeyFrom: "setting" | "key-file";
  /** The console's bundle. Null: no console. */
  readonly consoleFolder: string | null;
  /** How routers reach the tunnel (`host:port`), and the port it listens on. */
  readonly wireguard?: { readonly endpoint: string | null; readonly port: number };
  /** More RPC methods for agents, beside those of payments. */
  readonly rpcHandlers?: readonly RpcHandler[];
  /** Bundles for sites must be signed with one of these. None: no bundle is taken. */
  readonly releaseKeys?: readonly ReleaseKey[];
  /** Requests a minute; default: 1200 of a token, 6000 of a provider. */
  readonly requestLimits?: RequestLimits;
  /** Who may say where a request came from; default: this machine. */
  readonly trustedProxies?: readonly string[];
}

export interface Hub {
  /** To be put on an HTTP server. */
  readonly app: Express;
  /** Every route of the API: for the sweeps and the description. */
  readonly routes: readonly Route[];
  readonly link: AgentLink;
  readonly payments: Payments;
  readonly metrics: HubMetrics;
  readonly upkeep: Upkeep;
  readonly releases: Releases;
  start(): Promise<void>;
  /** Ends streams, links and jobs in good order. The database stays open: who opened it closes it. */
  stop(): Promise<void>;
}

export async function createHub(world: World, adapters: HubAdapters, options: HubOptions): Promise<Hub> {
  const { database, jobs, envelope, http } = adapters;
  const startedAtMs = world.clock.monotonicMs();
  const identity = await loadHubIdentity(world, database, envelope);
  const tunnelKeys = await loadHubKeys(world, database, envelope);
  const { endpoint, port: tunnelPort } = options.wireguard ?? { endpoint: null, port: 51_820 };
  const end = adapters.tunnel;
  const tunnel = end === undefined ? null : createTunnel(world, database, { end, keys: tunnelKeys, port: tunnelPort });
  const tunnelFacts = { hubPublicKey: tunnelKeys.publicKey, endpoint };
  const emit = createEmit(world);
  const publish = createPublish(world, envelope);
  const authenticate = createAuthenticate(world, database);
  const streams = createEventStreams(world, database, authenticate);
  const messaging = createMessaging(
    { world, database, envelope, jobs, http },
    {
      publicUrl: options.publicUrl,
      africastalkingBaseUrl: options.africastalkingBaseUrl ?? null,
      advantaBaseUrl: options.advantaBaseUrl ?? null,
      twilioBaseUrl: options.twilioBaseUrl ?? null,
    },
  );
  const payments = createPayments(
    {
      onPaid: messageAfterPayment({ world, envelope }, messaging),
      onRenewalStopped: messageWhenRenewalStops(messaging),
      ...lettersToOwners(() => post),
      world,
      database,
      envelope,
      jobs,
      publish,
      emit,
      http,
      channelsChanged: (tx, providerId) => publishSites(publish, tx, providerId, world.clock.wall().atMs),
    },
    {
      publicUrl: options.publicUrl,
      darajaBaseUrl: options.darajaBaseUrl,
      pesapalBaseUrl: options.pesapalBaseUrl ?? null,
      stripeBaseUrl: options.stripeBaseUrl ?? null,
    },
  );
  const call: AgentLink["call"] = (...what) => link.call(...what);
  const leaseParts = { world, database, publish, emit, call };
  const leases = [claimLeaseHandler(leaseParts), claimGrantHandler(leaseParts)];
  const releases = createReleases(world, { database, publish, emit, keys: options.releaseKeys ?? [] });
  const handlers = [...payments.rpcHandlers, ...leases, ...releases.rpcHandlers, ...(options.rpcHandlers ?? [])];
  const hosts = createHostLinks(world, database, { identity, envelope });
  const link: AgentLink = createAgentLink(world, database, { identity, envelope, handlers, hosts });
  const post = createPost({ world, database, envelope, jobs }, adapters.mail ?? null);
  const people = { world, database, envelope, publish, post, publicUrl: options.publicUrl };
  const shop = { world, database, envelope, publish, emit, jobs };
  const upkeep = createUpkeep(world, database, upkeepJobs(world, database, publish, envelope));
  const links = () => link.counts().links;
  const handshakes = () => link.counts().handshakes;
  const metrics = createMetrics({
    links,
    handshakes,
    streams: streams.count,
    link: link.counts,
    hosts: hosts.count,
    sites: () => readStandings(database),
    nowMs: () => world.clock.wall().atMs,
  });
  const security = { masterKeyFrom: options.masterKeyFrom, publicUrl: options.publicUrl };
  const surroundings = {
    hasMailServer: (adapters.mail ?? null) !== null,
    get tunnelProblem() {
      return tunnel === null ? null : { problem: tunnel.problem };
    },
    freeBytes: adapters.freeBytes ?? (async () => null),
  };

  const described: Route[] = [
    ...healthRoutes({ world, database, metrics, version: hubVersion, startedAtMs, links, security, surroundings }),
    ...(adapters.logs === undefined ? [] : logRoutes(adapters.logs)),
    ...loginRoutes(people),
    ...accountRoutes(people),
    ...userRoutes(people),
    ...invitationRoutes(people),
    ...roleRoutes(world),
    ...tokenRoutes(world),
    ...auditRoutes(),
    ...signUpRoutes(people),
    ...providerRoutes(people),
    ...impersonationRoutes(world),
    ...upkeepRoutes(),
    ...(adapters.backup === undefined ? [] : backupRoutes(world, database, adapters.backup)),
    ...siteRoutes(world, publish, emit),
    ...planRoutes(world, publish, emit),
    ...voucherRoutes(shop),
    ...traceRoutes(shop),
    ...linkRoutes(),
    ...hostingRoutes({ world, database, envelope, emit, identity }),
    ...batchSiteRoutes(world, publish),
    ...roamingRoutes(world),
    ...doubleUseRoutes(envelope),
    ...wireguardRoutes(world, { ...tunnelFacts, tunnel: () => tunnel ?? { toRun: null, problem: null } }),
    ...customerRoutes(people, emit),
    ...payments.routes,
    ...expenseRoutes(world),
    ...invoiceRoutes(world),
    ...messageRoutes(world, messaging),
    ...voucherMessageRoutes(shop, messaging),
    ...jobRoutes({ world, database, jobs }),
    ...grantRoutes(world),
    ...sellerRoutes({ world, publish, envelope }),
    ...cashSaleRoutes(),
    ...sessionRoutes(link.call),
    ...reportRoutes(world),
    ...usageRoutes(world),
    ...revenueRoutes(world),
    ...releases.routes,
    ...streams.routes,
    enrolmentRoute(world, database, identity),
  ];
  const description = openApi(described, options.publicUrl);
  const routes = [...described, descriptionRoute(description)];

  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", options.trustedProxies ?? ["loopback"]);
  app.use(requestIds(world), securityHeaders(options.publicUrl));
  app.use("/hooks/m", messaging.hooks);
  app.use("/hooks", payments.hooks);
  const door = createDoor(world, authenticate, {
    limits: options.requestLimits ?? defaultRequestLimits,
    publicUrl: options.publicUrl,
  });
  const answers = createIdempotentAnswers(world, database, envelope);
  app.use(serveRoutes({ world, database, door, answers, observe: metrics.request }, routes));
  app.use(["/api", "/enrol", "/agent"], () => {
    throw new Problem(404, "not-found", "There is no such route.");
  });
  if (adapters.images !== undefined) app.use("/v2", registry(world, adapters.images));
  if (options.consoleFolder !== null) app.use(consoleFiles(options.consoleFolder));
  app.use(problems(world));

  return {
    app,
    routes,
    link,
    payments,
    metrics,
    upkeep,
    releases,
    async start() {
      if (options.admin !== null) await ensurePlatformAdmin(world, database, options.admin);
      await payments.registerJobs();
      await messaging.registerJobs();
      await post.registerJobs();
      await registerBatchJobs(shop);
      await jobs.start();
      await post.start();
      await streams.start();
      await link.start();
      await hosts.start();
      await tunnel?.start();
      await upkeep.start();
      releases.start();
    },
    async stop() {
      await releases.stop();
      await upkeep.stop();
      await tunnel?.stop();
      await hosts.stop();
      await link.stop();
      await streams.stop();
      await jobs.stop();
    },
  };
}

const dayMs = 86_400_000;

function upkeepJobs(world: World, database: Database, publish: Publish, envelope: Envelope): UpkeepJob[] {
  return [
    retentionJob(world, database),
    {
      name: "end-selling-of-suspended-providers",
      everyMs: 600_000,
      run: async () => `${await endSelling(world, database, publish)} providers`,
    },
    {
      name: "purge-deleted-providers",
      everyMs: 3_600_000,
      run: async () => `${await purgeProviders(world, database)} rows`,
    },
    // Each process that was started with a new key wraps anew at once (main.ts); this finds what it missed.
    { name: "wrap-secrets-anew", everyMs: dayMs, run: async () => `${await rewrapAll(database, envelope)} secrets` },
  ];
}

function descriptionRoute(description: Record<string, unknown>): Route {
  return route({
    method: "GET",
    path: "/api/v1/openapi.json",
    summary: "This description",
    permission: "public",
    response: z.record(z.string(), z.unknown()),
    handle: async () => description,
  });
}

/** Scripts and styles from here alone, nothing inline, no frames. HSTS only where we are known to be https. */
function securityHeaders(publicUrl: string) {
  const isHttps = publicUrl.startsWith("https://");
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: "no-referrer" },
  });
}
