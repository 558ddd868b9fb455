/** Whoever deletes a module's folders, and runs `npm run schema-types`, has deleted it: the rest type-checks, and its tests pass. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { moduleNames } from "@karibu/cloud/modules/choose-modules";
import { type ModuleName, moduleNeeds } from "@karibu/cloud/modules/names";
import { copySources } from "@karibu/lab/simulation/planted/copy";
import { expect, test } from "vitest";

const folders = ["cloud/src/modules", "cloud/console/src/modules", "lab/src/modules"];
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

/** The module, and those that are built on it. */
const withDependants = (name: ModuleName): readonly ModuleName[] => [
  name,
  ...moduleNames.filter((other) => (moduleNeeds[other] as readonly string[]).includes(name)),
];

test.each(moduleNames)("[SYS-27] %s deleted", { timeout: 1_800_000 }, async (name) => {
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
    for (const gone of withDependants(name))
      for (const folder of folders) rmSync(join(copy.folder, folder, gone), { recursive: true, force: true });
    expect(await run("tools/src/schema-types/main.ts")).toBe("passed");
    expect(await run("node_modules/typescript/bin/tsc", "-p", ".", "--checkers", "1")).toBe("passed");
    expect(await run("node_modules/vitest/vitest.mjs", "run", ...tests)).toBe("passed");
  } finally {
    copy.remove();
  }
});
