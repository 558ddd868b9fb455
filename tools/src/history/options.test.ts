import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseMakingOptions } from "./options.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-history-out-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

longTest("a folder that is no history is refused as the place to keep one, and still has its files", () => {
  writeFileSync(join(folder, "letters"), "mine");
  const main = join(import.meta.dirname, "main.ts");
  const { status, stderr } = spawnSync(process.execPath, [main, "--out", folder, "--days", "1"], {
    encoding: "utf8",
    timeout: 50_000,
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`--out: ${folder} is there`) });
  expect(readFileSync(join(folder, "letters"), "utf8")).toBe("mine");
  expect(readdirSync(dirname(folder)).filter((name) => name.startsWith(`${basename(folder)}.`))).toEqual([]);
});

test("a key beside it that is of something else is refused too; a former history is not", () => {
  const out = join(folder, "server");
  writeFileSync(`${out}.key`, "of a web server");
  expect(parseMakingOptions(["--out", out])).toEqual({
    refused: expect.stringContaining(`--out: ${out}.key is there`),
  });
  mkdirSync(out);
  writeFileSync(join(out, "made.json"), "{}");
  expect(parseMakingOptions(["--out", `${out}/`])).toEqual({ options: { out, days: 60, busy: 1, seed: 7 } });
});

test.each([
  ["--days", "0"],
  ["--days", "1.5"],
  ["--days", "401"],
  ["--days", "sixty"],
  ["--days", ""],
  ["--busy", "0"],
  ["--busy", "much"],
  ["--seed", "0.5"],
  ["--seed", "4294967296"],
  ["--loud", "1"],
])("%s %j is refused by the option's name", (name, value) => {
  expect(parseMakingOptions([name, value])).toEqual({ refused: expect.stringContaining(name) });
});

test("what is right is taken", () => {
  const args = ["--days", "3", "--busy", "0.5", "--seed", "0"];
  expect(parseMakingOptions(args)).toEqual({ options: { out: null, days: 3, busy: 0.5, seed: 0 } });
});
