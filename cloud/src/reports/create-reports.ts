/** Reports over all other districts. They only read. */

import type { PortalAddressOf } from "../catalogue/printing/portal-addresses.ts";
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import type { Finder } from "../ground/lists/search.ts";
import type { AccountOwners } from "../money/ledger/names-in-books.ts";
import { figureRoutes } from "./figures/figure-routes.ts";
import { siteGlanceRoutes } from "./figures/site-glance-routes.ts";
import { ownSalesRoutes } from "./own-sales.ts";
import { providerReportRoutes } from "./provider-report-routes.ts";
import { revenueRoutes } from "./revenue-report.ts";
import { rollUpJobs } from "./roll-ups/keep-roll-ups.ts";
import { uplinkRoutes } from "./roll-ups/uplink-routes.ts";
import { saleRoutes } from "./sales/sale-routes.ts";
import { searchRoutes } from "./search/search-routes.ts";
import { reportRoutes } from "./today-report.ts";
import { usageRoutes } from "./usage-report.ts";

export function createReports(
  { world, database, envelope }: Ground,
  {
    finders,
    lastingAlarms,
    portalAddress,
    accountOwners,
  }: {
    readonly finders: readonly Finder[];
    readonly lastingAlarms: AlarmSources;
    readonly portalAddress: PortalAddressOf;
    readonly accountOwners: readonly AccountOwners[];
  },
): District {
  return {
    maintenance: rollUpJobs(world, database),
    routes: [
      ...reportRoutes(world),
      ...usageRoutes(world),
      ...revenueRoutes(world),
      ...saleRoutes(),
      ...figureRoutes(world, accountOwners),
      ...siteGlanceRoutes(world),
      ...uplinkRoutes(world),
      ...providerReportRoutes(world, lastingAlarms),
      ...searchRoutes(world, finders),
      ...ownSalesRoutes(world, envelope, portalAddress),
    ],
  };
}
