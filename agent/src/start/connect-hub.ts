/** The third stage of a start: connects the site to its hub, and starts what depends on it: leases, outages, updates. */
import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import type { RouterHealth } from "@karibu/protocol/router/router-health";
import { admitDevice, listGuests } from "@karibu/protocol/rpc/admit-device";
import { disconnectSession } from "@karibu/protocol/rpc/disconnect-session";
import { releaseLease as releaseLeaseRpc } from "@karibu/protocol/rpc/release-lease";
import { examineRouter } from "@karibu/protocol/rpc/router/examine-router";
import { probeRouter } from "@karibu/protocol/rpc/router/probe-router";
import { allowRouterLogIn, endRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import { tryRadius } from "@karibu/protocol/rpc/router/try-radius";
import { type Rpc, type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { staffDeviceRequests } from "../access/other-devices/staff-devices.ts";
import { releaseLease } from "../grants/lease.ts";
import { createRecall } from "../grants/recall.ts";
import { createRouterWitness } from "../grants/witness.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import { createRouterControl } from "../router-control/create-router-control.ts";
import type { RouterRequests } from "../router-control/router-requests.ts";
import type { DriftWatch } from "../router-drift/drift-watch.ts";
import { endRouterSessions } from "../router-log-ins/end-router-sessions.ts";
import { createOwnRouterWatch } from "../routeros/watch-own-router.ts";
import { createSimInbox } from "../sim-inbox/sim-inbox.ts";
import { openSessions } from "../state/site-state.ts";
import { importedMark } from "../store/unfinished-import.ts";
import { obtainIdentity } from "../sync/enrol.ts";
import { createGivingBack } from "../sync/give-back.ts";
import { createHubTimeAsker, type HubTimeAsker, hubOf } from "../sync/hub-time.ts";
import { type AgentIdentity, loadIdentity } from "../sync/identity.ts";
import { createHubLink } from "../sync/link.ts";
import { createLinkFigures, type LinkFigures } from "../sync/link-figures.ts";
import { createMovedSites, type MovedSites, noteMove } from "../sync/moved-sites.ts";
import { createTakeover } from "../takeover/create-takeover.ts";
import { createUpdates } from "../updates/updates.ts";
import { createWanWatch, type WanWatch } from "../wan/wan-watch.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { OpenSite } from "./open-site.ts";
import type { Storage } from "./open-storage.ts";

type RadiusTry = typeof tryRadius extends Rpc<unknown, infer Result> ? Result : never;

export interface ConnectedHub {
  readonly link: HubLink;
  readonly figures: Pick<LinkFigures, "connections" | "feedLagSeconds">;
  readonly wan: WanWatch;
  /** What the router's own scripts ask over HTTP. */
  readonly routerDoor: RouterRequests["answer"];
  /** Null: there is no router to look at. */
  readonly drift: DriftWatch | null;
  /** Answers the hub's wish to look at the router now. */
  onExamine(examine: () => Promise<RouterHealth>): void;
  onTryRadius(tried: () => Promise<RadiusTry>): void;
  /** What only a person can mend (not enrolled, revoked), as a sentence; null: nothing. */
  readonly problem: string | null;
  /** Of sites that this device served before. */
  readonly owed: MovedSites["owed"];
  /** False: it was proved that this router logs nobody in by its API (`router-trials.ts`). */
  logsInByApi(): boolean;
  /** Starts to watch the internet, and the SIM where the provider wants that. */
  startWatching(): void;
  /** Is the folder a copy, or older than what the router saw? Before the doors open. Waits for the router for some seconds at most. */
  checkMemory(): Promise<void>;
  /** Starts updates: the last step of a start, because a better release may replace this process. */
  startUpdates(): void;
  stop(): Promise<void>;
  /** Closes the link. */
  close(): Promise<void>;
}

/** The link dials at once. `onMoved`: the device is enrolled at another site, and must start again there (`moved-sites.ts`). */
export function connectHub(
  storage: Storage,
  open: OpenSite,
  adapters: Adapters,
  options: Pick<AgentOptions, "hub" | "version" | "radius" | "secrets" | "routerSecrets" | "isHosted">,
  onMoved: () => void,
): ConnectedHub {
  const { world, clock, folder, feed, keeper } = storage;
  const { journal } = keeper;
  const hasHub = options.hub !== null && adapters.dialHub !== null;
  /** What the journal held at the start. */
  const heldSeq = journal.lastSeq;
  const { lacksFromSeq } = keeper.recovery;
  const enrolment = createEnrolment(storage, adapters, options, onMoved);
  const movedSites = createMovedSites(world, folder, { dial: adapters.dialHub, agentVersion: options.version });
  const recall = createRecall(world, {
    site: open.site,
    journal,
    raiseAlarm: open.raiseAlarm,
    cause: storage.isEmpty ? "empty" : "older",
    lacks: lacksFromSeq === null ? null : { epoch: journal.epoch, seq: lacksFromSeq },
    hasHub,
    flush: () => open.access.flush(),
    onTold() {
      void witness.note();
      void open.sweeper.sweep();
      void open.liveChanges.apply();
    },
  });
  const witness = createRouterWitness(world, {
    router: adapters.router ?? null,
    journal,
    state: keeper.state,
    siteId: () => feed.rows("site").get("site")?.siteId ?? null,
    opened: storage.opened,
    onBehind: () => recall.lose(),
  });
  const figures = createLinkFigures(world.clock, feed);
  const wan = createWanWatch(world, {
    router: adapters.router ?? null,
    feed,
    state: keeper.state,
    recorder: open.site.recorder,
    onCredited: () => void open.liveChanges.apply(),
  });
  const live = (adapters.router ?? adapters.remoteRouter)?.live ?? null;
  const isRemote = adapters.router == null;
  const control = createRouterControl(world, {
    live,
    isRemote,
    secrets: options.secrets ?? null,
    routerSecrets: options.routerSecrets ?? null,
    folder,
    feed,
    recorder: open.site.recorder,
    sessions: () => openSessions(keeper.state).length,
    names: {
      isAccount: (name) => open.site.catalogue.account(name) !== null,
      isVoucher: (name) => open.site.catalogue.voucher(name) !== null,
    },
    hasHub,
    coa: open.coa,
    guest: () => open.liveChanges.limitedGuest(),
    bootId: adapters.bootId ?? null,
    onUndone() {
      open.liveChanges.noteAll();
      void open.sweeper.sweep();
      void open.liveChanges.apply();
      void witness.note();
    },
    beforeReboot: () => open.access.flush(),
    radiusSecret: () => options.secrets?.current.radiusSecret ?? options.radius?.secret ?? null,
    raiseAlarm: open.raiseAlarm,
  });
  open.ways.follow(control.ways);
  let examine = (): Promise<RouterHealth> =>
    Promise.reject(new Fault("link/failed", "the site has just started", { retry: "later" }));
  let tryRadiusPort = (): Promise<RadiusTry> =>
    Promise.reject(new Fault("link/failed", "the site has just started", { retry: "later" }));
  const takeover = createTakeover({
    site: open.site,
    access: open.access,
    live,
    isRemote,
    hub: { call: (...given) => link.call(...given) },
    folder,
    journal,
    onUndone: () => void open.liveChanges.apply(),
  });
  const everyMs = options.isHosted === true ? probeFarMs : probeNearMs;
  const ownRouter =
    adapters.probeRouter == null ? null : createOwnRouterWatch(world, { probe: adapters.probeRouter, everyMs });
  const link = createHubLink(world, {
    dial: options.hub === null ? null : adapters.dialHub,
    identity: enrolment.identity,
    journal,
    feed: figures.feed,
    agentVersion: options.version,
    isWanUp: () => wan.state === "up",
    routerWord: () => ownRouter?.word ?? null,
    requests: [
      ...siteRequests(open),
      ...staffRequests(open, live),
      ...control.requests,
      ...takeover.requests,
      serve(examineRouter, () => examine()),
      serve(probeRouter, () => ownRouter?.probe() ?? null),
      serve(tryRadius, () => tryRadiusPort()),
    ],
    // The hub stamped its answer within the round trip: half of it is the best estimate.
    onWelcome: ({ timeMs, roundTripMs }) => clock.setFromHub(timeMs + roundTripMs / 2),
    onMemory: recall.onWelcome,
    lacks: recall.lacks,
    onWentBack: (epoch) => open.raiseAlarm("journal-went-back", { epoch, heldSeq }),
    onRevoked() {
      enrolment.setProblem("The hub has revoked this device: make a new enrolment token for the site.");
      feed.clear().catch((error: unknown) => world.log.error("feed-not-cleared", { error: String(error) }));
    },
  });
  figures.follow(link);
  open.claims.follow(link);
  recall.follow(link);
  const givingBack = createGivingBack(world, { feed: figures.feed, journal });
  givingBack.follow(link);
  wan.follow(link);
  control.follow(link);
  const hubTime = createHubTime(storage, adapters, options);
  const simInbox = createSimInbox(world, { folder, router: adapters.router ?? null, feed, hub: link });
  const updates = createUpdates(world, {
    folder,
    feed,
    hub: link,
    launcher: adapters.launcher ?? null,
    raiseAlarm: open.raiseAlarm,
    isWritable: () => journal.writable,
    freeBytes: adapters.freeBytes ?? null,
  });

  return {
    link,
    drift: control.drift,
    onExamine(examined) {
      examine = examined;
    },
    onTryRadius(tried) {
      tryRadiusPort = tried;
    },
    figures,
    wan,
    routerDoor: control.answer,
    get problem() {
      return enrolment.problem;
    },
    owed: movedSites.owed,
    logsInByApi: control.logsInByApi,
    startWatching() {
      movedSites.start();
      hubTime?.start();
      wan.start();
      simInbox.start();
      control.start();
      ownRouter?.start();
      void takeover.start();
    },
    startUpdates: updates.start,
    async checkMemory() {
      if ((await folder.read(importedMark)) !== null) {
        await recall.lose("copied");
        // The loss is in the journal now. A disk that refuses keeps the mark for the next start.
        if (journal.writable) await folder.remove(importedMark).catch(() => {});
      }
      // What cannot be read any more may have been a use, or a right that was taken back: only the hub can tell.
      if (hasHub && lacksRecords(storage)) await recall.lose("older");
      await witness.check();
    },
    async stop() {
      hubTime?.stop();
      witness.stop();
      wan.stop();
      control.stop();
      ownRouter?.stop();
      takeover.stop();
      await movedSites.stop();
      await simInbox.stop();
      await updates.stop();
    },
    async close() {
      enrolment.stop();
      recall.stop();
      givingBack.stop();
      await link.close();
    },
  };
}

const probeNearMs = 300_000;
/** Each step crosses the site's own line. */
const probeFarMs = 3_600_000;

/** What the hub may ask of this site. */
function siteRequests({ site, sweeper, operators }: OpenSite): readonly ServedRpc<void>[] {
  return [
    serve(disconnectSession, ({ sessionKey }) => ({
      kind: sweeper.kick(sessionKey, "kicked") ? "ending" : "not-open",
    })),
    serve(admitDevice, (order) => operators.admitDevice(order)),
    ...staffDeviceRequests(operators.devices),
    serve(listGuests, async () => ({ guests: await operators.listGuests() })),
    serve(releaseLeaseRpc, ({ grantId, leaseAtMs }) => releaseLease(site, grantId, leaseAtMs)),
  ];
}

/** Staff at the routers themselves. */
function staffRequests({ routerLogIns, coa }: OpenSite, live: LiveRouter | null): readonly ServedRpc<void>[] {
  return [
    // Without RADIUS nobody would ask for it.
    serve(allowRouterLogIn, (order) => ({ kind: coa === null ? ("no-radius" as const) : routerLogIns.allow(order) })),
    serve(endRouterLogIn, ({ passwordId, name }) => {
      routerLogIns.end(passwordId);
      return endRouterSessions(live, name);
    }),
  ];
}

/** Null: there is no hub, or no way to ask it beside the link. */
function createHubTime(
  { world, clock, folder }: Storage,
  { getSigned: get, dialHub }: Pick<Adapters, "getSigned" | "dialHub">,
  { hub }: Pick<AgentOptions, "hub">,
): HubTimeAsker | null {
  if (hub === null || get === undefined || dialHub === null) return null;
  const { url: hubUrl, enrolToken: text } = hub;
  const token = text === null ? null : { text, hash: sha256Hex(text) };
  return createHubTimeAsker(world, {
    hubUrl,
    get,
    known: async () => hubOf(await loadIdentity(folder), token),
    isKnown: () => clock.hasHubTime,
    onTime: clock.setFromHub,
  });
}

interface Enrolment {
  /** Resolves once this device is enrolled. */
  identity(): Promise<AgentIdentity>;
  readonly problem: string | null;
  setProblem(problem: string): void;
  stop(): void;
}

function createEnrolment(
  { world, folder }: Storage,
  adapters: Pick<Adapters, "post">,
  { hub }: Pick<AgentOptions, "hub">,
  restart: () => void,
): Enrolment {
  const stopped = new AbortController();
  let problem: string | null = null;

  return {
    async identity() {
      const { post } = adapters;
      if (hub === null || post === undefined) {
        throw new Fault("hub/not-enrolled", "there is no way to enrol", { retry: "never" });
      }
      const onProblem = (found: string | null) => {
        problem = found;
      };
      const { url: hubUrl, enrolToken: token } = hub;
      let hasMoved = false;
      const onMoved = async (left: AgentIdentity) => {
        await noteMove(world, folder, left);
        hasMoved = true;
      };
      const parts = { hubUrl, token, post, signal: stopped.signal, onMoved, onProblem };
      const identity = await obtainIdentity(world, folder, parts).catch((error: unknown) => {
        if (error instanceof Fault) problem = [error.message, error.advice.hint].filter(Boolean).join(". ");
        throw error;
      });
      if (!hasMoved) return identity;
      // This journal is the old site's: no link may carry it to the new one.
      restart();
      return new Promise<never>(() => {});
    },
    get problem() {
      return problem;
    },
    setProblem(sentence) {
      problem = sentence;
    },
    stop: () => stopped.abort(),
  };
}

/** Records or rows are missing that stood in the folder. */
function lacksRecords({ keeper: { recovery }, feed }: Storage): boolean {
  return recovery.gone !== null || recovery.lacksFromSeq !== null || feed.isIncomplete;
}
