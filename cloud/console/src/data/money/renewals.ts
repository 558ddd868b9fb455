/** Packages that renew themselves from their customer's credit. */
import type { renewalView } from "@karibu/cloud/money/renewals/renewal-routes";
import type { z } from "zod";
import { get, type Page, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Renewal = z.output<typeof renewalView>;

export const listRenewals = (
  of: { readonly phone: string | null; readonly active?: "true" | null },
  cursor: string | null,
): Promise<Page<Renewal>> => get(listPath("/api/v1/renewals", { limit: 20, cursor, ...of }));
export const startRenewal = (order: object, key: string): Promise<Renewal> => post("/api/v1/renewals", order, { key });
export const endRenewal = (id: string): Promise<unknown> => remove(`/api/v1/renewals/${encodeURIComponent(id)}`);
