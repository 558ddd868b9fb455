import type { scheduleView } from "@karibu/cloud/operations/maintenance/maintenance-routes";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { getAll } from "../../hub/list.ts";

export type MaintenanceRun = z.output<typeof scheduleView>;

/** The last run of each maintenance job. */
export const listMaintenanceRuns = (): Promise<Page<MaintenanceRun>> => getAll("/api/v1/platform/schedule");
