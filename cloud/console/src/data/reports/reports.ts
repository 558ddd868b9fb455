import type { providerMonthView } from "@karibu/cloud/reports/revenue-report";
import type { usageView } from "@karibu/cloud/reports/usage-report";
import type { z } from "zod";
import { get } from "../../hub/api.ts";

export type Usage = z.output<typeof usageView>;
export type ProviderMonth = z.output<typeof providerMonthView>;

export const usagePath = (days: number): string => `/api/v1/reports/usage?days=${days}`;
/** Of all providers. */
export const listRevenue = async () => ({
  items: (await get<{ items: ProviderMonth[] }>("/api/v1/platform/revenue")).items,
  nextCursor: null,
});
