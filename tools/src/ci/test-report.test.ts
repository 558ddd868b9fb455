import { expect, test } from "vitest";
import {
  crashedRun,
  filesToTryAgain,
  judge,
  outsideAnyTest,
  readRun,
  secondTryMax,
  type VitestReport,
} from "./test-report.ts";

const report = (files: Record<string, Record<string, string> | null>): VitestReport => {
  const tests = Object.values(files).flatMap((file) => Object.values(file ?? {}));
  return {
    numPassedTests: tests.filter((status) => status === "passed").length,
    numPendingTests: tests.filter((status) => status === "skipped").length,
    numTodoTests: 0,
    testResults: Object.entries(files).map(([name, file], at) => ({
      name,
      status: file === null || Object.values(file).includes("failed") ? "failed" : "passed",
      startTime: 0,
      endTime: (at + 1) * 1000,
      assertionResults: Object.entries(file ?? {}).map(([fullName, status]) => ({ fullName, status })),
    })),
  };
};
const first = readRun(
  report({ "a.ts": { one: "passed", two: "failed" }, "b.ts": null, "c.ts": { three: "skipped", four: "passed" } }),
);

test("a run's figures: a file that could not be loaded counts as one failed test; the slowest file stands first", () => {
  expect(first).toEqual({
    passed: 2,
    skipped: 1,
    failed: ["a.ts > two", "b.ts"],
    failedFiles: ["a.ts", "b.ts"],
    files: [
      { name: "c.ts", seconds: 3 },
      { name: "b.ts", seconds: 2 },
      { name: "a.ts", seconds: 1 },
    ],
  });
  expect(filesToTryAgain(first)).toEqual(["a.ts", "b.ts"]);
});

test("where a hook failed, beside what failed by chance, the file has failed until it passes", () => {
  const chance = report({ "a.ts": { one: "failed" }, "b.ts": { two: "skipped" } });
  const hook = readRun({
    ...chance,
    testResults: chance.testResults.map((file) => (file.name === "b.ts" ? { ...file, status: "failed" } : file)),
  });
  expect(filesToTryAgain(hook)).toEqual(["a.ts", "b.ts"]);
  expect(judge(hook, readRun(report({ "a.ts": { one: "passed" }, "b.ts": null })))).toMatchObject({
    failed: 1,
    unsteady: ["a.ts > one"],
  });
  expect(judge(hook, readRun(report({ "a.ts": { one: "passed" }, "b.ts": { two: "passed" } })))).toMatchObject({
    failed: 0,
    unsteady: ["a.ts > one", "b.ts"],
  });
});

test("what fails twice has failed; what passes alone is passed and named", () => {
  const again = (files: Parameters<typeof report>[0]) => judge(first, readRun(report(files)));
  expect(again({ "a.ts": { one: "passed", two: "passed" }, "b.ts": { five: "passed" } })).toEqual({
    passed: 4,
    failed: 0,
    skipped: 1,
    unsteady: ["a.ts > two", "b.ts"],
  });
  expect(again({ "a.ts": { one: "failed", two: "failed" }, "b.ts": null })).toMatchObject({ failed: 2, unsteady: [] });
  expect(again({ "a.ts": { one: "passed", two: "failed" }, "b.ts": { five: "passed" } })).toMatchObject({
    failed: 1,
    unsteady: ["b.ts"],
  });
});

test("what did not run a second time has failed: too many at once, a file that is gone or can't be loaded, a crash", () => {
  expect(judge(first, null)).toMatchObject({ passed: 2, failed: 2, unsteady: [] });
  const alone = readRun(report({ "a.ts": { two: "passed" }, "b.ts": { five: "passed" } }));
  expect(judge(first, { ...alone, failed: [outsideAnyTest] })).toMatchObject({ failed: 2, unsteady: [] });
  expect(judge(first, crashedRun)).toMatchObject({ failed: 2, unsteady: [] });
  expect(judge(first, readRun(report({ "a.ts": null })))).toMatchObject({ failed: 2, unsteady: [] });
  const many = Object.fromEntries(Array.from({ length: secondTryMax + 1 }, (_, at) => [`${at}.ts`, { it: "failed" }]));
  expect(filesToTryAgain(readRun(report(many)))).toEqual([]);
});
