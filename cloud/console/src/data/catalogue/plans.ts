import type { groupView } from "@karibu/cloud/catalogue/plans/group-routes";
import type { planView } from "@karibu/cloud/catalogue/plans/plan-routes";
import type { z } from "zod";
import { get, getVersioned, type Page, patch, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Plan = z.output<typeof planView>;
export type PlanGroup = z.output<typeof groupView>;

export const listPlans = (query: {
  limit: number;
  cursor?: string | null;
  sort?: string | null;
  archived?: boolean;
  groupId?: string | null;
}): Promise<Page<Plan>> =>
  get(
    listPath("/api/v1/plans", {
      limit: query.limit,
      cursor: query.cursor ?? null,
      sort: query.sort ?? null,
      archived: query.archived ?? false,
      groupId: query.groupId ?? null,
    }),
  );

export interface PlanChange {
  readonly name: string;
  readonly priceCents: number;
  readonly active: boolean;
  readonly groupId: string | null;
  readonly terms: Partial<Plan["terms"]>;
}

const at = (planId: string) => `/api/v1/plans/${encodeURIComponent(planId)}`;
export const readPlan = (planId: string) => getVersioned<Plan>(at(planId));
export const addPlan = (plan: PlanChange, key: string): Promise<Plan> => post("/api/v1/plans", plan, { key });
export const changePlan = (planId: string, change: Partial<PlanChange>, etag: string | null): Promise<Plan> =>
  patch(at(planId), change, { etag });
export const copyPlan = (planId: string, key: string): Promise<Plan> => post(`${at(planId)}/copy`, {}, { key });
export const archivePlan = (planId: string, archive: boolean): Promise<Plan> =>
  post(`${at(planId)}/${archive ? "archive" : "unarchive"}`);

const groupAt = (groupId: string) => `/api/v1/plan-groups/${encodeURIComponent(groupId)}`;
export const listGroups = (): Promise<Page<PlanGroup>> => get(listPath("/api/v1/plan-groups", { limit: 100 }));
export const addGroup = (group: object): Promise<PlanGroup> => post("/api/v1/plan-groups", group);
export const removeGroup = (groupId: string): Promise<unknown> => remove(groupAt(groupId));
