/** How the hub is run: health, maintenance, back-ups, queues, and the life cycle of providers. It uses all other districts. */
import type { Registry } from "prom-client";
import type { AgentLink } from "../fleet/link/agent-link.ts";
import type { Sites } from "../fleet/sites/sites.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { Engine } from "../ground/db/engine.ts";
import type { PoolFigures } from "../ground/db/pool-figures.ts";
import { type District, joined } from "../ground/district.ts";
import type { KeptDays } from "../ground/jobs/kept-days.ts";
import type { LogRing } from "../ground/log/log-ring.ts";
import type { SpoolFigures } from "../ground/spool/spool.ts";
import { backupRoutes } from "./back-ups/backup-routes.ts";
import { healthRoutes } from "./health/health-routes.ts";
import { logRoutes } from "./health/log-routes.ts";
import { createMetrics, type HubMetrics } from "./health/metrics.ts";
import { readStandings } from "./health/site-figures.ts";
import { addStateMetrics } from "./health/state-metrics.ts";
import { createMaintenance, type Maintenance } from "./maintenance/maintenance.ts";
import { maintenanceRoutes } from "./maintenance/maintenance-routes.ts";
import { retentionJob } from "./maintenance/retention.ts";
import { exportRoutes } from "./provider-life/export-routes.ts";
import { endSelling, purgeProviders } from "./provider-life/life-cycle.ts";
import { providerLifeRoutes } from "./provider-life/provider-life-routes.ts";
import { quotaRoutes } from "./provider-life/quota-routes.ts";
import { signUpInvitationRoutes } from "./provider-life/sign-up-invitation-routes.ts";
import type { SignUpPolicy } from "./provider-life/sign-up-policy.ts";
import { signUpRoutes } from "./provider-life/sign-up-routes.ts";
import { jobRoutes } from "./queues/job-routes.ts";

export interface OperationsParts {
  /** The other districts: their recurring work, and how long they keep their rows. */
  readonly districts: readonly District[];
  readonly sites: Sites;
  readonly version: string;
  readonly masterKeyFrom: "setting" | "key-file";
  readonly signUp: SignUpPolicy;
  /** The links of this process. */
  readonly linkCounts: AgentLink["counts"];
  readonly hostCount: () => number;
  /** Consoles that listen to events. */
  readonly streamCount: () => number;
  readonly tunnelProblem: () => { readonly problem: string | null } | null;
  /** Where the hub's figures meet. */
  readonly registry: Registry;
  readonly pool?: (() => PoolFigures) | undefined;
  readonly spool?: (() => SpoolFigures) | undefined;
  /** Left out: no back-up over HTTP. */
  readonly backup?: Pick<Engine, "alone"> | undefined;
  /** Left out: no logs over HTTP. */
  /** Left out: as usual. */
  readonly keptDays?: KeptDays | undefined;
  readonly logs?: LogRing | undefined;
  /** Left out: the disk is not examined. */
  readonly freeBytes?: (() => Promise<number | null>) | undefined;
}

export interface Operations extends District {
  readonly metrics: HubMetrics;
  readonly runner: Maintenance;
}

export function createOperations(ground: Ground, parts: OperationsParts): Operations {
  const { world, database, publicUrl } = ground;
  const { districts, sites, linkCounts, masterKeyFrom } = parts;
  const links = () => linkCounts().links;
  const metrics = createMetrics({
    links,
    handshakes: () => linkCounts().handshakes,
    streams: parts.streamCount,
    link: linkCounts,
    hosts: parts.hostCount,
    sites: () => readStandings(database),
    nowMs: () => world.clock.wall().atMs,
    registry: parts.registry,
  });
  addStateMetrics(parts.registry, { world, database, jobs: ground.jobs, pool: parts.pool, spool: parts.spool });
  // The highest district first: its rows may refer to those of lower ones.
  const retention = districts.toReversed().flatMap((district) => district.retention ?? []);
  const runner = createMaintenance(world, database, [
    retentionJob(world, database, retention, parts.keptDays),
    {
      name: "end-selling-of-suspended-providers",
      everyMs: 600_000,
      run: async () => `${await endSelling({ world, sites }, database)} providers`,
    },
    {
      name: "purge-deleted-providers",
      everyMs: 3_600_000,
      run: async () => `${await purgeProviders(world, database)} rows`,
    },
    ...districts.flatMap(({ maintenance = [] }) => maintenance),
  ]);
  const surroundings = {
    hasMailServer: ground.hasMailServer,
    tunnelProblem: parts.tunnelProblem,
    freeBytes: parts.freeBytes ?? (async () => null),
  };
  return {
    metrics,
    runner,
    routes: [
      ...healthRoutes({
        world,
        database,
        metrics,
        links,
        surroundings,
        version: parts.version,
        startedAtMs: world.clock.monotonicMs(),
        security: { masterKeyFrom, publicUrl },
      }),
      ...(parts.logs === undefined ? [] : logRoutes(parts.logs)),
      ...maintenanceRoutes(),
      ...(parts.backup === undefined ? [] : backupRoutes(world, database, parts.backup)),
      ...jobRoutes(ground),
      ...signUpRoutes({ ...ground, policy: parts.signUp }),
      ...signUpInvitationRoutes({ ...ground, policy: parts.signUp }),
      ...providerLifeRoutes({ ...ground, sites }),
      ...exportRoutes(ground),
      ...quotaRoutes(world, joined(districts, "quotas")),
    ],
    start: runner.start,
    stop: runner.stop,
  };
}
