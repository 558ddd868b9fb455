import type { Tx } from "../../ground/db/database.ts";

/** Which day it is for the provider, `2026-11-20`: its books count by its own clock. */
export async function businessDay(tx: Tx, providerId: string, atMs: number): Promise<string> {
  const { utc_offset_minutes: offset } = await tx
    .selectFrom("providers")
    .select("utc_offset_minutes")
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  return new Date(atMs + offset * 60_000).toISOString().slice(0, 10);
}
