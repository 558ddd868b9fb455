/** What a job costs the database does not grow with the number of those that wait behind it. */
import { describe, expect, test, vi } from "vitest";
import { isAbsent, realWorld, useDatabase } from "../db/test-databases.ts";
import { createPgBossQueue } from "./pg-boss-queue.ts";

describe.skipIf(isAbsent("postgresql"))("a long row of jobs", () => {
  const database = useDatabase("postgresql");

  test("[SYS-03] its end is noted without a look at those that wait", async () => {
    const jobs = 2000;
    const { handle } = database.current();
    if (handle.kind !== "postgresql") throw new Error("PostgreSQL counts what it reads");
    const rowsRead = async (): Promise<number> => {
      const { rows } = await handle.pool.query(
        "select (seq_tup_read + idx_tup_fetch)::int as read from pg_stat_all_tables where schemaname = 'pgboss' and relname = 'job_common'",
      );
      return rows[0]?.read ?? 0;
    };
    const queue = createPgBossQueue(realWorld(), database.current());
    let done = 0;
    await queue.work("sms.long-row", async () => void done++);
    try {
      await database.current().asPlatform("test", (tx) =>
        queue.sendAll(
          tx,
          "sms.long-row",
          Array.from({ length: jobs }, (_, number) => ({ number })),
        ),
      );
      await queue.start();
      await vi.waitFor(() => expect(done).toBe(jobs), { timeout: 60_000, interval: 50 });
    } finally {
      // A session tells what it read when it ends, at the latest.
      await queue.stop();
    }
    expect((await rowsRead()) / jobs).toBeLessThan(40);
  }, 90_000);
});
