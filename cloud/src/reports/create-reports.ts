/** Reports over all other districts. They only read. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import { providerReportRoutes } from "./provider-report-routes.ts";
import { revenueRoutes } from "./revenue-report.ts";
import { reportRoutes } from "./today-report.ts";
import { usageRoutes } from "./usage-report.ts";

export function createReports({ world }: Ground): District {
  return {
    routes: [...reportRoutes(world), ...usageRoutes(world), ...revenueRoutes(world), ...providerReportRoutes(world)],
  };
}
