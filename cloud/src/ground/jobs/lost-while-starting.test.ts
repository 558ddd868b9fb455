/** A start of the queue whose database goes away, at any of its statements. */
import { describe, expect, test } from "vitest";
import type { OpenDatabase } from "../db/open-database.ts";
import { isPassing } from "../db/passing.ts";
import { realWorld, useDatabase } from "../db/test-databases.ts";
import { createPgBossQueue } from "./pg-boss-queue.ts";

describe("a start of the queue", () => {
  const database = useDatabase("embedded");

  test("[BEY-05] [SYS-07] whose database goes away at any statement is begun again, and the queue works once", async () => {
    let begunAgain = 0;
    for (let lostAt = 1, isWhole = false; !isWhole; lostAt++) {
      let asked = 0;
      let isStarting = true;
      const losing = countedIn(database.current(), () => {
        if (isStarting) asked += 1;
        if (isStarting && asked === lostAt) throw new Error("Connection terminated unexpectedly");
      });
      const whenThere = async (begin: () => Promise<void>) => {
        try {
          await begin();
        } catch (error) {
          expect(isPassing(error)).toBe(true);
          begunAgain += 1;
          await begin();
        }
      };
      const queue = createPgBossQueue(realWorld(), losing, { concurrency: 1, whenThere });
      const done: object[] = [];
      await queue.work("vouchers.make", async (data) => void done.push(data));
      await queue.start();
      isStarting = false;
      isWhole = asked < lostAt;
      try {
        const data = { lostAt };
        await database.current().asProvider("p1", (tx) => queue.send(tx, "vouchers.make", data));
        queue.wake();
        await expect.poll(() => done, { timeout: 20_000 }).toEqual([data]);
      } finally {
        await queue.stop();
      }
    }
    expect(begunAgain).toBeGreaterThanOrEqual(3);
  }, 120_000);
});

/** The same database, whose statements are counted before they are sent. */
function countedIn(database: OpenDatabase, count: () => void): OpenDatabase {
  const { handle } = database;
  if (handle.kind !== "embedded") throw new Error("the embedded engine is counted");
  const pglite = new Proxy(handle.pglite, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return async (...given: unknown[]) => {
        if (name === "query" || name === "exec") count();
        return value.apply(target, given);
      };
    },
  });
  return { ...database, handle: { ...handle, pglite } };
}
