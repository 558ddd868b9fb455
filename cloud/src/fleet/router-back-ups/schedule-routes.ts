/**
 * `/api/v1/router-back-up-schedule` and `/api/v1/routers/{siteId}/back-up-schedule`: when routers are backed up by themselves.
 *
 * Who attacks: a stolen log-in that wants no trace, or nothing to go back to: it switches the schedule off, or keeps so few that the good
 * ones go. Both need the owner's right and a fresh second factor, stand in the audit log, and a site that has had no back-up for long is
 * an alarm while its schedule is on.
 */
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { windowShape } from "../router-upgrades/upgrade-routes.ts";
import { readSite } from "../sites/sites.ts";
import { nextDueMs } from "./back-up-policy.ts";
import { schedulePeriods } from "./back-up-states.ts";
import type { BackUpParts } from "./back-up-store.ts";
import { readSiteSchedule } from "./schedules.ts";

export const scheduleView = z.object({
  every: z.enum(schedulePeriods),
  /** Back-ups of each site. */
  kept: z.int(),
  /** In minutes of the provider's day; null: at any time. A site that missed two turns is backed up at any time. */
  window: windowShape.nullable(),
});
const keptUsual = 20;

export const siteScheduleView = z.object({
  /** What counts for this site. */
  every: z.enum(schedulePeriods),
  /** Null: as all sites. */
  own: z.enum(schedulePeriods).nullable(),
  /** When the next one is due, or was; the chosen hours, or a site that is away, may put it off. Null: none is. */
  nextAtMs: z.int().nullable(),
  /** Since the last one that was kept, so many by schedule failed. */
  failures: z.int(),
  keptAtMs: z.int().nullable(),
});

export function scheduleRoutes({ world }: Pick<BackUpParts, "world">) {
  const params = z.object({ siteId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/router-back-up-schedule",
      summary: "When routers are backed up by themselves, and how many back-ups of each are kept",
      permission: "routers.back-ups",
      response: scheduleView,
      handle: ({ transact }) =>
        transact(async (tx) => {
          const row = await tx.selectFrom("router_back_up_schedules").selectAll().executeTakeFirst();
          const { fromMinute = null, untilMinute = null } = row ?? {};
          const window = fromMinute === null || untilMinute === null ? null : { fromMinute, untilMinute };
          return { every: row?.every ?? "off", kept: row?.kept ?? keptUsual, window };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/router-back-up-schedule",
      summary:
        "Set when routers are backed up by themselves; each site has its own minute of the day, the week, or the chosen hours",
      permission: "routers.restore",
      // To keep fewer deletes the others.
      freshFactor: true,
      body: z.strictObject({
        every: z.enum(schedulePeriods),
        kept: z.int().min(2).max(200),
        window: windowShape.nullable().default(null),
      }),
      response: scheduleView,
      handle: ({ body: { every, kept, window }, providerId, transact }) =>
        transact(async (tx) => {
          const values = {
            every,
            kept,
            fromMinute: window?.fromMinute ?? null,
            untilMinute: window?.untilMinute ?? null,
            changedAtMs: world.clock.wall().atMs,
          };
          await tx
            .insertInto("router_back_up_schedules")
            .values({ providerId, ...values })
            .onConflict((on) => on.column("providerId").doUpdateSet(values))
            .execute();
          return { every, kept, window };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/back-up-schedule",
      summary: "When a site's router is backed up by itself: as all are, or by its own schedule",
      permission: "routers.back-ups",
      params,
      response: siteScheduleView,
      handle: ({ params: { siteId }, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return viewOf(siteId, await readSiteSchedule(tx, siteId));
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/routers/{siteId}/back-up-schedule",
      summary: "Give a site's router a schedule of its own for back-ups, or none (null): then it is as all are",
      permission: "routers.restore",
      freshFactor: true,
      params,
      body: z.strictObject({ own: z.enum(schedulePeriods).nullable() }),
      response: siteScheduleView,
      handle: ({ params: { siteId }, body: { own }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const row = { every: own ?? "off", changedAtMs: world.clock.wall().atMs };
          if (own === null) await tx.deleteFrom("router_back_up_site_schedules").where("siteId", "=", siteId).execute();
          // Two people may choose at once: the later one counts.
          else
            await tx
              .insertInto("router_back_up_site_schedules")
              .values({ providerId, siteId, ...row })
              .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(row))
              .execute();
          return viewOf(siteId, await readSiteSchedule(tx, siteId));
        }),
    }),
  ];
}

function viewOf(siteId: string, read: Awaited<ReturnType<typeof readSiteSchedule>>): z.input<typeof siteScheduleView> {
  if (read === undefined) return { every: "off", own: null, nextAtMs: null, failures: 0, keptAtMs: null };
  const { schedule, soFar, own, keptAtMs } = read;
  const { failures } = soFar;
  return { every: schedule.every, own, nextAtMs: nextDueMs(schedule, siteId, soFar), failures, keptAtMs };
}
