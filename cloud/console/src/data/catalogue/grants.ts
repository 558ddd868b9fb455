import type { grantView } from "@karibu/cloud/catalogue/grants/grant-routes";
import type { z } from "zod";
import { get, type Page } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type GrantView = z.output<typeof grantView>;

export const readGrant = (grantId: string): Promise<GrantView> => get(`/api/v1/grants/${encodeURIComponent(grantId)}`);

/** What one customer has bought or was given. */
export const listGrants = (phone: string, cursor: string | null): Promise<Page<GrantView>> =>
  get(listPath("/api/v1/grants", { limit: 20, cursor, phone }));
