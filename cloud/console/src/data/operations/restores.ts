/** Restores of the hub from a back-up, and what sites gave back. */
import type { restoreView, returnedView } from "@karibu/cloud/operations/restored/restored-routes";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Restore = z.output<typeof restoreView>;
export type ReturnedRow = z.output<typeof returnedView>;

export const restoresPath = "/api/v1/restores";
export const platformRestoresPath = "/api/v1/platform/restores";

export const listReturned = (query: ListQuery, filters: { readonly verdict?: string }): Promise<Page<ReturnedRow>> =>
  getList("/api/v1/restores/rows", query, { ...filters });
