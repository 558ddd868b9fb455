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
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  if (row === undefined) return usual;
  return { isOpen: row.isOpen, codesADay: row.codesADay, planIds: row.planIds };
}

export async function writePageSettings(tx: Tx, providerId: string, settings: PageSettings): Promise<void> {
  const row = {
    isOpen: settings.isOpen,
    codesADay: settings.codesADay,
    planIds: json([...new Set(settings.planIds)]),
  };
  await tx
    .insertInto("customer_page_settings")
    .values({ providerId, ...row })
    .onConflict((on) => on.column("providerId").doUpdateSet(row))
    .execute();
}
