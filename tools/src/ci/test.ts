/**
 * `npm test` (and `npm run test:long`): installs the programs that the tests use, builds the pages that they open, runs the checks and every
 * test; a few that fail are run once more. The last line is `N passed, N failed`, with `, N skipped` where there are any; the checks count as one.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findPrograms, startServer, startTestServer } from "@karibu/cloud/ground/db/test-postgresql";
import { requireNode } from "@karibu/protocol/process/require-node";
import { installTools } from "./install-tools.ts";
import { runCommand } from "./run-command.ts";
import { crashedRun, filesToTryAgain, judge, outsideAnyTest, readRun, type TestRun } from "./test-report.ts";

requireNode();
const long = process.argv.includes("--long");
const folder = mkdtempSync(join(tmpdir(), "karibu-test-"));

await installTools();
const build = await runCommand("npm", ["run", "--silent", "build"]);
const check = long ? { code: 0 } : await runCommand("npm", ["run", "--silent", "check"]);
// One server for all test processes; it ends with this process. Each suite creates a separate database on it.
const postgresUrl = findPrograms() === null ? null : await (long ? startServer() : startTestServer());
// The house's own tests have run among the checks.
const first = await runTests("first", long ? [] : ["--exclude=tools/src/house/**"]);
const again = filesToTryAgain(first);
// Hundreds of tests share two processors: what failed among them is run once more, alone. What passes then is named, to be mended.
const second = again.length === 0 ? null : await runTests("second", ["--maxWorkers=1", ...again]);
rmSync(folder, { recursive: true, force: true });

const verdict = judge(first, second);
const stepsFailed = [build.code, check.code].filter((code) => code !== 0).length;
const failed = verdict.failed + stepsFailed;
const lines = [
  `slowest: ${first.files
    .slice(0, 12)
    .map(({ name, seconds }) => `${relative(process.cwd(), name)} ${seconds} s`)
    .join(", ")}`,
  ...verdict.unsteady.map((name) => `UNSTEADY, passed only when run again: ${relative(process.cwd(), name)}`),
  `${verdict.passed + (check.code === 0 ? 1 : 0)} passed, ${failed} failed${verdict.skipped > 0 ? `, ${verdict.skipped} skipped` : ""}`,
];
process.stdout.write(`${lines.join("\n")}\n`);
process.exitCode = failed > 0 ? 1 : 0;

async function runTests(name: string, args: readonly string[]): Promise<TestRun> {
  const report = join(folder, `${name}.json`);
  const { code } = await runCommand(
    "vitest",
    ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`, ...args],
    {
      env: {
        KARIBU_TEST_LONG: long ? "1" : "0",
        ...(postgresUrl === null ? {} : { KARIBU_TEST_POSTGRES_URL: postgresUrl }),
      },
    },
  );
  try {
    const run = readRun(JSON.parse(readFileSync(report, "utf8")));
    // A run that crashed outside any test must not look green.
    return code !== 0 && run.failed.length === 0 ? { ...run, failed: [outsideAnyTest] } : run;
  } catch {
    return crashedRun;
  }
}
