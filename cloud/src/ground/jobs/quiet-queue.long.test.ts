/** Queues without work are watched together. */
import { describe, expect, test, vi } from "vitest";
import type { OpenDatabase } from "../db/open-database.ts";
import { realWorld, useDatabase } from "../db/test-databases.ts";
import { createPgBossQueue } from "./pg-boss-queue.ts";

describe("queues of pg-boss", () => {
  const database = useDatabase("embedded");

  test("[SYS-07] twenty without work are asked about by one statement every two seconds", async () => {
    const asked: string[] = [];
    const queue = createPgBossQueue(realWorld(), listenedTo(database.current(), asked), { concurrency: 1 });
    for (let at = 0; at < 20; at++) await queue.work(`quiet-${at}`, async () => {});
    await queue.start();
    const scouts = () => asked.filter((text) => text.includes("as asked (name)")).length;
    const scoutsAre = (count: number) =>
      vi.waitFor(() => expect(scouts()).toBeGreaterThanOrEqual(count), { timeout: 20_000 });
    try {
      // Each worker looks for itself once.
      await scoutsAre(2);
      asked.length = 0;
      await scoutsAre(2);
      const others = asked.filter((text) => /pgboss\.job\b/.test(text) && !text.includes("as asked (name)"));
      // Neither for the letters of jobs that failed for good, nor for jobs that wait for others, nor thrice in the outbox.
      expect(others).toEqual([]);
      expect(asked.filter((text) => /job_common|flow_on/.test(text))).toEqual([]);
      expect(asked.filter((text) => /job_outbox/.test(text)).length).toBeLessThanOrEqual(2);
    } finally {
      await queue.stop();
    }
  });
});

/** The same database, whose statements are noted. */
function listenedTo(database: OpenDatabase, asked: string[]): OpenDatabase {
  const { handle } = database;
  if (handle.kind !== "embedded") throw new Error("the embedded engine is listened to");
  const pglite = new Proxy(handle.pglite, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (name === "query" || name === "exec") asked.push(String(given[0]));
        return value.apply(target, given);
      };
    },
  });
  return { ...database, handle: { ...handle, pglite } };
}
