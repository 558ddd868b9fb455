/** Outages and planned work, and which customers are told. */
import type { outageRulesView, outageView } from "@karibu/cloud/modules/outage-notices/outage-routes";
import type { z } from "zod";
import { get, type Page, post, put } from "../../hub/api.ts";
import { type Body, hubPath, type Query } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type Outage = z.output<typeof outageView>;
export type OutageRules = z.output<typeof outageRulesView>;
export interface OutageWish {
  readonly wished: boolean;
  readonly how: string | null;
  readonly sinceMs: number | null;
}

const path = "/api/v1/outages";
export const outageRulesPath = "/api/v1/outage-rules";
export const listOutages = (query: ListQuery, filters: Query<"/api/v1/outages">): Promise<Page<Outage>> =>
  getList(path, query, filters);
export const planWork = (work: Body<"POST", "/api/v1/outages">, key: string): Promise<unknown> =>
  post(path, work, { key });
export const decideOutage = (outageId: string, tell: boolean, key: string): Promise<Outage> =>
  post(hubPath("/api/v1/outages/{outageId}/decide", { outageId }), { tell }, { key });
export const callOffOutage = (outageId: string): Promise<Outage> =>
  post(hubPath("/api/v1/outages/{outageId}/call-off", { outageId }));
export const outageAudience = (siteId: string): Promise<{ readonly all: number; readonly wishing: number }> =>
  get(withQuery("/api/v1/outage-audience", { siteId }));
export const saveOutageRules = (
  rules: Body<"PUT", "/api/v1/outage-rules">,
  etag: string | null,
): Promise<OutageRules> => put(outageRulesPath, rules, { etag });
export const outageWishPath = (customerId: string) =>
  hubPath("/api/v1/customers/{customerId}/outage-wish", { customerId });
export const setOutageWish = (customerId: string, wished: boolean): Promise<OutageWish> =>
  put(outageWishPath(customerId), { wished });
