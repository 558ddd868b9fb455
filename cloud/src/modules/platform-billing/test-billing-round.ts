/** A round of the hub's upkeep, in which the platform charges its providers. */
import type { useHub } from "../../test-hub.ts";

/** @returns how many charges the provider has after it, whenever the last one was */
export async function chargesAfterARound(hub: ReturnType<typeof useHub>, providerId: string): Promise<number> {
  const database = hub.database();
  await database.asPlatform("test", (tx) =>
    tx.deleteFrom("upkeep_runs").where("name", "=", "platform-subscriptions").execute(),
  );
  await hub.hub().maintenance.runDue();
  const charges = await database.asPlatform("test", (tx) =>
    tx.selectFrom("platform_charges").select("period").where("providerId", "=", providerId).execute(),
  );
  return charges.length;
}
