import { sql } from "kysely";
import type { Database } from "../db/database.ts";
import { recordset } from "../db/recordset.ts";

/** Hourly counts, collected in memory and written now and then: a count must not cost more than its job. */
export function createJobCounts(database: Database): {
  add(name: string, outcome: "done" | "failed" | "dead", busyMs: number, nowMs: number): void;
  flush(): Promise<void>;
} {
  const waiting = new Map<
    string,
    { name: string; hourMs: number; done: number; failed: number; dead: number; busyMs: number }
  >();
  return {
    add(name, outcome, busyMs, nowMs) {
      const hourMs = Math.floor(nowMs / 3_600_000) * 3_600_000;
      const key = `${name}/${hourMs}`;
      const row = waiting.get(key) ?? { name, hourMs, done: 0, failed: 0, dead: 0, busyMs: 0 };
      row[outcome] += 1;
      row.busyMs += Math.round(busyMs);
      waiting.set(key, row);
    },
    async flush() {
      const rows = [...waiting.values()];
      waiting.clear();
      if (rows.length === 0) return;
      // In the order of the key: two hubs that count the same jobs wait for each other, and neither for what the other waits for.
      await database.asPlatform("count-jobs", (tx) =>
        sql`insert into job_counts (name, hour_ms, done, failed, dead, busy_ms)
          select name, "hourMs", done, failed, dead, "busyMs"
          from ${recordset("counted", rows, {
            name: "text",
            hourMs: "bigint",
            done: "bigint",
            failed: "bigint",
            dead: "bigint",
            busyMs: "bigint",
          })}
          order by name, "hourMs"
          on conflict (name, hour_ms) do update set done = job_counts.done + excluded.done,
            failed = job_counts.failed + excluded.failed, dead = job_counts.dead + excluded.dead,
            busy_ms = job_counts.busy_ms + excluded.busy_ms`.execute(tx),
      );
    },
  };
}
