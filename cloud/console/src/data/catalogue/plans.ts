import type { groupView } from "@karibu/cloud/catalogue/plans/group-routes";
import type { planView } from "@karibu/cloud/catalogue/plans/plan-routes";
import type { z } from "zod";
import { get, getVersioned, type Page, patch, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { everyRow, getList, type ListQuery, wholeList } from "../../hub/list.ts";

export type Plan = z.output<typeof planView>;
export type PlanGroup = z.output<typeof groupView>;

export type NewPlan = Body<"POST", "/api/v1/plans">;
type PlanChange = Body<"PATCH", "/api/v1/plans/{planId}">;

const path = "/api/v1/plans";
const at = (planId: string) => hubPath("/api/v1/plans/{planId}", { planId });
export const listPlans = (
  query: ListQuery,
  filters: { readonly archived?: boolean; readonly groupId?: string | null } = {},
): Promise<Page<Plan>> => getList(path, query, filters);
/** For a form to choose from. */
export const plansToChoose = (): Promise<readonly Plan[]> => everyRow(listPlans);
/** The currencies that prices can be in, the provider's own first. */
export const readCurrencies = async (): Promise<readonly string[]> =>
  (await get("/api/v1/currencies")).items.map(({ currency }) => currency);
export const readPlan = (planId: string) => getVersioned(at(planId));
export const addPlan = (plan: NewPlan, key: string): Promise<Plan> => post(path, plan, { key });
export const changePlan = (planId: string, change: PlanChange, etag: string | null): Promise<Plan> =>
  patch(at(planId), change, { etag });
export const copyPlan = (planId: string, key: string): Promise<Plan> =>
  post(hubPath("/api/v1/plans/{planId}/copy", { planId }), {}, { key });
export const archivePlan = (planId: string, archive: boolean): Promise<Plan> =>
  post(hubPath(`/api/v1/plans/{planId}/${archive ? "archive" : "unarchive"}`, { planId }));

const groupsPath = "/api/v1/plan-groups";
export const listGroups = (): Promise<Page<PlanGroup>> => wholeList((query) => getList(groupsPath, query));
export const addGroup = (group: Body<"POST", "/api/v1/plan-groups">): Promise<PlanGroup> => post(groupsPath, group);
export const removeGroup = (groupId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/plan-groups/{groupId}", { groupId }));
