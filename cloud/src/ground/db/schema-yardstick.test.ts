/** A fresh database of either engine against a frozen dump: what all migrations made before the schema was written down table by table. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openDatabase } from "./open-database.ts";
import { engines, isAbsent, realWorld, useFreshServer } from "./test-databases.ts";
import { dumpSchema } from "./test-schema-dump.ts";

const yardstick = readFileSync(new URL("../../../fixtures/schema-yardstick.txt", import.meta.url), "utf8");

describe.each(engines)("a fresh database on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("against the yardstick", () => {
    const fresh = useFreshServer(engine);
    test("[SYS-20] has the tables, keys, checks, indexes, functions, triggers, policies, grants, roles and first rows of the yardstick", async () => {
      const database = await openDatabase(realWorld(), { databaseUrl: fresh.url(), dataDir: null });
      const dump = await database.alone("read", (run) => dumpSchema(run));
      await database.close();
      expect(dump.split("\n\n")).toEqual(yardstick.split("\n\n"));
    }, 300_000);
  });
});
