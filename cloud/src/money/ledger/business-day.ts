import type { Tx } from "../../ground/db/database.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";

/** Which day it is for the provider, `2026-11-20`: its books count by its own clock. */
export async function businessDay(tx: Tx, providerId: string, atMs: number): Promise<string> {
  const offset = await offsetOfProvider(tx, providerId);
  return new Date(atMs + offset * 60_000).toISOString().slice(0, 10);
}
