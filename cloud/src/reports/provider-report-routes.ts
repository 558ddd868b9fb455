/** Figures of providers: a provider sees its figures, a platform admin those of one provider or of all together. */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { Tx } from "../ground/db/database.ts";
import { reportDay } from "../ground/http/report-day.ts";
import { route } from "../ground/http/route.ts";
import type { AlarmSources } from "../ground/lists/lasting-alarm.ts";
import { readProvider } from "../tenancy/providers/provider-view.ts";
import { analyticsView, readAnalytics, readStatistics, statisticsView } from "./platform-reports.ts";
import { startOfDay } from "./sales/start-of-day.ts";

const params = z.object({ providerId: keySchema });
const span = z.object({ days: z.coerce.number().int().min(1).max(366).default(30) });

export function providerReportRoutes(world: World, lasting: AlarmSources) {
  return [
    route({
      method: "GET",
      path: "/api/v1/providers/{providerId}/analytics",
      summary: "Figures of a provider, day by day (platform admin)",
      permission: "providers.read",
      as: "platform",
      params,
      query: span,
      response: analyticsView,
      handle: async ({ params: { providerId }, query, transact }) =>
        transact((tx) => analytics({ world, lasting }, tx, providerId, query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/analytics",
      summary: "Figures of the provider, day by day",
      permission: "reports.read",
      /** Sales of one currency; left out: the provider's own. Currencies are never added up. */
      query: span.extend({
        currency: z
          .string()
          .regex(/^[A-Z]{3}$/)
          .optional(),
        /** The last of the days, in the provider's time zone; left out: today. */
        untilDay: reportDay.optional(),
      }),
      response: analyticsView,
      handle: async ({ providerId, query, transact }) =>
        transact((tx) => analytics({ world, lasting }, tx, providerId, query)),
    }),
    route({
      method: "GET",
      path: "/api/v1/platform/statistics",
      summary:
        "All providers together: how many, revenue, tickets sold, online, what waits for review (platform admin)",
      permission: "platform.read",
      as: "platform",
      query: span,
      response: statisticsView,
      handle: async ({ query: { days }, transact }) =>
        transact((tx) => {
          const nowMs = world.clock.wall().atMs;
          return readStatistics(tx, { fromMs: nowMs - days * 86_400_000, days, nowMs, lasting });
        }),
    }),
  ];
}

async function analytics(
  { world, lasting }: { readonly world: World; readonly lasting: AlarmSources },
  tx: Tx,
  providerId: string,
  {
    days,
    untilDay,
    ...asked
  }: { readonly days: number; readonly untilDay?: string | undefined; readonly currency?: string | undefined },
) {
  const { currency, utcOffsetMinutes } = await readProvider(tx, providerId);
  const nowMs = world.clock.wall().atMs;
  const lastMs =
    untilDay === undefined ? startOfDay(nowMs, utcOffsetMinutes) : Date.parse(untilDay) - utcOffsetMinutes * 60_000;
  const fromMs = lastMs - (days - 1) * 86_400_000;
  return readAnalytics(tx, providerId, { fromMs, days, nowMs, lasting }, asked.currency ?? currency);
}
