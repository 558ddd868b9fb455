import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeHistoryBeside } from "./make-history.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-making-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({ log: join(folder, "logs/history.log"), args: ["--out", join(folder, "days/image")] });

/** What is there of the days, as soon as something is. */
async function begun(): Promise<{ readonly maker: number }> {
  await vi.waitFor(() => expect(left()).toEqual([expect.stringMatching(/^image\.unfinished-\d+$/)]), 60_000);
  return { maker: Number(left()[0]?.split("-").at(-1)) };
}

const left = (): string[] => (existsSync(join(folder, "days")) ? readdirSync(join(folder, "days")) : []);

test("days that are made beside a start give way to it, end with it, and leave nothing", async () => {
  const making = makeHistoryBeside(options());
  const { maker } = await begun();
  expect(getPriority(maker)).toBe(constants.priority.PRIORITY_LOW);
  await making.stop();
  expect([left(), await making.made, readFileSync(options().log, "utf8")]).toEqual([[], false, ""]);
});

test("a maker whose start was killed ends by itself, and leaves nothing", async () => {
  const text = `import { makeHistoryBeside } from ${JSON.stringify(join(import.meta.dirname, "make-history.ts"))};
    makeHistoryBeside(${JSON.stringify(options())});`;
  const start = spawn(process.execPath, ["--input-type=module", "-e", text], { stdio: "inherit" });
  const { maker } = await begun();
  start.kill("SIGKILL");
  await vi.waitFor(() => expect(() => process.kill(maker, 0)).toThrow("ESRCH"), 60_000);
  expect(left()).toEqual([]);
});
