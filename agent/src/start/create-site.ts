/** Creates the rooms of one site that stand on its journal: state, grants, access and enforcement. No sockets, files or link. */
import type { JournalEvent } from "@karibu/protocol/journal/record";
import type { World } from "@karibu/protocol/world";
import { type AdmitDeviceOrder, admitDevice, listGuests } from "../access/admit-device.ts";
import { createAccess } from "../access/create-access.ts";
import { createPortalAccess } from "../access/create-portal-access.ts";
import { createFreeAccess } from "../access/free/free-access.ts";
import { createAskingHosts } from "../access/guessing/asking-host.ts";
import { createGuessingGuard } from "../access/guessing/guessing.ts";
import { createLockMemory } from "../access/guessing/lock-memory.ts";
import { createLogInHistory, type LogInHistory } from "../access/log-in-history.ts";
import { createLogInTokens } from "../access/log-in-tokens.ts";
import { createOtherDevices } from "../access/other-devices/other-devices.ts";
import { createStaffDevices } from "../access/other-devices/staff-devices.ts";
import { createOwnGrants } from "../access/own-grants/own-grants.ts";
import { createTransferOffers } from "../access/own-grants/transfer-offers.ts";
import { createRefusedLogIns } from "../access/refused-log-ins.ts";
import { createCashSales } from "../cash/cash-sales.ts";
import { createCashCatalogue } from "../cash/sellers.ts";
import { createAddedDevices } from "../enforcement/added-devices.ts";
import { createRouterEvictions } from "../enforcement/evict-session.ts";
import { createHeldSessions } from "../enforcement/held-sessions.ts";
import { createLiveChanges } from "../enforcement/live-changes.ts";
import { createMovedSessions } from "../enforcement/moved-sessions.ts";
import { createSweeper } from "../enforcement/sweeper.ts";
import { createVerdicts, type KickReason } from "../enforcement/verdicts.ts";
import { createCatalogue } from "../grants/catalogue.ts";
import type { ClaimGrant, ClaimLease } from "../grants/lease.ts";
import { createRenewedGrants } from "../grants/renewed-grants.ts";
import type { Site } from "../grants/site.ts";
import type { SiteFile } from "../grants/site-file.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { HostTable } from "../ground/host-table.ts";
import { createKnownWays } from "../ground/proved-ways.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { Journal } from "../journal/journal.ts";
import { createRouterLogIns } from "../router-log-ins/router-log-ins.ts";
import { createAlarms } from "../state/alarms.ts";
import { createLiveUsage } from "../state/live-usage.ts";
import { createRecorder, type Recorder } from "../state/recorder.ts";
import type { SiteState } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface SiteInput {
  readonly journal: Pick<Journal, "append" | "flush" | "writable" | "isReadSynced">;
  readonly state: SiteState;
  readonly feed: FeedStore;
  readonly siteFile: SiteFile | null;
  /** Null: RADIUS is off. */
  readonly coa: DynamicAuthorization | null;
  readonly router: RouterControl | null;
  /** Its hosts. */
  readonly hosts: HostTable;
  /** Sessions may be of a router beside that one. */
  readonly hasOtherRouters: boolean;
  readonly interimFlushSeconds: number;
  /** Null: no hub can be asked for leases. */
  readonly claimLease: ClaimLease | null;
  readonly claimGrant: ClaimGrant | null;
  readonly hashPin?: Adapters["hashPin"];
}

export type SiteRooms = ReturnType<typeof createSite>;

/** `recorded` hears what was recorded, after the state has it. */
function recordingWith(recorder: Recorder, recorded: (events: Parameters<Recorder["record"]>[0]) => void): Recorder {
  return {
    ...recorder,
    record(events, options) {
      const written = recorder.record(events, options);
      recorded(events);
      return written;
    },
  };
}

export function createSite(world: World, input: SiteInput) {
  const { state, feed, coa, router, siteFile, claimLease, claimGrant, interimFlushSeconds } = input;
  const recorder = recordingWith(createRecorder(input.journal, state), (events) => {
    sweeper.wake();
    // In place: each record of each packet passes here.
    for (const event of Array.isArray(events) ? (events as readonly JournalEvent[]) : [events as JournalEvent])
      if (event.kind === "device-bound" || event.kind === "device-unbound") void renewed.placesChanged([event.grantId]);
  });
  const catalogue = createCatalogue(feed, siteFile, state, world.clock);
  const usage = createLiveUsage(world.clock, state);
  const site: Site = { world, state, catalogue, usage, recorder };
  const renewed = createRenewedGrants(site, feed);
  const raiseAlarm = createAlarms(world, recorder);
  const locks = createLockMemory(world, state, recorder);
  const guard = createGuessingGuard(world.clock, raiseAlarm, locks);
  const askingHosts = createAskingHosts(input.hosts);
  const tokens = createLogInTokens(world);
  const logIns = createLogInHistory(world.clock);
  const isAccount = (user: string) => catalogue.account(user) !== null;
  const refused = claimLease === null ? null : createRefusedLogIns(world.clock, recorder, isAccount);
  const verdicts = createVerdicts(site);
  const { whyEnded } = verdicts;
  const noted: Pick<LogInHistory, "note"> = {
    note(request, decision) {
      logIns.note(request, decision);
      heldSessions.noteLogIn(request, decision);
      liveChanges.noteLogIn(request, decision);
    },
  };
  const ways = createKnownWays();
  const evictions = createRouterEvictions(site, coa, router, ways, input.hasOtherRouters);
  const movedSessions = createMovedSessions(site, evictions, router);
  const access = createAccess(site, {
    leftBehind: movedSessions,
    tokens,
    guard,
    askingHosts,
    logIns: noted,
    refused,
    whyEnded,
    interimFlushSeconds,
    router: input.hasOtherRouters ? null : router,
    claimLease,
  });
  const routerLogIns = createRouterLogIns(world, {
    recorder,
    isTaken: (name) => isAccount(name) || catalogue.voucher(name) !== null,
  });
  const liveChanges = createLiveChanges(site, { coa, router, tokens, verdicts, ways });
  const kickFor =
    (why: KickReason) =>
    (sessionKey: string): boolean =>
      sweeper.kick(sessionKey, why);
  const offers = createTransferOffers(site, kickFor("passed-on"));
  const portalAccess = createPortalAccess(site, tokens, guard, {
    lease: claimLease,
    grant: claimGrant,
    offers,
    coa,
    askingHosts,
    keepsOldLimits: liveChanges.keepsOldLimits,
    verdicts,
  });
  const cash = createCashSales(site, {
    catalogue: createCashCatalogue(feed, siteFile, world.clock),
    guard,
    raiseAlarm,
    locks,
    hashPin: input.hashPin,
  });
  const { closeAsLost } = access;
  const heldSessions = createHeldSessions(site, { coa, router, liveChanges, verdicts });
  const addedDevices = createAddedDevices(site, { router, tokens });
  const onRound = () => {
    addedDevices.round().catch((error: unknown) => world.log.debug("added-devices", { error: String(error) }));
    liveChanges.follow().catch((error: unknown) => world.log.error("live-changes", { error: String(error) }));
    void movedSessions.round();
    heldSessions.apply().catch((error: unknown) => world.log.error("held-sessions", { error: String(error) }));
  };
  const sweeper = createSweeper(site, {
    router,
    verdicts,
    closeAsLost,
    raiseAlarm,
    onRound,
    hasMore: () => movedSessions.areLeft || heldSessions.isBehind || addedDevices.areThere(),
    evictions,
  });
  const otherDevices = createOtherDevices(site, {
    view: portalAccess.view,
    router,
    tiedMacs: () => [...feed.rows("customer-account").values()].map(({ macs = [] }) => macs),
    logIn: addedDevices.logIn,
    kick: kickFor("taken-off"),
  });
  const ownGrants = createOwnGrants(site, {
    view: portalAccess.view,
    redeem: portalAccess.redeem,
    guard,
    offers,
    kick: kickFor("taken-off"),
  });
  const free = createFreeAccess(site, {
    async end(sessionKey) {
      verdicts.kick(sessionKey, "new-limits");
      await sweeper.sweep();
    },
  });
  const tied = () => feed.rows("customer-account").values();
  const operators = {
    admitDevice: (order: AdmitDeviceOrder) => admitDevice(site, { tokens, router, tied }, order),
    listGuests: () => listGuests(site, router),
    devices: createStaffDevices(site, {
      router,
      tied,
      logIn: addedDevices.logIn,
      kick: kickFor("kicked"),
    }),
  };
  return {
    site,
    hosts: input.hosts,
    access,
    /** What routers ask: staff first, then guests. */
    nasDoor: routerLogIns.before(access),
    routerLogIns,
    portalAccess,
    otherDevices,
    ownGrants,
    free,
    operators,
    cash,
    logIns,
    renewed,
    refused,
    guard,
    raiseAlarm,
    liveChanges,
    heldSessions,
    sweeper,
    ways,
  };
}
