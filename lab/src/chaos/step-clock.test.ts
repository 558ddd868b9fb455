import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a program's date is off by what the file says, and follows it; what only elapses is as it was", () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-step-"));
  try {
    const file = join(folder, "clock");
    writeFileSync(file, "3600000");
    const program = `
      import { writeFileSync } from "node:fs";
      const said = () => [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date];
      const [before, startedMs] = [said(), performance.now()];
      writeFileSync(process.env.CLOCK_STEP_FILE, "-60000");
      while (Date.now() > before[0]) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(JSON.stringify({ before, after: said(), tookMs: performance.now() - startedMs }));`;
    const args = ["--import", join(import.meta.dirname, "step-clock.ts"), "--input-type=module", "-e", program];
    const startedMs = Date.now();
    const env = { ...process.env, CLOCK_STEP_FILE: file };
    const { before, after, tookMs } = JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" }));
    const tookAllMs = Date.now() - startedMs;
    const isOffBy = (said: number, stepMs: number) =>
      said - startedMs >= stepMs && said - startedMs <= stepMs + tookAllMs;
    expect([isOffBy(before[0], 3_600_000), isOffBy(before[1], 3_600_000), before[2], before[3]]).toEqual([
      true,
      true,
      5,
      true,
    ]);
    expect([isOffBy(after[0], -60_000), isOffBy(after[1], -60_000)]).toEqual([true, true]);
    expect(tookMs).toBeLessThan(tookAllMs);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
