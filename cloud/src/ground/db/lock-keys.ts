import { sql } from "kysely";
import type { Tx } from "./database.ts";

/**
 * Advisory locks that all hub processes share. The numbers are arbitrary, but each belongs to one thing: otherwise two things
 * would wait for each other. Locks for a tenant's rows are hashes of names (`lockName`), and stand where they are taken.
 */
export const lockKeys = {
  migrations: 4_771_001,
  tunnel: 4_771_002,
  hosts: 4_771_003,
  firstAdmin: 4_771_004,
  releases: 4_771_008,
  parties: 4_771_009,
  backUps: 4_771_010,
  revocations: 4_771_011,
  restore: 4_771_012,
} as const;

/** Until this transaction ends, others who lock this name wait: what they count or find is then what this one left. */
export async function lockName(tx: Tx, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}
