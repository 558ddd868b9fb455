import type { analyticsView, statisticsView } from "@karibu/cloud/reports/platform-reports";
import type { providerMonthView } from "@karibu/cloud/reports/revenue-report";
import type { usageView } from "@karibu/cloud/reports/usage-report";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getAll, withQuery } from "../../hub/list.ts";

export type Usage = z.output<typeof usageView>;
export type Analytics = z.output<typeof analyticsView>;
export type ProviderMonth = z.output<typeof providerMonthView>;
export type Statistics = z.output<typeof statisticsView>;

export const usagePath = (days: number) => withQuery("/api/v1/reports/usage", { days });
/** @param currency left out: the provider's own @param untilDay the last of the days; left out: today */
export const analyticsPath = (days: number, currency?: string, untilDay?: string) =>
  withQuery("/api/v1/reports/analytics", { days, currency, untilDay });
/** For platform admins: one provider's figures. */
export const providerAnalyticsPath = (providerId: string, days: number) =>
  withQuery(hubPath("/api/v1/providers/{providerId}/analytics", { providerId }), { days });
/** For platform admins: figures of all providers together. */
export const statisticsPath = (days: number) => withQuery("/api/v1/platform/statistics", { days });
/** For platform admins: each provider's revenue by month. */
export const listRevenue = (): Promise<Page<ProviderMonth>> => getAll("/api/v1/platform/revenue");
