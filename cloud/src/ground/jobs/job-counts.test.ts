/** Two hubs that count the same jobs on one database. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";
import { isAbsent } from "../db/test-databases.ts";
import { createJobCounts } from "./job-counts.ts";

describe.skipIf(isAbsent("postgresql"))("counts of jobs", () => {
  const hub = useHub("postgresql");

  test("[BEY-09] two hubs that counted in different orders write at the same moment: there is no deadlock, and nothing is counted twice", async () => {
    const database = hub.database();
    const hourMs = 7_200_000;
    const counted = (names: readonly string[]) => {
      const counts = createJobCounts(database);
      for (const name of names) counts.add(name, "done", 10, hourMs);
      return counts;
    };
    await counted(["test-m"]).flush();
    const waiting = sql<{ count: string }>`select count(*) from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`;
    const deadlocks = sql<{
      count: string;
    }>`select deadlocks as count from pg_stat_database where datname = current_database()`;
    const numberOf = async (query: typeof waiting): Promise<number> =>
      Number((await database.asPlatform("test", (tx) => query.execute(tx))).rows[0]?.count);
    const mayGo = Promise.withResolvers<void>();
    const hasIt = Promise.withResolvers<void>();
    // A third one holds the row in the middle until both wait.
    const third = database.asPlatform("test", async (tx) => {
      await sql`select 1 from job_counts where name = 'test-m' for update`.execute(tx);
      hasIt.resolve();
      await mayGo.promise;
    });
    await hasIt.promise;
    const both = [counted(["test-z", "test-m", "test-a"]).flush(), counted(["test-a", "test-m", "test-z"]).flush()];
    await expect.poll(() => numberOf(waiting), { timeout: 20_000 }).toBe(2);
    mayGo.resolve();
    await Promise.all([third, ...both]);
    const read = (tx: Parameters<typeof waiting.execute>[0]) =>
      sql<{
        name: string;
        done: number;
      }>`select name, done from job_counts where name like 'test-%' order by name`.execute(tx);
    const { rows } = await database.asPlatform("test", read);
    expect(rows.map(({ name, done }) => [name, Number(done)])).toEqual([
      ["test-a", 2],
      ["test-m", 3],
      ["test-z", 2],
    ]);
    expect(await numberOf(deadlocks)).toBe(0);
  });
});
