/**
 * How many deadlocks PostgreSQL has ended in a database. A transaction that was ended is repeated, so nothing else shows it. A connection reports what it
 * counted seconds later, or when it ends: close them all before this is asked.
 */
import pg from "pg";
import { expect, vi } from "vitest";

export async function deadlocksOf(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const others = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    await vi.waitFor(async () => expect((await client.query(others)).rows).toEqual([{ count: 0 }]));
    const { rows } = await client.query(
      "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()",
    );
    return rows[0].deadlocks;
  } finally {
    await client.end();
  }
}
