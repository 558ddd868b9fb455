/** Restores of the hub from a back-up, and what sites gave back. */
import type { restoreView, returnedView } from "@karibu/cloud/operations/restored/restored-routes";
import type { platformRevokedView, revokedView } from "@karibu/cloud/operations/restored/revoked-routes";
import type { z } from "zod";
import type { Page } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Restore = z.output<typeof restoreView>;
export type ReturnedRow = z.output<typeof returnedView>;
export type RevokedRow = z.output<typeof revokedView>;
export type PlatformRevokedRow = z.output<typeof platformRevokedView>;

export const restoresPath = "/api/v1/restores";
export const platformRestoresPath = "/api/v1/platform/restores";

export const listReturned = (query: ListQuery, filters: { readonly verdict?: string }): Promise<Page<ReturnedRow>> =>
  getList("/api/v1/restores/rows", query, { ...filters });

export const listRevoked = (query: ListQuery): Promise<Page<RevokedRow>> =>
  getList("/api/v1/restores/revocations", query);

export const listPlatformRevoked = (query: ListQuery): Promise<Page<PlatformRevokedRow>> =>
  getList("/api/v1/platform/restores/revocations", query);
