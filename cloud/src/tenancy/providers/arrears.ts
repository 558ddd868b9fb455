/** What a provider that owes the platform can't do for now. A module decides (`keepsArrears` in `modules/hub-module.ts`). */
import type { Tx } from "../../ground/db/database.ts";

export interface Arrears {
  /** Since when its people may only read, pay and refund; null: they may do everything. */
  readonly readOnlyAtMs: number | null;
  /** Since when its sites sell nothing online; null: they do. The caller publishes its sites. */
  readonly salesStoppedAtMs: number | null;
}

export async function readArrears(tx: Tx, providerId: string): Promise<Arrears> {
  const row = await tx
    .selectFrom("providers")
    .select(["arrears_at_ms", "sales_stopped_at_ms"])
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  return { readOnlyAtMs: row.arrears_at_ms, salesStoppedAtMs: row.sales_stopped_at_ms };
}

export async function setArrears(
  tx: Tx,
  providerId: string,
  { readOnlyAtMs, salesStoppedAtMs }: Arrears,
): Promise<void> {
  await tx
    .updateTable("providers")
    .set({ arrears_at_ms: readOnlyAtMs, sales_stopped_at_ms: salesStoppedAtMs })
    .where("provider_id", "=", providerId)
    .execute();
}

/** Since when it can't pay what it owes, because no channel of the platform takes the money. Null: it can. */
export async function readNoWayToPaySince(tx: Tx, providerId: string): Promise<number | null> {
  const row = await tx
    .selectFrom("providers")
    .select("no_way_to_pay_at_ms")
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  return row.no_way_to_pay_at_ms;
}

export async function setNoWayToPaySince(tx: Tx, providerId: string, sinceMs: number | null): Promise<void> {
  await tx
    .updateTable("providers")
    .set({ no_way_to_pay_at_ms: sinceMs })
    .where("provider_id", "=", providerId)
    .execute();
}
