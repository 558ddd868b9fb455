/**
 * The agent of one site, put together. No process-wide state: the lab and a hosted agent run many in one process.
 * Order of a start: the journal is replayed, the clock set, then the doors open. Order of a stop: the doors close, what was
 * only in memory is written, the files close.
 */
import type { GrantBody } from "@karibu/protocol/feed";
import { installerKeyOf } from "@karibu/protocol/installer-key";
import type { Timer, World } from "@karibu/protocol/world";
import type { Access } from "../access/access.ts";
import type { CustomerDesk } from "../access/portal-access.ts";
import type { CashDesk } from "../cash/cash-sales.ts";
import { openSiteClock, type SiteClock } from "../clock/site-clock.ts";
import { createDoctor } from "../doctor/doctor.ts";
import { createFlashMeter } from "../doctor/flash-meter.ts";
import { createClaims, giveLease } from "../grants/lease.ts";
import { pruneGrants } from "../grants/prune-grants.ts";
import { bindRenewed } from "../grants/renewed-grants.ts";
import type { SiteFile } from "../grants/site-file.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { HubLink } from "../ground/hub-link.ts";
import { createMeteredFolder } from "../ground/metered-folder.ts";
import { countOf } from "../journal/recovery-policy.ts";
import { createPortalServer, type PortalServer } from "../portal-server/portal-server.ts";
import { createDisconnector } from "../radius/coa/coa-client.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import { createRadiusFace, type RadiusOptions } from "../radius/server/radius-listener.ts";
import { openSessions, type SiteState } from "../state/site-state.ts";
import { openState } from "../state/state-keeper.ts";
import { createDamagedFiles } from "../store/damaged-files.ts";
import { openFeedStore } from "../store/open-feed-store.ts";
import { createLinkFigures } from "../sync/link-figures.ts";
import { createImageArrival } from "../updates/image-arrival.ts";
import { createUpdates } from "../updates/updates.ts";
import { createWanWatch } from "../wan/wan-watch.ts";
import { createHubFace, type HubOptions } from "./connect-hub.ts";
import { createSiteParts } from "./site-parts.ts";
import { createStatus } from "./status.ts";

export interface AgentOptions {
  readonly version: string;
  /** Null: RADIUS stays off. */
  readonly radius: RadiusOptions | null;
  /** Null: this site stands alone. */
  readonly hub: HubOptions | null;
  readonly siteFile: SiteFile | null;
  readonly interimFlushSeconds: number;
  /** Addresses that many phones share (a router that masquerades): not taken for a phone's own. Absent: none. */
  readonly sharedAddresses?: readonly string[];
}

export interface Agent {
  /** Rejects when the data folder can't be read or the HTTP port is taken; damage and a full disk do not stop it. */
  start(): Promise<void>;
  /**
   * Writes what is only in memory. Safe to call twice, and after a start that failed. `drainMs`: with the doors closed, waits
   * so long at most until a connected hub has everything: for a site that will not be started here again.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
  /** Everything below is there after `start`. */
  readonly access: Access;
  readonly portal: PortalServer;
  readonly desk: CustomerDesk;
  readonly cash: CashDesk;
  readonly state: SiteState;
  readonly clock: SiteClock;
  readonly hub: HubLink;
  readonly httpPort: number | null;
  radius(): RadiusStatus;
  /** Judges every open session now instead of within seconds. */
  sweep(): Promise<void>;
}

type Running = Awaited<ReturnType<typeof open>>;

export function createAgent(world: World, adapters: Adapters, options: AgentOptions): Agent {
  let running: Running | null = null;
  let stopping: Promise<void> | null = null;

  function parts(): Running {
    if (running === null) throw new Error("the agent has not been started");
    return running;
  }

  return {
    async start() {
      running = await open(world, adapters, options);
      await running.openDoors();
    },
    stop({ drainMs = 0 } = {}) {
      stopping ??= running === null ? Promise.resolve() : running.close(drainMs);
      return stopping;
    },
    get access() {
      return parts().site.access;
    },
    get portal() {
      return parts().portal;
    },
    get desk() {
      return parts().site.desk;
    },
    get cash() {
      return parts().site.cash;
    },
    get state() {
      return parts().state;
    },
    get clock() {
      return parts().clock;
    },
    get hub() {
      return parts().hub;
    },
    get httpPort() {
      return parts().httpPort();
    },
    radius: () => parts().radiusFace.status(),
    sweep: () => parts().site.sweeper.sweep(),
  };
}

const snapshotLookEveryMs = 60_000;
const pruneEveryMs = 3_600_000;
const drainLookMs = 50;

async function open(raw: World, adapters: Adapters, options: AgentOptions) {
  const { udp } = adapters;
  const metered = createMeteredFolder(adapters.folder, raw.clock);
  const { folder } = metered;
  const flash = createFlashMeter(raw.clock, metered.bytesWritten);
  const router = adapters.router ?? null;
  const startedMs = raw.clock.monotonicMs();
  let openedClock: SiteClock | null = null;
  const stamp = () => {
    const { atMs, quality } = (openedClock ?? raw.clock).wall();
    return { atMs, clock: quality, upMs: Math.max(0, Math.floor(raw.clock.monotonicMs() - startedMs)) };
  };

  const keeper = await openState(raw, folder, stamp);
  const { state, journal } = keeper;
  const heldSeq = journal.lastSeq;
  const hasHub = options.hub !== null && adapters.dialHub !== null;
  const clock = await openSiteClock(raw.clock, {
    folder,
    hasHub,
    journalAtMs: state.lastAtMs,
    lastStampMs: () => state.lastAtMs,
  });
  openedClock = clock;
  const world: World = { ...raw, clock };
  const feed = await openFeedStore(world, folder);
  const damagedFiles = createDamagedFiles(folder);
  await damagedFiles.look();
  const linkFigures = createLinkFigures(raw.clock, feed);
  const disconnector =
    options.radius === null
      ? null
      : createDisconnector(world, udp, {
          host: options.radius.coaHost,
          port: options.radius.coaPort,
          secret: options.radius.secret,
        });
  const { siteFile, interimFlushSeconds } = options;
  const { torn } = keeper.recovery;
  const lostRecords = countOf(keeper.recovery.lost);
  const claims = createClaims(world, () => hub);
  const site = createSiteParts(world, {
    journal,
    state,
    feed,
    siteFile,
    disconnector,
    router,
    interimFlushSeconds,
    claimLease: hasHub ? claims.lease : null,
    claimGrant: hasHub ? claims.grant : null,
  });
  announceStart();
  const kick = (sessionKey: string) => site.sweeper.kick(sessionKey);
  const { version } = options;
  const hubFace = createHubFace(world, {
    adapters: { ...adapters, folder },
    options: options.hub,
    clock,
    journal,
    feed: linkFigures.feed,
    version,
    kick,
    releaseLease: (grantId, leaseAtMs) => giveLease(site.siteDesk, grantId, leaseAtMs),
    isWanUp: () => wan.state === "up",
    onWentBack: (epoch) => site.raiseAlarm("journal-went-back", { epoch, heldSeq }),
  });
  const hub: HubLink = hubFace.link;
  linkFigures.follow(hub);
  const wan = createWanWatch(world, {
    hub,
    router,
    feed,
    recorder: site.recorder,
    onCredited: () => void site.liveChanges.apply(),
    onBack: () => hub.hurry(),
  });
  const launcher = adapters.launcher ?? null;
  const freeBytes = adapters.freeBytes ?? null;
  const nameProblem = adapters.nameProblem ?? (() => null);
  const isWritable = () => journal.writable;
  const { raiseAlarm } = site;
  const updates = createUpdates(world, { folder, feed, hub, launcher, raiseAlarm, isWritable, freeBytes });
  const radiusFace = createRadiusFace(world, udp, site.access, options.radius);
  const doctor = createDoctor(world, {
    radius: () => radiusFace.status(),
    coaPort: options.radius?.coaPort ?? null,
    hubProblem: () => hubFace.problem,
    nameProblem,
    folder,
    damagedFiles,
    lostRecords,
    torn,
    isWritable,
    router,
    freeBytes,
    ownAddresses: adapters.ownAddresses ?? (() => []),
  });
  const portalFiles = adapters.portalFiles ?? new Map();
  const facts = createStatus({
    world,
    version,
    state,
    feed,
    hub,
    journal,
    flash: () => flash.figures(),
    syncs: metered.syncs,
    link: linkFigures,
    damaged: () => ({ files: damagedFiles.last.length, lostRecords, tornRecords: torn?.records ?? 0 }),
    hasSiteFile: siteFile !== null,
    hasRouterApi: router !== null,
    hasPortalFiles: portalFiles.size > 0,
    hubProblem: () => hubFace.problem,
    nameProblem,
    evicting: () => site.sweeper.evicting,
    wan,
    logIns: site.logIns,
    doctor,
    radius: () => radiusFace.status(),
    image:
      adapters.sha256Of === undefined
        ? undefined
        : createImageArrival(world, { folder, sha256Of: adapters.sha256Of, launcher }),
  });
  const portal = createPortalServer(
    world,
    { desk: site.desk, cash: site.cash, feed, hub, router, facts, files: portalFiles },
    {
      hotspotLoginUrl: null,
      portalUrl: null,
      sharedAddresses: options.sharedAddresses ?? [],
      installerKey: options.radius === null ? null : installerKeyOf(options.radius.secret),
    },
  );
  let http: { readonly port: number; close(): Promise<void> } | null = null;
  let snapshotTimer: Timer | null = null;
  let prunedAtMs = startedMs;

  /** A new boot in the journal, and what a start itself has to report. */
  function announceStart(): void {
    const { recorder, raiseAlarm } = site;
    const record = (event: Parameters<typeof recorder.record>[0]) => void recorder.record(event).catch(() => {});
    const boot = state.boot + 1;
    const unsettled = [...state.grants.values()].some((used) => !used.settled);
    const machine = adapters.machine ?? null;
    const routerRestarted = machine !== null && state.machine !== null && machine !== state.machine;
    record({ kind: "agent-started", boot, version: options.version, ...(machine === null ? {} : { machine }) });
    // The power was cut: the router forgot its sessions without a Stop. They end where they were last heard of.
    if (routerRestarted) for (const session of openSessions(state)) void site.access.closeAsLost(session);
    // Grants of a boot whose clock was never corrected: now it is known by how much it was behind.
    if (unsettled && clock.openingStepMs !== null) {
      record({ kind: "clock-corrected", boot, stepMs: clock.openingStepMs });
    }
    clock.onCorrected((stepMs) => {
      world.log.info("clock-corrected", { stepMs });
      record({ kind: "clock-corrected", boot: state.boot, stepMs });
      site.liveChanges.noteAnew();
      void site.sweeper.sweep();
    });
    for (const alarm of keeper.recovery.alarms) {
      world.log.warn(alarm.name, alarm.fields);
      record(alarm);
    }
    // Whoever reads the log today may not have read it then.
    if (damagedFiles.last.length > 0) {
      world.log.warn("store-damaged", { files: damagedFiles.last.length, first: damagedFiles.last[0] ?? "" });
    }
    if (keeper.setAside.length > 0) raiseAlarm("snapshot-damaged", { files: keeper.setAside.length });
    if (feed.damage !== null) raiseAlarm("feed-damaged", { files: feed.damage.setAside.length });
    if (feed.torn !== null)
      raiseAlarm("feed-torn", { lostRecords: feed.torn.records, droppedBytes: feed.torn.droppedBytes });
  }

  feed.onChange((rows) => {
    if (rows.every(({ kind }) => kind === "plan" || kind === "provider" || kind === "site")) return;
    takeRenewed(rows.flatMap((row) => (row.kind === "grant" && row.body !== null ? [row.body] : [])));
    // Neither a revocation nor a renewal waits for the next round.
    void site.sweeper.sweep();
    void site.liveChanges.apply();
  });

  function takeRenewed(bodies: readonly GrantBody[]): void {
    bindRenewed(site.siteDesk, bodies).catch((error: unknown) => {
      world.log.warn("renewed-not-bound", { error: String(error) });
    });
  }

  function keepSnapshots(): void {
    snapshotTimer = world.clock.after(snapshotLookEveryMs, () => {
      flash.note();
      prune();
      void keeper.keep().then(() => {
        if (snapshotTimer !== null) keepSnapshots();
      });
    });
  }

  /** What is long over takes no memory: looked through now and then, before a snapshot. */
  function prune(): void {
    const isFed = (grantId: string) => feed.rows("grant").has(grantId);
    const nowMs = raw.clock.monotonicMs();
    if (nowMs - prunedAtMs < pruneEveryMs) return;
    prunedAtMs = nowMs;
    const wall = clock.wall();
    const gone = pruneGrants(state, isFed, clock.isProven ? wall : { ...wall, quality: "estimated" });
    if (gone > 0) world.log.info("grants-forgotten", { gone });
  }

  async function openDoors(): Promise<void> {
    clock.start();
    takeRenewed([...feed.rows("grant").values()]);
    site.sweeper.start();
    wan.start();
    doctor.start();
    keepSnapshots();
    await radiusFace.start();
    if (adapters.listenHttp !== undefined) http = await adapters.listenHttp(portal);
    updates.start();
  }

  /** Resolves when the hub has the whole journal, is away, or the time is over. */
  async function drained(drainMs: number): Promise<void> {
    await site.access.flush();
    await new Promise<void>((resolve) => {
      const look = () => {
        const { lastSeq, ackedSeq } = journal.figures();
        if (ackedSeq >= lastSeq || hub.state !== "connected") done();
        else next = raw.clock.after(drainLookMs, look);
      };
      const done = () => {
        next?.cancel();
        limit.cancel();
        resolve();
      };
      let next: Timer | null = null;
      const limit = raw.clock.after(drainMs, done);
      look();
    });
  }

  async function close(drainMs: number): Promise<void> {
    snapshotTimer?.cancel();
    snapshotTimer = null;
    site.sweeper.stop();
    wan.stop();
    doctor.stop();
    site.access.stop();
    await updates.stop();
    await radiusFace.close();
    await http?.close();
    await disconnector?.close();
    if (drainMs > 0) await drained(drainMs);
    await hubFace.close();
    await site.access.flush();
    await keeper.keep();
    await journal.close();
    await feed.close();
    await clock.stop();
  }

  return { site, portal, state, clock, hub, radiusFace, openDoors, close, httpPort: () => http?.port ?? null };
}
