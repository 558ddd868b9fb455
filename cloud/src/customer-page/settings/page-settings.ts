/** What a provider decides about the customers' own page. */
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";

export interface PageSettings {
  readonly isOpen: boolean;
  /** Codes sent by SMS in a day, at most: what strangers can make the provider pay. */
  readonly codesADay: number;
  /** The plans to which customers may change by themselves. */
  readonly planIds: readonly string[];
}

const usual: PageSettings = { isOpen: true, codesADay: 300, planIds: [] };

export async function readPageSettings(tx: Tx, providerId: string): Promise<PageSettings> {
  const row = await tx
    .selectFrom("customer_page_settings")
    .selectAll()
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  if (row === undefined) return usual;
  return { isOpen: row.is_open, codesADay: row.codes_a_day, planIds: row.plan_ids };
}

export async function writePageSettings(tx: Tx, providerId: string, settings: PageSettings): Promise<void> {
  const row = {
    is_open: settings.isOpen,
    codes_a_day: settings.codesADay,
    plan_ids: json([...new Set(settings.planIds)]),
  };
  await tx
    .insertInto("customer_page_settings")
    .values({ provider_id: providerId, ...row })
    .onConflict((on) => on.column("provider_id").doUpdateSet(row))
    .execute();
}
