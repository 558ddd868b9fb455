/** Reports over all other districts. They only read. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { Finder } from "../ground/lists/search.ts";
import { homeRoutes } from "./home/home-routes.ts";
import { noteOnline, onlineCountsKept } from "./home/note-online.ts";
import { ownSalesRoutes } from "./own-sales.ts";
import { providerReportRoutes } from "./provider-report-routes.ts";
import { revenueRoutes } from "./revenue-report.ts";
import { searchRoutes } from "./search/search-routes.ts";
import { reportRoutes } from "./today-report.ts";
import { usageRoutes } from "./usage-report.ts";

export function createReports(
  { world, database, envelope }: Ground,
  { finders }: { readonly finders: readonly Finder[] },
): District {
  return {
    maintenance: [noteOnline(world, database)],
    retention: [onlineCountsKept],
    routes: [
      ...homeRoutes(world),
      ...reportRoutes(world),
      ...usageRoutes(world),
      ...revenueRoutes(world),
      ...providerReportRoutes(world),
      ...searchRoutes(finders),
      ...ownSalesRoutes(world, envelope),
    ],
  };
}
