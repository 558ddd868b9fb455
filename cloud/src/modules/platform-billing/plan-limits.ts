import type { QuotaKind } from "../../ground/quotas/quota-policy.ts";

export type PlanLimits = Partial<Record<QuotaKind, number>>;
