import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { keepFresh } from "./fresh-folder.ts";
import { openDatabase } from "./open-database.ts";
import { realWorld } from "./test-databases.ts";

describe("a first start of the embedded engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-fresh-"));
  const freshIn = join(folder, "fresh");
  const first = async (dataDir: string, settings: { readonly freshIn?: string } = { freshIn }) => {
    const database = await openDatabase(realWorld(), { databaseUrl: null, dataDir, ...settings });
    try {
      const read = (tx: Parameters<Parameters<typeof database.asPlatform>[1]>[0]) =>
        tx.selectFrom("release_channels").select("channel").orderBy("channel").execute();
      return (await database.asPlatform("test", read)).map(({ channel }) => channel);
    } finally {
      await database.close();
    }
  };
  const firstRows = ["early", "stable"];
  beforeAll(() => keepFresh(realWorld(), freshIn), 300_000);
  afterEach(() => vi.restoreAllMocks());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  longTest(
    "[SYS-20] copies the files that the build kept: one engine is opened, and what it is sent is the same few texts as at each later start",
    async () => {
      const dataDir = join(folder, "kept");
      const [opened, sent] = [vi.spyOn(PGlite, "create"), vi.spyOn(PGlite.prototype, "exec")];
      expect(await first(dataDir)).toEqual(firstRows);
      const atFirst = sent.mock.calls.map(([script]) => script);
      expect(opened).toHaveBeenCalledTimes(1);
      sent.mockClear();
      expect(await first(dataDir)).toEqual(firstRows);
      expect(atFirst).toEqual(sent.mock.calls.map(([script]) => script));
      expect(atFirst.length).toBeLessThan(12);
    },
    120_000,
  );

  longTest(
    "[SYS-20] makes the database itself where nothing is kept for its release",
    async () => {
      const other = join(folder, "other-release");
      mkdirSync(join(other, "0123456789abcdef"), { recursive: true });
      expect(await first(join(folder, "own"), { freshIn: other })).toEqual(firstRows);
    },
    300_000,
  );

  test("[SYS-20] that a power cut ended begins again: what it had written is no database yet", async () => {
    const dataDir = join(folder, "cut");
    const unfinished = join(dataDir, "database.unfinished");
    cpSync(join(freshIn, readdirSync(freshIn)[0] as string), unfinished, { recursive: true });
    rmSync(join(unfinished, "global"), { recursive: true });
    expect(await first(dataDir)).toEqual(firstRows);
    expect(existsSync(unfinished)).toBe(false);
  }, 120_000);

  test("[SYS-20] keeping is once for a release, and files of another are removed", async () => {
    const [name] = readdirSync(freshIn) as [string];
    writeFileSync(join(freshIn, name, "made-once"), "");
    mkdirSync(join(freshIn, "0123456789abcdef"));
    await keepFresh(realWorld(), freshIn);
    expect(readdirSync(freshIn)).toEqual([name]);
    expect(existsSync(join(freshIn, name, "made-once"))).toBe(true);
  });
});
