import { z } from "zod";
import { route } from "../../ground/http/route.ts";

export const scheduleView = z.object({
  name: z.string(),
  everyMs: z.number().int(),
  startedAtMs: z.number().int(),
  finishedAtMs: z.number().int().nullable(),
  outcome: z.string().nullable(),
  failed: z.boolean(),
});

/** @param names of this hub's jobs: others in the table ran when it had another module, or was another release */
export function maintenanceRoutes(names: readonly string[]) {
  return [
    route({
      method: "GET",
      path: "/api/v1/platform/schedule",
      summary: "The hub's maintenance: each job, its period, its last run and the outcome (platform admin)",
      permission: "platform.read",
      as: "platform",
      response: z.object({ items: z.array(scheduleView) }),
      handle: async ({ transact }) =>
        transact(async (tx) => {
          const rows = await tx
            .selectFrom("upkeep_runs")
            .selectAll()
            .where("name", "in", [...names])
            .orderBy("name")
            .execute();
          return {
            items: rows.map((row) => ({
              name: row.name,
              everyMs: row.everyMs,
              startedAtMs: row.startedAtMs,
              finishedAtMs: row.finishedAtMs,
              outcome: row.outcome,
              failed: row.failed,
            })),
          };
        }),
    }),
  ];
}
