/** What providers sell and what customers do with it: plans, customers, vouchers, grants, leases, sessions. */
import type { CallSite } from "../ground/agents/rpc-handler.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { Messaging } from "../messaging/create-messaging.ts";
import { accountRoutes } from "./accounts/account-routes.ts";
import type { BeforeAccountGoes } from "./accounts/accounts.ts";
import { customerChanged, type NumberChanged } from "./accounts/customer-changed.ts";
import { customerRoutes } from "./customers/customer-routes.ts";
import { customerFinder } from "./customers/find-customers.ts";
import { changeRoutes } from "./grants/change-routes.ts";
import { guardProjector } from "./grants/code-guards.ts";
import { deviceRoutes } from "./grants/device-routes.ts";
import { giftRoutes, registerGiftJobs } from "./grants/gift-routes.ts";
import { grantRoutes } from "./grants/grant-routes.ts";
import { grantProjector } from "./grants/project-grants.ts";
import { retireChanges } from "./grants/retire-changes.ts";
import { retireGrants } from "./grants/retire-grants.ts";
import { testSaleRoutes } from "./grants/try-sale-routes.ts";
import { batchSiteRoutes } from "./leases/batch-sites.ts";
import { claimGrantHandler } from "./leases/claim-grant.ts";
import { claimLeaseHandler } from "./leases/claim-lease.ts";
import { doubleUseRoutes } from "./leases/double-use.ts";
import { releaseProjector } from "./leases/project-releases.ts";
import { roamingRoutes } from "./leases/roaming-routes.ts";
import { planFinder } from "./plans/find-plans.ts";
import { planRoutes } from "./plans/plan-routes.ts";
import type { PriceCurrencies } from "./plans/price-currency.ts";
import { designRoutes } from "./printing/design-routes.ts";
import type { PortalAddressOf } from "./printing/portal-addresses.ts";
import { sheetRoutes } from "./printing/sheet-routes.ts";
import { recallHandler } from "./recall/recall-handler.ts";
import { addressHolderRoutes } from "./sessions/address-holder-routes.ts";
import { endingAuditor } from "./sessions/audit-endings.ts";
import { devicesTwiceRoutes, findDevicesTwice } from "./sessions/devices-twice.ts";
import { sessionFinder } from "./sessions/find-sessions.ts";
import { refusedLogInProjector } from "./sessions/project-refused-log-ins.ts";
import { sessionProjector } from "./sessions/project-sessions.ts";
import { refusedLogInRoutes } from "./sessions/refused-log-in-routes.ts";
import { sessionRoutes } from "./sessions/session-routes.ts";
import { findSilences, learnUsualHours } from "./usual-hours/learn-usual-hours.ts";
import { registerBatchJobs } from "./vouchers/batches.ts";
import { retireBegunVoucherRows } from "./vouchers/begun-vouchers.ts";
import { bulkVoucherRoutes, readBulkJob, registerBulkJobs } from "./vouchers/bulk-vouchers.ts";
import { createCodeGuesses } from "./vouchers/code-guesses.ts";
import { codesOfGrants } from "./vouchers/codes-of-grants.ts";
import { voucherFinder } from "./vouchers/find-vouchers.ts";
import type { KnowsHeldCodes } from "./vouchers/held-codes.ts";
import { ownerRoutes } from "./vouchers/owner-routes.ts";
import { redemptionProjector } from "./vouchers/project-redemptions.ts";
import { traceRoutes } from "./vouchers/trace.ts";
import { voucherMessageRoutes } from "./vouchers/voucher-message.ts";
import { voucherRoutes } from "./vouchers/voucher-routes.ts";

export interface CatalogueParts extends KnowsHeldCodes {
  readonly callSite: CallSite;
  readonly messaging: Messaging;
  readonly priceCurrencies: PriceCurrencies;
  readonly beforeAccountGoes: BeforeAccountGoes;
  readonly numberChanged: NumberChanged;
  /** Where phones reach the portal of a site, as its router was set up. */
  readonly portalAddress: PortalAddressOf;
}

const dayMs = 86_400_000;

export function createCatalogue(
  ground: Ground,
  { callSite, messaging, priceCurrencies, beforeAccountGoes, numberChanged, portalAddress, heldCodes }: CatalogueParts,
): District {
  const { world, envelope, publish, emit } = ground;
  const guesses = createCodeGuesses(ground);
  const leases = { ...ground, call: callSite };
  return {
    routes: [
      ...planRoutes(ground, priceCurrencies),
      ...customerRoutes(ground, emit, customerChanged(ground, beforeAccountGoes, numberChanged)),
      ...accountRoutes(ground, emit, beforeAccountGoes),
      ...addressHolderRoutes(world),
      ...voucherRoutes(ground, priceCurrencies, guesses),
      ...bulkVoucherRoutes(ground),
      ...traceRoutes(ground),
      ...voucherMessageRoutes(ground, messaging),
      ...ownerRoutes({ ...ground, heldCodes }, messaging),
      ...designRoutes(world, portalAddress),
      ...sheetRoutes(ground, portalAddress),
      ...grantRoutes(world),
      ...changeRoutes(ground),
      ...deviceRoutes(callSite),
      ...giftRoutes(ground),
      ...testSaleRoutes(ground),
      ...batchSiteRoutes(world, publish),
      ...roamingRoutes(world),
      ...doubleUseRoutes(envelope),
      ...sessionRoutes(callSite, world, codesOfGrants(envelope)),
      ...refusedLogInRoutes(),
      ...devicesTwiceRoutes(),
    ],
    rpcHandlers: [claimLeaseHandler(leases), claimGrantHandler(leases), recallHandler(ground)],
    jobReaders: [readBulkJob],
    finders: [voucherFinder(guesses), customerFinder(ground.parties), sessionFinder, planFinder],
    projectors: [
      ...[sessionProjector, endingAuditor(world), refusedLogInProjector],
      ...[grantProjector(ground), redemptionProjector(ground), releaseProjector, guardProjector(ground)],
    ],
    maintenance: [
      retireGrants(ground),
      retireChanges(ground),
      retireBegunVoucherRows(ground),
      findDevicesTwice(ground),
      {
        name: "learn-usual-hours",
        everyMs: dayMs,
        run: async () => `${await learnUsualHours(ground.world, ground.database)} sites`,
      },
      {
        name: "find-silent-sites",
        everyMs: 5 * 60_000,
        run: async () => `${await findSilences(ground.world, ground.database)} sites`,
      },
    ],
    retention: [
      { table: "grant_gifts", column: "created_at_ms", keptMs: 90 * dayMs },
      { table: "grant_change_log", column: "at_ms", keptMs: 731 * dayMs },
      { table: "voucher_bulk_jobs", column: "created_at_ms", keptMs: 30 * dayMs },
    ],
    async registerJobs() {
      await registerBatchJobs(ground);
      await registerBulkJobs(ground);
      await registerGiftJobs(ground);
    },
  };
}
