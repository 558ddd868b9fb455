/** Support access: a platform admin works as a provider, for a stated reason and a limited time. */
import type { impersonationView } from "@karibu/cloud/identity/support-access/support-access-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type SupportAccess = z.output<typeof impersonationView>;

export const startSupportAccess = (
  providerId: string,
  order: { reason: string; minutes: number; readOnly: boolean },
): Promise<{ token: string; impersonation: SupportAccess }> =>
  post(hubPath("/api/v1/providers/{providerId}/impersonate", { providerId }), order);

const path = "/api/v1/impersonations";
export const listSupportAccess = (query: ListQuery): Promise<Page<SupportAccess>> =>
  getList(path, { limit: 20, ...query });
export const stopSupportAccess = (id: string): Promise<unknown> =>
  post(hubPath("/api/v1/impersonations/{impersonationId}/end", { impersonationId: id }));
