/** Two hubs that count the same jobs on one database. */
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";
import type { OpenDatabase } from "../db/open-database.ts";
import { isAbsent } from "../db/test-databases.ts";
import { lockWaits } from "../db/test-locks.ts";
import { createJobCounts } from "./job-counts.ts";

describe.skipIf(isAbsent("postgresql"))("counts of jobs", () => {
  const hub = useHub("postgresql");

  test("[BEY-09] two hubs that counted in different orders write at the same moment: there is no deadlock, and nothing is counted twice", async () => {
    let tries = 0;
    /** A transaction that a deadlock ended is repeated, and nothing else shows it at once. */
    const database: OpenDatabase = {
      ...hub.database(),
      asPlatform: (reason, work, options) =>
        hub.database().asPlatform(
          reason,
          (tx) => {
            tries += reason === "count-jobs" ? 1 : 0;
            return work(tx);
          },
          options,
        ),
    };
    const hourMs = 7_200_000;
    const counted = (names: readonly string[]) => {
      const counts = createJobCounts(database);
      for (const name of names) counts.add(name, "done", 10, hourMs);
      return counts;
    };
    await counted(["test-m"]).flush();
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
    await expect.poll(() => lockWaits(database), { timeout: 20_000 }).toBe(2);
    mayGo.resolve();
    await Promise.all([third, ...both]);
    const rows = await database.asPlatform("test", (tx) =>
      tx.selectFrom("job_counts").select(["name", "done"]).where("name", "like", "test-%").orderBy("name").execute(),
    );
    expect(rows.map(({ name, done }) => [name, Number(done)])).toEqual([
      ["test-a", 2],
      ["test-m", 3],
      ["test-z", 2],
    ]);
    expect(tries).toBe(3);
    const { rows: ended } = await database.asPlatform("test", (tx) =>
      sql`select deadlocks::int from pg_stat_database where datname = current_database()`.execute(tx),
    );
    expect(ended).toEqual([{ deadlocks: 0 }]);
  });
});
