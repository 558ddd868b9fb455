/** A start takes what the build compiled. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "karibu-compiled-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const loadHub = new URL("./load-hub.ts", import.meta.url).href;

/** What a process that loads the hub says of each module: its code was there already, or not. */
async function load(compiledIn: string): Promise<readonly string[]> {
  const script = `
    const { loadHub, useCompiled } = await import(${JSON.stringify(loadHub)});
    useCompiled(${JSON.stringify(compiledIn)});
    await loadHub();
    (await import("node:module")).flushCompileCache();`;
  // The tests' own compile cache is left out: this process has only the folder that it is told.
  const { NODE_COMPILE_CACHE: _, ...environment } = process.env;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...environment, NODE_DEBUG_NATIVE: "COMPILE_CACHE" },
    maxBuffer: 100_000_000,
  });
  return `${stdout}${stderr}`.split("\n").filter((line) => /^\[compile cache\] .*for ESM .*/.test(line));
}

test("what was compiled once is taken at the next start, and nothing is kept where nothing was built", async () => {
  const isTaken = (line: string) => line.includes("was accepted");
  expect((await load(folder)).filter(isTaken)).toEqual([]);
  const again = (await load(folder)).filter((line) => line.includes("V8 code cache"));
  expect(again.length).toBeGreaterThan(500);
  expect(again.filter((line) => !isTaken(line))).toEqual([]);
  const absent = join(folder, "absent");
  expect(await load(absent)).toEqual([]);
  expect(existsSync(absent)).toBe(false);
}, 120_000);
