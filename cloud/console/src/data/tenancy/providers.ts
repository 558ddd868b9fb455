/** For platform admins: providers, figures over all of them, and acting as one. */
import type { impersonationView } from "@karibu/cloud/identity/support-access/impersonation-routes";
import type { upkeepView } from "@karibu/cloud/operations/maintenance/upkeep-routes";
import type { analyticsView, statisticsView } from "@karibu/cloud/reports/platform-reports";
import type { providerView } from "@karibu/cloud/tenancy/providers/provider-view";
import type { z } from "zod";
import { get, getText, type Page, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Provider = z.output<typeof providerView>;
export type Statistics = z.output<typeof statisticsView>;
export type Analytics = z.output<typeof analyticsView>;
export type Impersonation = z.output<typeof impersonationView>;
export type Upkeep = z.output<typeof upkeepView>;

export const providerPath = (id: string) => `/api/v1/providers/${encodeURIComponent(id)}`;
export const listProviders = (cursor: string | null, q: string, sort: string | null): Promise<Page<Provider>> =>
  get(listPath("/api/v1/providers", { limit: 50, cursor, sort, q: q === "" ? null : q }));
export const addProvider = (provider: object): Promise<Provider> => post("/api/v1/providers", provider);
export const suspendProvider = (id: string, graceDays: number): Promise<Provider> =>
  post(`${providerPath(id)}/suspend`, { graceDays });
export const turnProvider = (id: string, verb: "reactivate" | "restore"): Promise<Provider> =>
  post(`${providerPath(id)}/${verb}`);
export const removeProvider = (id: string, graceDays: number): Promise<Provider> =>
  remove(listPath(providerPath(id), { graceDays }));
/** Everything of a provider, one JSON object a line. */
export const exportProvider = (id: string): Promise<string> => getText(`${providerPath(id)}/export`);

export const statisticsPath = "/api/v1/platform/statistics?days=30";
export const listSchedule = async () => ({
  items: (await get<{ items: Upkeep[] }>("/api/v1/platform/schedule")).items,
  nextCursor: null,
});

export const actAs = (
  id: string,
  order: { reason: string; minutes: number; readOnly: boolean },
): Promise<{ token: string; impersonation: Impersonation }> => post(`${providerPath(id)}/impersonate`, order);
export const listImpersonations = (cursor: string | null): Promise<Page<Impersonation>> =>
  get(listPath("/api/v1/impersonations", { limit: 20, cursor }));
export const endImpersonation = (id: string): Promise<unknown> =>
  post(`/api/v1/impersonations/${encodeURIComponent(id)}/end`);
