import type { grantView } from "@karibu/cloud/catalogue/grants/grant-routes";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type GrantView = z.output<typeof grantView>;

const path = "/api/v1/grants";
export const readGrant = (grantId: string): Promise<GrantView> => get(`${path}/${encodeURIComponent(grantId)}`);
/** The grants of one customer. */
export const listGrants = (query: ListQuery, phone: string): Promise<Page<GrantView>> =>
  getList(path, { limit: 20, ...query }, { phone });
