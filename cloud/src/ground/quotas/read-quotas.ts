import type { Tx } from "../db/database.ts";
import { type DailyKind, dayOf, nextDayOf, type QuotaKind, quotaKinds, quotas } from "./quota-policy.ts";
import type { QuotaCount } from "./quotas.ts";

/** One quota of a provider, and how much of it is used. */
export interface QuotaFacts {
  readonly kind: QuotaKind;
  readonly per: "all" | "day" | "once";
  readonly limit: number;
  readonly used: number;
  /** Where the platform set no other. */
  readonly defaultLimit: number;
  /** When a count by day begins again; null: it is not counted by day. */
  readonly resetsAtMs: number | null;
}

/** All kinds, in their order. The transaction may be the platform's. */
export async function readQuotas(
  tx: Tx,
  of: { readonly providerId: string; readonly counts: readonly QuotaCount[]; readonly nowMs: number },
): Promise<QuotaFacts[]> {
  const { providerId, counts, nowMs } = of;
  const set = await tx.selectFrom("provider_quotas").selectAll().where("providerId", "=", providerId).execute();
  const today = await tx
    .selectFrom("quota_days")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("dayAtMs", "=", dayOf(nowMs))
    .execute();
  const items: QuotaFacts[] = [];
  for (const kind of quotaKinds) {
    const { per, limit: defaultLimit } = quotas[kind];
    const used =
      per === "day"
        ? (today.find((row) => row.kind === (kind as DailyKind))?.used ?? 0)
        : ((await counts.find((count) => count.kind === kind)?.used(tx, providerId)) ?? 0);
    const row = set.find((one) => one.kind === kind);
    // Without a limit of its own the provider has that of its plan.
    const usual = row?.planLimit ?? defaultLimit;
    const limit = row?.limitValue ?? usual;
    items.push({ kind, per, limit, used, defaultLimit: usual, resetsAtMs: per === "day" ? nextDayOf(nowMs) : null });
  }
  return items;
}
