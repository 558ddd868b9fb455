/**
 * The deadlocks that PostgreSQL has ended in a database. A transaction that was ended is repeated, so nothing else shows it. A connection reports what it
 * counted seconds later, or when it ends: close them all before this is asked.
 */
import pg from "pg";
import { expect, vi } from "vitest";

/** @returns what the server's log says of each: which statements waited for each other, and for what */
export async function deadlocksOf(databaseUrl: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const others = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
    await vi.waitFor(async () => expect((await client.query(others)).rows).toEqual([{ count: 0 }]));
    const { rows } = await client.query(
      `select datname as database, deadlocks::int as deadlocks, pg_read_file(pg_current_logfile()) as log
        from pg_stat_database where datname = current_database()`,
    );
    const { database, deadlocks, log } = rows[0];
    if (deadlocks === 0) return [];
    const told = deadlocksIn(log ?? "", database);
    return told.length === 0 ? [`${deadlocks}, and no log that tells of them`] : told;
  } finally {
    await client.end();
  }
}

/** Entries begin with database and process; further lines of one begin with a tab. */
function deadlocksIn(log: string, database: string): readonly string[] {
  const entries = log.split(/\n(?!\t)/).filter((entry) => entry.startsWith(`${database} `));
  return entries.flatMap((entry, index) => {
    if (!entry.includes("ERROR:  deadlock detected")) return [];
    const [, process] = entry.split(" ");
    return entries
      .slice(index, index + 20)
      .filter((other) => other.startsWith(`${database} ${process} `))
      .slice(0, 5)
      .join("\n");
  });
}
