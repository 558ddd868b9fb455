/** For tests of what becomes of the house when a module's folders come or go: in a copy of the sources, it is written, checked and tested anew. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { copySources } from "@karibu/lab/simulation/planted/copy";
import { expect } from "vitest";

/** What asks for every route, list, table, page and word that there is. */
const tests = [
  "tools/src/house/house.test.ts",
  "tools/src/schema-types",
  "tools/src/build/split-words.test.ts",
  "cloud/console/src",
  "cloud/src/api.test.ts",
  "cloud/src/ground/db",
  "cloud/src/ground/http",
  "cloud/src/ground/lists",
  "cloud/src/modules",
  "cloud/src/operations/back-ups",
  "cloud/src/operations/personal-data",
  "cloud/src/reports/home",
];

/** What the rest of a module stands in: all that has its name. */
export const moduleFolders = ["cloud/src/modules", "cloud/console/src/modules", "lab/src/modules"];

/** @param change in the copy that stands in `folder`, before its lists and types are written */
export async function expectWhole(change: (folder: string) => void): Promise<void> {
  const copy = copySources();
  const run = (script: string, ...given: string[]) =>
    promisify(execFile)(process.execPath, [join(copy.folder, script), ...given], {
      cwd: copy.folder,
      maxBuffer: 2 ** 26,
      env: { ...process.env, KARIBU_TEST_LONG: "0" },
    }).then(
      () => "passed",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
    );
  try {
    change(copy.folder);
    expect(await run("tools/src/schema-types/main.ts")).toBe("passed");
    expect(await run("node_modules/typescript/bin/tsc", "-p", ".", "--checkers", "1")).toBe("passed");
    expect(await run("node_modules/vitest/vitest.mjs", "run", ...tests)).toBe("passed");
  } finally {
    copy.remove();
  }
}
