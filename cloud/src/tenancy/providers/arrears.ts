/** What a provider that owes the platform can't do for now. A module decides (`keepsArrears` in `modules/hub-module.ts`). */
import { sql } from "kysely";
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
    .select(["arrearsAtMs", "salesStoppedAtMs"])
    .where("providerId", "=", providerId)
    .executeTakeFirstOrThrow();
  return { readOnlyAtMs: row.arrearsAtMs, salesStoppedAtMs: row.salesStoppedAtMs };
}

export async function setArrears(
  tx: Tx,
  providerId: string,
  { readOnlyAtMs, salesStoppedAtMs }: Arrears,
): Promise<void> {
  await tx
    .updateTable("providers")
    .set({ arrearsAtMs: readOnlyAtMs, salesStoppedAtMs })
    .where("providerId", "=", providerId)
    .execute();
}

/** How many owe the platform and can't pay it: a column of a statement of the platform. */
export const withoutWayToPay = sql<number>`(select count(*) from providers where state <> 'deleted' and no_way_to_pay_at_ms is not null)`;

/** Since when it can't pay what it owes, because no channel of the platform takes the money. Null: it can. */
export async function readNoWayToPaySince(tx: Tx, providerId: string): Promise<number | null> {
  const row = await tx
    .selectFrom("providers")
    .select("noWayToPayAtMs")
    .where("providerId", "=", providerId)
    .executeTakeFirstOrThrow();
  return row.noWayToPayAtMs;
}

export async function setNoWayToPaySince(tx: Tx, providerId: string, sinceMs: number | null): Promise<void> {
  await tx.updateTable("providers").set({ noWayToPayAtMs: sinceMs }).where("providerId", "=", providerId).execute();
}
