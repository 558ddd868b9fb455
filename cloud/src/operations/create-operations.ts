/** How the hub is run: health, maintenance, back-ups, queues, and the life cycle of providers. It uses all other districts. */

import type { Registry } from "prom-client";
import type { AgentLink } from "../fleet/link/agent-link.ts";
import type { Sites } from "../fleet/sites/sites.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { Engine } from "../ground/db/engine.ts";
import { clockDoubted, isClockSure } from "../ground/db/hub-clock.ts";
import type { PoolFigures } from "../ground/db/pool-figures.ts";
import { type District, joined } from "../ground/district.ts";
import type { KeptDays } from "../ground/jobs/kept-days.ts";
import type { RetentionRule } from "../ground/jobs/maintenance-job.ts";
import { retentionOf } from "../ground/jobs/person-data.ts";
import type { AlarmWay } from "../ground/lists/alarm-way.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import type { LogRing } from "../ground/log/log-ring.ts";
import type { SpoolFigures } from "../ground/spool/spool.ts";
import type { Messaging } from "../messaging/create-messaging.ts";
import type { HubModule, KeptOutages } from "../modules/hub-module.ts";
import { alertRoutes } from "./alerting/alert-routes.ts";
import { createAlertRules } from "./alerting/alert-rules.ts";
import { type AlertWork, createAlertWork } from "./alerting/alert-work.ts";
import { quietRoutes } from "./alerting/quiet-routes.ts";
import { type BackUps, type BackupPlan, createBackUps } from "./back-ups/back-ups.ts";
import { backupRoutes } from "./back-ups/backup-routes.ts";
import { restoreOrderRoutes } from "./back-ups/restore-order-routes.ts";
import { heedRestores } from "./back-ups/restore-orders.ts";
import { forgetRevocations } from "./back-ups/send-revocations.ts";
import { readNewestProved, storedBackupRoutes } from "./back-ups/stored-backup-routes.ts";
import { healthRoutes } from "./health/health-routes.ts";
import { createHubMinutes, hubMinutesRoutes, minutesRetention } from "./health/hub-minutes.ts";
import { judgeParts } from "./health/judge-parts.ts";
import { logRoutes } from "./health/log-routes.ts";
import { createMachineLoads } from "./health/machine-loads.ts";
import { createMetrics, type HubMetrics } from "./health/metrics.ts";
import { readPartFacts } from "./health/part-facts.ts";
import { readStandings } from "./health/site-figures.ts";
import { addStateMetrics } from "./health/state-metrics.ts";
import { makeMonthsAhead, monthsJob } from "./maintenance/keep-months.ts";
import { createMaintenance, type Maintenance } from "./maintenance/maintenance.ts";
import { maintenanceRoutes } from "./maintenance/maintenance-routes.ts";
import { retentionJob } from "./maintenance/retention.ts";
import { vacuumJob } from "./maintenance/vacuum.ts";
import { personRooms } from "./personal-data/person-rooms.ts";
import { exportRoutes } from "./provider-life/export-routes.ts";
import { endSelling, purgeProviders } from "./provider-life/life-cycle.ts";
import { providerLifeRoutes } from "./provider-life/provider-life-routes.ts";
import { quotaRoutes } from "./provider-life/quota-routes.ts";
import { sampleRoutes } from "./provider-life/sample-data.ts";
import { signUpInvitationRoutes } from "./provider-life/sign-up-invitation-routes.ts";
import type { SignUpPolicy } from "./provider-life/sign-up-policy.ts";
import { signUpRoutes } from "./provider-life/sign-up-routes.ts";
import { judgeStandingsJob } from "./public-face/read-standings.ts";
import { jobRoutes } from "./queues/job-routes.ts";
import { queueCheckRoutes } from "./queues/queue-check-routes.ts";
import { checkRoutes } from "./setting-checks/check-routes.ts";

export interface OperationsParts {
  /** The other districts: their recurring work, and how long they keep their rows. */
  readonly districts: readonly District[];
  readonly lastingAlarms: AlarmSources;
  /** Of modules. */
  readonly alarmWays: readonly AlarmWay[];
  /** Of the modules that this hub is run with. */
  readonly keptOutages: readonly KeptOutages[];
  /** Names of jobs of modules that this hub is run without. */
  readonly jobsOff: readonly string[];
  readonly onNewProvider: readonly NonNullable<HubModule["onNewProvider"]>[];
  /** One of them says what providers that owe the platform can't do. */
  readonly areArrearsKept: boolean;
  readonly sites: Sites;
  readonly messaging: Pick<Messaging, "send" | "tryOut">;
  /** `host:port`; null: there is no tunnel. */
  readonly tunnelEndpoint: string | null;
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
  readonly pool?: (() => readonly PoolFigures[]) | undefined;
  readonly spool?: (() => SpoolFigures) | undefined;
  /** Left out: no back-up over HTTP. */
  readonly backup?: Pick<Engine, "alone"> | undefined;
  /** Left out or null: the database does so itself. */
  readonly vacuum?: Engine["vacuum"] | undefined;
  /** Where and when the hub backs itself up; left out: it does not. Needs `backup`. */
  readonly backupPlan?: BackupPlan | undefined;
  /** Left out: as usual. */
  readonly keptDays?: KeptDays | undefined;
  /** Left out: no logs over HTTP. */
  readonly logs?: LogRing | undefined;
  /** Left out: the disk is not examined. */
  readonly freeBytes?: (() => Promise<number | null>) | undefined;
  /** Of this process's machine, asked a few times a minute. Left out: the processors are not examined. */
  readonly busyPercent?: (() => number | null) | undefined;
  /** How far its clock is ahead of the database's. Left out: it has the database's own. */
  readonly clockAheadMs?: (() => number | null) | undefined;
  /** Its name. Left out: there is one. */
  readonly machine?: string | undefined;
  /** In use by this process. Left out: the minutes are not kept. */
  readonly memoryBytes?: (() => number) | undefined;
  /** Of payment channels, since this process began. */
  readonly callbackCount: () => number;
  /** Ends this process in good order, so that it starts again: a restore is ordered. Left out: whoever runs it restarts it. */
  readonly restart?: (() => void) | undefined;
}

export interface Operations extends District {
  readonly metrics: HubMetrics;
  readonly runner: Maintenance;
  readonly alerts: AlertWork;
}

const dayMs = 86_400_000;
const ownRetention: readonly RetentionRule[] = [
  // What is no longer in the store, and what never was: for a year and more, as the oldest file.
  {
    table: "backup_runs",
    column: "asked_at_ms",
    keptMs: 500 * dayMs,
    only: "removed_at_ms is not null or state in ('failed', 'missing')",
  },
  { table: "machine_loads", column: "told_at_ms", keptMs: dayMs },
  minutesRetention,
  { table: "alert_notices", column: "at_ms", keptMs: 400 * dayMs },
  { table: "maintenance_windows", column: "until_ms", keptMs: 400 * dayMs },
];

export function createOperations(ground: Ground, parts: OperationsParts): Operations {
  const { world, database, publicUrl } = ground;
  const { districts, sites, linkCounts, masterKeyFrom } = parts;
  const links = () => linkCounts().links;
  const backUps: BackUps | null =
    parts.backup === undefined || parts.backupPlan === undefined
      ? null
      : createBackUps({ ...ground, engine: parts.backup }, parts.backupPlan);
  const metrics = createMetrics({
    links,
    handshakes: () => linkCounts().handshakes,
    streams: parts.streamCount,
    link: linkCounts,
    hosts: parts.hostCount,
    backupProvedAtMs: () =>
      database.asPlatform("metrics", async (tx) => (await readNewestProved(tx, world.clock.wall().atMs))?.atMs ?? null),
    sites: () => readStandings(database),
    nowMs: () => world.clock.wall().atMs,
    registry: parts.registry,
  });
  addStateMetrics(parts.registry, { world, database, jobs: ground.jobs, pool: parts.pool, spool: parts.spool });
  // The highest district first: its rows may refer to those of lower ones.
  const retention = [
    ...ownRetention,
    ...districts.toReversed().flatMap((district) => district.retention ?? []),
    ...personRooms.toReversed().flatMap(retentionOf),
  ];
  const { areArrearsKept, onNewProvider } = parts;
  const providers = { ...ground, sites, areArrearsKept, onNewProvider };
  const runner = createMaintenance(world, database, [
    judgeStandingsJob(world, database),
    // Before what may take long: the rows of a new month need their part.
    monthsJob(world, database, retention, parts.keptDays),
    retentionJob(world, database, retention, parts.keptDays),
    ...(parts.vacuum == null ? [] : [vacuumJob(database, parts.vacuum)]),
    {
      name: "end-selling-of-suspended-providers",
      everyMs: 600_000,
      run: async () => `${await endSelling({ world, sites }, database)} providers`,
    },
    {
      name: "purge-deleted-providers",
      everyMs: 3_600_000,
      run: async (isEnding) => {
        // Whose grace seems to be over may have been deleted today, and nothing brings a purged one back.
        if (!isClockSure(world)) return `nothing deleted: ${clockDoubted}`;
        return `${await purgeProviders(world, database, isEnding)} rows`;
      },
    },
    ...(backUps === null
      ? [forgetRevocations(database)]
      : [{ name: "back-ups", everyMs: 5 * 60_000, run: backUps.schedule }]),
    ...districts.flatMap(({ maintenance = [] }) => maintenance),
  ]);
  const surroundings = {
    upkeep: runner.names,
    hasMailServer: ground.hasMailServer,
    tunnelProblem: parts.tunnelProblem,
    freeBytes: parts.freeBytes ?? (async () => null),
    busyPercent: parts.busyPercent,
    clockAheadMs: parts.clockAheadMs,
    provedMsMax: parts.backupPlan?.provedMsMax ?? null,
    areArrearsKept,
    jobsOff: parts.jobsOff,
    spool: parts.spool,
  };
  const loads = createMachineLoads(world, database, {
    machine: parts.machine ?? "hub",
    busyPercent: parts.busyPercent ?? (() => null),
    clockAheadMs: parts.clockAheadMs ?? (() => null),
  });
  const minutes =
    parts.memoryBytes === undefined
      ? null
      : createHubMinutes(ground, {
          machine: parts.machine ?? "hub",
          busyPercent: parts.busyPercent ?? (() => null),
          memoryBytes: parts.memoryBytes,
          callbacks: parts.callbackCount,
          links,
        });
  const alerting = {
    ...ground,
    messaging: parts.messaging,
    lasting: parts.lastingAlarms,
    ways: parts.alarmWays,
    tellers: joined(districts, "alarmTellers"),
    rules: createAlertRules(world, ground.envelope),
    hubTroubles: async () => {
      // Processors and clocks are each machine's.
      const ofAll = { ...surroundings, busyPercent: undefined, clockAheadMs: undefined };
      const judged = judgeParts(await readPartFacts(world, database, ofAll));
      const ofHub = judged.flatMap(({ name, grade, figures }) =>
        grade === "ok" ? [] : [{ part: name, severity: grade, fields: figures }],
      );
      return [...ofHub, ...(await loads.troubles())];
    },
    observe: () =>
      void loads.note().catch((error: Error) => world.log.warn("machine-load-not-noted", { message: error.message })),
  };
  const alerts = createAlertWork(alerting);
  let stopHeeding = async (): Promise<void> => {};
  return {
    metrics,
    runner,
    alerts,
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
      ...hubMinutesRoutes(world),
      ...(parts.logs === undefined ? [] : logRoutes(parts.logs)),
      ...maintenanceRoutes(runner.names),
      ...(parts.backup === undefined ? [] : backupRoutes(world, database, parts.backup)),
      ...storedBackupRoutes(world, backUps),
      ...restoreOrderRoutes(world, { backUps, publicUrl }),
      ...jobRoutes(ground),
      ...queueCheckRoutes(ground),
      ...alertRoutes(alerting),
      ...quietRoutes(alerting),
      ...checkRoutes({ ...ground, ...parts }),
      ...signUpRoutes({ ...providers, policy: parts.signUp }),
      ...signUpInvitationRoutes({ ...providers, policy: parts.signUp }),
      ...providerLifeRoutes(providers),
      ...sampleRoutes({ ...ground, sites }),
      ...exportRoutes(ground),
      ...quotaRoutes(world, joined(districts, "quotas")),
    ],
    async registerJobs() {
      // Before the first district starts, and so before anybody is served.
      await makeMonthsAhead(world, database);
      await backUps?.registerJobs();
    },
    async start() {
      await runner.start();
      backUps?.start();
      alerts.start();
      minutes?.start();
      const { restart } = parts;
      if (restart !== undefined) stopHeeding = await heedRestores(ground, restart);
    },
    async stop() {
      await stopHeeding();
      minutes?.stop();
      alerts.stop();
      backUps?.stop();
      await runner.stop();
    },
  };
}
