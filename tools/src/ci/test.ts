/**
 * `npm test` (and `npm run test:long`): installs the programs that the tests use, builds the pages that they open, runs the checks and every
 * test. The last line is `N passed, N failed`, with `, N skipped` where there are any; the checks count as one.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { requireNode } from "@karibu/protocol/process/require-node";
import { installTools } from "./install-tools.ts";
import { runCommand } from "./run-command.ts";

requireNode();
const long = process.argv.includes("--long");
const folder = mkdtempSync(join(tmpdir(), "karibu-test-"));
const report = join(folder, "report.json");

await installTools();
const build = await runCommand("npm", ["run", "--silent", "build"]);
const check = long ? { code: 0 } : await runCommand("npm", ["run", "--silent", "check"]);
// One server for all test processes; it ends with this process. Each suite creates a separate database on it.
const postgresUrl = findPrograms() === null ? null : await startServer();
const vitest = await runCommand("vitest", ["run", "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`], {
  env: {
    KARIBU_TEST_LONG: long ? "1" : "0",
    ...(postgresUrl === null ? {} : { KARIBU_TEST_POSTGRES_URL: postgresUrl }),
  },
});

const counts = readCounts(report);
const stepsFailed = [build.code, check.code].filter((code) => code !== 0).length;
// A run that crashed outside any test must not look green.
const crashed = vitest.code !== 0 && counts.failed === 0 ? 1 : 0;
const failed = counts.failed + stepsFailed + crashed;
rmSync(folder, { recursive: true, force: true });
process.stdout.write(
  `${counts.passed + (check.code === 0 ? 1 : 0)} passed, ${failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ""}\n`,
);
process.exitCode = failed > 0 ? 1 : 0;

function readCounts(path: string): { passed: number; failed: number; skipped: number } {
  try {
    const json = JSON.parse(readFileSync(path, "utf8"));
    // A file that can't even be loaded has no tests to fail: count the file.
    const brokenFiles = json.testResults.filter(
      (file: { status: string; assertionResults: unknown[] }) =>
        file.status === "failed" && file.assertionResults.length === 0,
    ).length;
    return {
      passed: json.numPassedTests,
      failed: json.numFailedTests + brokenFiles,
      skipped: json.numPendingTests + json.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
