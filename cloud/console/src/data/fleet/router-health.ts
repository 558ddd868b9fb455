/** The grade of routers with what was found at them, what is done about differences, and upgrades of RouterOS. */
import type { healthRow, healthView, policyView, radiusTryView } from "@karibu/cloud/fleet/router-health/health-routes";
import type { upgradeView } from "@karibu/cloud/fleet/router-upgrades/upgrade-routes";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type GradedRouter = z.output<typeof healthRow>;
export type RouterHealth = z.output<typeof healthView>;
export type HealthFinding = RouterHealth["findings"][number];
export type DriftPolicy = z.output<typeof policyView>["drift"];
export type Upgrade = z.output<typeof upgradeView>;
export interface Upgrades {
  readonly upgrades: readonly Upgrade[];
}

const healthPath = (siteId: string) => hubPath("/api/v1/routers/{siteId}/health", { siteId });

export const listGrades = (query: ListQuery, filters: { readonly grade?: string }): Promise<Page<GradedRouter>> =>
  getList("/api/v1/router-health", query, filters);
export const readHealth = (siteId: string): Promise<RouterHealth> => get(healthPath(siteId));
export const examineRouter = (siteId: string): Promise<RouterHealth> =>
  post(hubPath("/api/v1/routers/{siteId}/health/examine", { siteId }));
export const tryRadius = (siteId: string): Promise<z.output<typeof radiusTryView>> =>
  post(hubPath("/api/v1/routers/{siteId}/radius/try", { siteId }));
export const readPolicy = (): Promise<{ readonly drift: DriftPolicy }> => get("/api/v1/router-policy");
export const setPolicy = (drift: DriftPolicy): Promise<unknown> => patch("/api/v1/router-policy", { drift });

export const readUpgrades = (): Promise<Upgrades> => get("/api/v1/router-upgrades");
export const startUpgrade = (plan: Body<"POST", "/api/v1/router-upgrades">): Promise<Upgrade> =>
  post("/api/v1/router-upgrades", plan);
export const switchUpgrade = (upgradeId: string, verb: "stop" | "resume"): Promise<Upgrade> =>
  post(hubPath(`/api/v1/router-upgrades/{upgradeId}/${verb}`, { upgradeId }));
