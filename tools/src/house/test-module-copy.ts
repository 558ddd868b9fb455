/** For tests of what becomes of the house when a module's folders come or go: in a copy of the sources, it is written, checked and tested anew. */
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { moduleNames } from "@karibu/cloud/modules/choose-modules";
import { moduleNeeds } from "@karibu/cloud/modules/names";
import { copySources } from "@karibu/lab/simulation/planted/copy";
import { expect } from "vitest";
import { moduleFolders } from "./test-module-traces.ts";

/** Those that can be deleted. */
export const deletable: readonly string[] = [...moduleNames, "example"];

/** The module, and those that are built on it. */
export const withDependants = (name: string): readonly string[] => [
  name,
  ...moduleNames.filter((other) => (moduleNeeds[other] as readonly string[]).includes(name)),
];

export interface ModuleCopy {
  readonly folder: string;
  deleteModules(names: readonly string[]): void;
  /** `npm run schema-types` */
  writeLists(): Promise<void>;
  checkTypes(): Promise<void>;
  /** @param given paths, and options of vitest */
  runTests(given: readonly string[]): Promise<void>;
}

export async function inCopy(work: (copy: ModuleCopy) => Promise<void>): Promise<void> {
  const copy = copySources();
  const { folder } = copy;
  const run = async (script: string, ...given: string[]) => {
    const outcome = await promisify(execFile)(process.execPath, [join(folder, script), ...given], {
      cwd: folder,
      maxBuffer: 2 ** 26,
      env: { ...process.env, KARIBU_TEST_LONG: "0" },
    }).then(
      () => "passed",
      ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
    );
    expect(outcome).toBe("passed");
  };
  try {
    await work({
      folder,
      deleteModules: (names) => {
        for (const name of names)
          for (const place of moduleFolders) rmSync(join(folder, place, name), { recursive: true, force: true });
      },
      writeLists: () => run("tools/src/schema-types/main.ts"),
      checkTypes: () => run("node_modules/typescript/bin/tsc", "-p", ".", "--checkers", "1"),
      runTests: (given) => run("node_modules/vitest/vitest.mjs", "run", ...given),
    });
  } finally {
    copy.remove();
  }
}

/** What asks for every route, list, table, page and word that there is. */
export const askingForAll: readonly string[] = [
  "tools/src/house/house.test.ts",
  "cloud/src/api.test.ts",
  "cloud/src/ground/http/reveals.test.ts",
  "cloud/src/modules/choose-modules.test.ts",
  "cloud/src/modules/modules.test.ts",
  "cloud/console/src/rooms.test.ts",
  "cloud/console/src/strings/strings.test.ts",
  "tools/src/build/render-guide.test.ts",
];

/** Where more of them stand, or may stand one day, among others. They take minutes. */
const roundThem = [
  "tools/src/schema-types",
  "tools/src/build/split-words.test.ts",
  "cloud/console/src",
  "cloud/src/ground/db",
  "cloud/src/ground/http",
  "cloud/src/ground/lists",
  "cloud/src/modules",
  "cloud/src/operations/back-ups",
  "cloud/src/operations/personal-data",
  "cloud/src/home",
];

/**
 * @param change in the copy, before its lists and types are written
 * @param others tests that are run beside those that ask for everything, and those round them
 */
export const expectWhole = (change: (copy: ModuleCopy) => void, others: readonly string[] = []): Promise<void> =>
  inCopy(async (copy) => {
    change(copy);
    await copy.writeLists();
    await copy.checkTypes();
    await copy.runTests([...askingForAll, ...roundThem, ...others]);
  });
