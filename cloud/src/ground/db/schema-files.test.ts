/** The schema files: each is listed, both engines make the same of them, and migrations bring an older database to the same. */

import { existsSync, readdirSync } from "node:fs";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { baselineName, readRooms } from "./baseline.ts";
import { migrate, readRelease } from "./migrate.ts";
import { openEngine } from "./open-database.ts";
import {
  engineSuite,
  engines,
  enginesOfThisRun,
  isAbsent,
  realWorld,
  type TestEngine,
  useFreshServer,
} from "./test-databases.ts";
import { dumpSchema } from "./test-schema-dump.ts";

const world = realWorld();
const source = new URL("../../", import.meta.url);

/** A fresh database of the schema files, or of the migrations one by one. */
async function dumpOf(url: string | null, by: "schema" | "migrations"): Promise<string[]> {
  const engine = await openEngine(world, { databaseUrl: url, dataDir: null });
  try {
    if (by === "migrations") await migrate(world, engine, baselineName);
    await migrate(world, engine);
    return (await engine.hold(dumpSchema)).split("\n\n");
  } finally {
    await engine.close();
  }
}

test("each room's schema file is listed, and each that is listed is there", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("schema.sql"),
  );
  expect(files.map((name) => name.replace("/schema.sql", "")).sort()).toEqual([...readRooms()].sort());
});

test("[SYS-20] whoever writes the first migration freezes the baseline before it", async () => {
  const { migrations } = await readRelease();
  const isFrozen = existsSync(new URL(`migrations/${baselineName}`, import.meta.url));
  expect(migrations.length === 1 || isFrozen, "see migrations/README.md").toBe(true);
});

const dumps = new Map<TestEngine, string[]>();

engineSuite("the schema files", { on: enginesOfThisRun }, (engine) => {
  const [fresh, older] = [useFreshServer(engine), useFreshServer(engine)];

  test("[SYS-20] make what the migrations make of an older database", async () => {
    const dump = await dumpOf(fresh.url(), "schema");
    dumps.set(engine, dump);
    expect(dump.length).toBeGreaterThan(200);
    const { migrations } = await readRelease();
    if (migrations.length > 1) expect(await dumpOf(older.url(), "migrations")).toEqual(dump);
  }, 300_000);
});

longTest.skipIf(engines.some(isAbsent))("[SYS-20] both engines make the same of the schema files", () => {
  expect(dumps.get("embedded")).toEqual(dumps.get("postgresql"));
});
