/** What the platform lets a provider have: seen by its people, changed by platform admins. */
import type { quotaView } from "@karibu/cloud/operations/provider-life/quota-routes";
import type { z } from "zod";
import { patch } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type Quota = z.output<typeof quotaView>;
export interface Quotas {
  readonly items: readonly Quota[];
}

export const ownQuotasPath = "/api/v1/quotas";
export const quotasPathOf = (providerId: string) => hubPath("/api/v1/providers/{providerId}/quotas", { providerId });
/** Null: the default again. */
export const changeQuotas = (
  providerId: string,
  limits: Readonly<Record<string, number | null>>,
  etag: string | null,
): Promise<Quotas> => patch(quotasPathOf(providerId), limits, { etag });
