/** What vitest's JSON report says, for the last lines of `npm test`. Pure. */

/** The part of vitest's JSON report that is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export interface TestRun {
  readonly passed: number;
  readonly skipped: number;
  /** Each failed test as `file > name`; a file that could not be loaded, or whose hooks failed, stands for one test. */
  readonly failed: readonly string[];
  /** The files that they stand in. */
  readonly failedFiles: readonly string[];
  /** The slowest first. */
  readonly files: readonly { readonly name: string; readonly seconds: number }[];
}

/** Vitest ended with an error that no test had. */
export const outsideAnyTest = "outside any test";

/** Of a run without a report: it crashed, which is a failure. */
export const crashedRun: TestRun = { passed: 0, skipped: 0, failed: ["the run itself"], failedFiles: [], files: [] };

export function readRun({ numPassedTests, numPendingTests, numTodoTests, testResults }: VitestReport): TestRun {
  const failures = testResults.map(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    // A file that can't be loaded has no tests to fail; where a hook failed, its tests are told as skipped.
    if (status === "failed" && failed.length === 0) return { name, failed: [name] };
    return { name, failed: failed.map(({ fullName }) => `${name} > ${fullName}`) };
  });
  return {
    passed: numPassedTests,
    skipped: numPendingTests + numTodoTests,
    failed: failures.flatMap(({ failed }) => failed),
    failedFiles: failures.filter(({ failed }) => failed.length > 0).map(({ name }) => name),
    files: testResults
      .map(({ name, startTime, endTime }) => ({ name, seconds: Math.round((endTime - startTime) / 1000) }))
      .sort((a, b) => b.seconds - a.seconds),
  };
}

/** More failing files than these are no matter of chance: they are not run again. */
export const secondTryMax = 5;

/** The files to run once more, alone; none where chance does not explain what failed. */
export const filesToTryAgain = ({ failedFiles }: TestRun): readonly string[] =>
  failedFiles.length <= secondTryMax ? failedFiles : [];

export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Failed beside the others and passed alone: the test or what it tests depends on timing. Named, so that it is mended. */
  readonly unsteady: readonly string[];
}

/** @param second the failed files run once more; null: they were not */
export function judge(first: TestRun, second: TestRun | null): Verdict {
  const failedTwice = new Set(second === null ? first.failed : second.failed);
  // What did not run to its end the second time has not passed.
  const hasRun = second !== null && !second.failed.includes(outsideAnyTest);
  const unsteady = hasRun ? first.failed.filter((name) => !failedTwice.has(name) && !isLost(name, second)) : [];
  return {
    passed: first.passed + unsteady.length,
    failed: first.failed.length - unsteady.length,
    skipped: first.skipped,
    unsteady,
  };
}

/** Its file could not be loaded, or did not report, the second time. */
const isLost = (test: string, second: TestRun): boolean =>
  !second.files.some(({ name }) => test === name || test.startsWith(`${name} > `)) ||
  second.failed.some((name) => test.startsWith(`${name} > `));
