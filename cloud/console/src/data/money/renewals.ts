/** Renewals: plans that the hub buys again from the customer's credit before they end. */
import type { renewalView } from "@karibu/cloud/money/renewals/renewal-routes";
import type { z } from "zod";
import { type Page, post, remove } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Renewal = z.output<typeof renewalView>;

interface RenewalFilters {
  readonly phone: string | null;
  readonly siteId?: string;
  readonly active?: "true" | null;
}

const path = "/api/v1/renewals";
export const listRenewals = (query: ListQuery, filters: RenewalFilters): Promise<Page<Renewal>> =>
  getList(path, { limit: 20, ...query }, { ...filters });
export const startRenewal = (order: object, key: string): Promise<Renewal> => post(path, order, { key });
export const endRenewal = (id: string): Promise<unknown> => remove(`${path}/${encodeURIComponent(id)}`);
