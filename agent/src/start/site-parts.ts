/**
 * Everything of one site that stands on its journal: state, books, access, desk and sweeper, wired once the journal has been
 * replayed. `agent.ts` puts the sockets, the files and the link around it.
 */
import type { World } from "@karibu/protocol/world";
import type { Disconnector } from "../access/access.ts";
import type { SiteDesk } from "../access/admit.ts";
import { createAccess } from "../access/create-access.ts";
import { createCustomerDesk } from "../access/create-portal-access.ts";
import { createGuessingGuard } from "../access/guessing.ts";
import { createLockMemory } from "../access/lock-memory.ts";
import { createLogInRecord } from "../access/log-in-record.ts";
import { createLogInTokens } from "../access/log-in-tokens.ts";
import { createCashDesk } from "../cash/cash-sales.ts";
import { createCashBooks } from "../cash/sellers.ts";
import { createLiveChanges, type SessionChanger } from "../enforcement/live-changes.ts";
import { createSweeper } from "../enforcement/sweeper.ts";
import { createSiteBooks } from "../grants/catalogue.ts";
import type { ClaimGrant, ClaimLease } from "../grants/lease.ts";
import type { SiteFile } from "../grants/site-file.ts";
import type { RouterControl } from "../ground/router-control.ts";
import type { Journal } from "../journal/journal.ts";
import { createAlarms } from "../state/alarms.ts";
import { createLiveUsage } from "../state/live-usage.ts";
import { createRecorder } from "../state/recorder.ts";
import type { SiteState } from "../state/site-state.ts";
import type { FeedStore } from "../store/feed-store.ts";

export interface SitePartsOptions {
  readonly journal: Pick<Journal, "append" | "flush" | "writable">;
  readonly state: SiteState;
  readonly feed: FeedStore;
  readonly siteFile: SiteFile | null;
  readonly disconnector: (Disconnector & SessionChanger) | null;
  readonly router: RouterControl | null;
  readonly interimFlushSeconds: number;
  /** Absent or null: nobody can be asked for leases. */
  readonly claimLease?: ClaimLease | null;
  readonly claimGrant?: ClaimGrant | null;
}

export type SiteParts = ReturnType<typeof createSiteParts>;

export function createSiteParts(world: World, options: SitePartsOptions) {
  const { state, feed, disconnector, router, interimFlushSeconds } = options;
  const recorder = createRecorder(options.journal, state);
  const books = createSiteBooks(feed, options.siteFile, state);
  const live = createLiveUsage(world.clock, state);
  const siteDesk: SiteDesk = { world, state, books, live, recorder };
  const raiseAlarm = createAlarms(world, recorder);
  const locks = createLockMemory(world, state, recorder);
  const guard = createGuessingGuard(world.clock, raiseAlarm, locks);
  const tokens = createLogInTokens(world);
  const logIns = createLogInRecord(world.clock);
  const claimLease = options.claimLease ?? null;
  const access = createAccess(siteDesk, { tokens, guard, logIns, interimFlushSeconds, claimLease });
  const desk = createCustomerDesk(siteDesk, tokens, guard, {
    lease: claimLease,
    grant: options.claimGrant ?? null,
  });
  const cash = createCashDesk(siteDesk, {
    books: createCashBooks(feed, options.siteFile),
    guard,
    raiseAlarm,
    locks,
  });
  const { closeAsLost } = access;
  const liveChanges = createLiveChanges(siteDesk, { changer: disconnector, router, tokens });
  const onRound = () => liveChanges.note();
  const sweeper = createSweeper(siteDesk, { disconnector, router, closeAsLost, raiseAlarm, onRound });
  return { access, desk, cash, siteDesk, logIns, sweeper, liveChanges, recorder, books, live, guard, raiseAlarm };
}
