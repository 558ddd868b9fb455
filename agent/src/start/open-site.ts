/** The second stage of a start: creates the site over its storage, and records what the start found. */

import type { JournalEvent } from "@karibu/protocol/journal/record";
import { createRouterTime } from "../clock/router-time.ts";
import type { StickForecast } from "../doctor/stick-forecast.ts";
import { createStickWatch } from "../doctor/stick-watch.ts";
import { type Claims, createClaims } from "../grants/lease.ts";
import { pruneGrants } from "../grants/prune-grants.ts";
import type { Adapters } from "../ground/adapters.ts";
import { createHostTable } from "../ground/host-table.ts";
import { type CoaClient, type CoaClientSettings, createCoaClient } from "../radius/coa/coa-client.ts";
import { createRouterStreams, type RouterStreams } from "../radius/coa/router-streams.ts";
import { dialectOf } from "../radius/dialects/dialects.ts";
import { createClientFinder } from "../radius/server/clients.ts";
import type { RadiusOptions } from "../radius/server/radius-listener.ts";
import { hasSeveralRouters } from "../state/open-sessions.ts";
import { openingCorrections } from "../state/rebase.ts";
import { identityOf, keptBy } from "../state/router-address.ts";
import { openSessions } from "../state/site-state.ts";
import type { AgentOptions } from "./agent-options.ts";
import { createSite, type SiteRooms } from "./create-site.ts";
import { tellFolderNews } from "./folder-news.ts";
import { createHousekeeping, type Housekeeping } from "./housekeeping.ts";
import { internalFlash } from "./internal-flash.ts";
import type { Storage } from "./open-storage.ts";
import { otherRoutersOf } from "./other-routers.ts";

export interface OpenSite extends SiteRooms {
  /** Null: RADIUS is off. */
  readonly coa: CoaClient | null;
  readonly routerStreams: RouterStreams;
  readonly claims: Claims;
  readonly housekeeping: Housekeeping;
  /** How long its stick will last. */
  readonly stick: () => StickForecast;
  /** Starts the timers. Binds the renewed grants that the feed has. */
  start(): void;
  stop(): void;
}

export function openSite(
  storage: Storage,
  adapters: Pick<Adapters, "udp" | "router" | "remoteRouter" | "bootId" | "hashPin">,
  options: AgentOptions,
  hasHub: boolean,
): OpenSite {
  const { world, feed, keeper } = storage;
  const { state, journal } = keeper;
  const { radius, siteFile, interimFlushSeconds } = options;
  const routerStreams = createRouterStreams();
  const coa =
    radius === null ? null : createCoaClient(world, adapters.udp, coaSettings(radius, routerStreams, options));
  const claims = createClaims(world);
  const otherRouters = otherRoutersOf(radius);
  const hasOtherRouters = otherRouters.length > 0;
  const rooms = createSite(world, {
    journal,
    state,
    feed,
    siteFile,
    coa,
    router: adapters.router ?? adapters.remoteRouter ?? null,
    // Not through a tunnel: this is asked while customers wait.
    hosts: createHostTable(world, adapters.router ?? null, { hasOtherRouters }),
    hasOtherRouters,
    interimFlushSeconds,
    claimLease: hasHub ? claims.lease : null,
    claimGrant: hasHub ? claims.grant : null,
    hashPin: adapters.hashPin,
  });
  recordStart(storage, rooms, { version: options.version, bootId: adapters.bootId ?? null, otherRouters });
  followClock(storage, rooms);
  const { renewed } = rooms;
  followFeed(storage, rooms);
  const stick = createStickWatch(world, {
    folder: storage.folder,
    syncs: storage.syncs,
    bytesWritten: () => storage.flash.figures().writtenBytes,
    foundDamage: foundDamage(storage),
    ...(options.isOnFlash === true ? { enduranceBytes: internalFlash.enduranceBytes } : {}),
    raiseAlarm: rooms.raiseAlarm,
  });
  const routerTime = createRouterTime(storage.raw, storage.clock, adapters.router ?? null);
  const housekeeping = createHousekeeping(storage, {
    everyMinute: () => void renewed.follow(),
    prune: () => prune(storage, rooms, hasHub),
  });
  return {
    ...rooms,
    coa,
    routerStreams,
    claims,
    housekeeping,
    stick: stick.forecast,
    start() {
      // What the routers know of sessions from before the start is what the site knew then: not what the hub tells next.
      rooms.liveChanges.note();
      void renewed.bind([...feed.rows("grant").values()]);
      rooms.sweeper.start();
      routerTime.start();
      void stick.start();
      housekeeping.start();
    },
    stop() {
      housekeeping.stop();
      routerTime.stop();
      stick.stop();
      rooms.sweeper.stop();
      rooms.access.stop();
      rooms.refused?.flush();
      rooms.guard.stop();
    },
  };
}

/** What a power cut leaves at the end of a file is no damage of the stick. */
function foundDamage({ keeper, feed }: Storage): boolean {
  const isDamaged = keeper.recovery.alarms.some(({ name }) => name === "journal-damaged");
  return isDamaged || keeper.setAside.length > 0 || feed.damage !== null;
}

/** Each router is asked with the secret that its own packets are signed with. */
function coaSettings(
  { coaHost: host, coaPort: port, secret, clients = [] }: RadiusOptions,
  routers: RouterStreams,
  { secrets, routerSecrets }: Pick<AgentOptions, "secrets" | "routerSecrets">,
): CoaClientSettings {
  const clientAt = createClientFinder(clients);
  /** The site's own secret may have changed since the settings were written. */
  const present = (known: string) =>
    secrets !== undefined && known === secrets.configured.radiusSecret ? secrets.radiusOfRouter : known;
  return {
    host,
    port,
    get secret() {
      return present(secret);
    },
    routers,
    secretOf: (address) => routerSecrets?.of(address)?.signing ?? present(clientAt(address)?.secret ?? secret),
    dialectOf: (address) => dialectOf(clientAt(address)?.dialect),
  };
}

/** The events are written later when the disk refuses now. */
const recordLater = ({ site }: SiteRooms, event: JournalEvent): Promise<void> =>
  site.recorder.record(event).catch(() => {});

/** Records the new boot, and alarms about damage that the start found. */
function recordStart(
  { world, clock, feed, keeper, damagedFiles, held }: Storage,
  rooms: SiteRooms,
  {
    version,
    bootId,
    otherRouters,
  }: { readonly version: string; readonly bootId: string | null; readonly otherRouters: readonly string[] },
): void {
  const { state, recovery } = keeper;
  const { raiseAlarm } = rooms;
  const boot = state.boot + 1;
  const routerRestarted = bootId !== null && state.machine !== null && bootId !== state.machine;
  // After a power cut the router forgot its sessions and sends no Stop. They end at their last reports. Written before the new machine is: where the
  // disk takes part of it, the next start sees another machine again, and ends the rest.
  // Of several routers nobody knows here which ones it powers: each tells by itself that it restarted (`restarted-routers.ts`), or falls silent. One
  // that is listed by its address is surely another.
  const own = openSessions(state).filter(({ router }) => !otherRouters.includes(identityOf(router ?? "").host));
  if (routerRestarted && !hasSeveralRouters({ byNas: Map.groupBy(own, keptBy) }))
    for (const session of own) void rooms.access.closeAsLost(session, "router-restarted");
  void recordLater(rooms, { kind: "agent-started", boot, version, ...(bootId === null ? {} : { machine: bootId }) });
  // Grants and sessions whose start nobody vouched for move with the clock.
  for (const stepMs of openingCorrections(state, clock.openingStepMs))
    void recordLater(rooms, { kind: "clock-corrected", boot, stepMs });
  for (const alarm of recovery.alarms) {
    world.log.warn(alarm.name, alarm.fields);
    void recordLater(rooms, alarm);
  }
  // Logged at every start, as long as the files are there.
  if (damagedFiles.last.length > 0) {
    world.log.warn("store-damaged", { files: damagedFiles.last.length, first: damagedFiles.last[0] ?? "" });
  }
  void tellFolderNews({ damagedFiles, held }, raiseAlarm);
  if (keeper.setAside.length > 0) raiseAlarm("snapshot-damaged", { files: keeper.setAside.length });
  if (feed.damage !== null) raiseAlarm("feed-damaged", { files: feed.damage.setAside.length });
  if (feed.torn !== null)
    raiseAlarm("feed-torn", { lostRecords: feed.torn.records, droppedBytes: feed.torn.droppedBytes });
}

function followClock({ world, clock, keeper }: Storage, rooms: SiteRooms): void {
  clock.onCorrected((stepMs) => {
    world.log.info("clock-corrected", { stepMs });
    const recorded = recordLater(rooms, { kind: "clock-corrected", boot: keeper.state.boot, stepMs });
    rooms.liveChanges.noteAll();
    void rooms.sweeper.sweep();
    return recorded;
  });
}

/** A revocation or a renewal does not wait for the next sweep. */
function followFeed(storage: Storage, rooms: SiteRooms): void {
  storage.feed.onChange((rows) => {
    if (rows.every(({ kind }) => kind === "plan" || kind === "provider" || kind === "site")) return;
    const grants = rows.flatMap((row) => (row.kind === "grant" && row.body !== null ? [row.body] : []));
    void rooms.renewed.bind(grants);
    void rooms.sweeper.sweep();
    rooms.liveChanges
      .apply()
      .then(() => rooms.heldSessions.apply())
      .catch((error: unknown) => storage.world.log.error("held-sessions", { error: String(error) }));
  });
}

/** A clock that is not proven ends nothing for good. */
function prune({ world, clock, feed, keeper }: Storage, { site }: SiteRooms, hasHub: boolean): void {
  const isFed = (grantId: string) => feed.rows("grant").has(grantId) || feed.rows("grant-change").has(grantId);
  const wall = clock.wall();
  const known = { isFed, catalogue: site.catalogue, isComplete: feed.isComplete || !hasHub };
  const gone = pruneGrants(keeper.state, known, clock.isProven ? wall : { ...wall, quality: "estimated" });
  if (gone > 0) world.log.info("grants-forgotten", { gone });
}
