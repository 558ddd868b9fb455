/**
 * One module, drawn anew by each run, is deleted in a copy: what speaks of it type-checks without it, and the tests that ask for everything pass. The long
 * test checks and tests all of the rest, for each module (`modules-deleted.long.test.ts`).
 */
// biome-ignore-all lint/plugin: chance is what is wanted here
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readHouse } from "./read-house.ts";
import { deletable, inCopy, withDependants } from "./test-module-copy.ts";
import { tracesOf } from "./test-module-traces.ts";
import { wrongTypes } from "./test-wrong-types.ts";

const root = join(import.meta.dirname, "../../..");

const askingForAll = [
  "tools/src/house/house.test.ts",
  "cloud/src/api.test.ts",
  "cloud/src/ground/http/reveals.test.ts",
  "cloud/src/modules/choose-modules.test.ts",
  "cloud/src/modules/modules.test.ts",
  "cloud/console/src/rooms.test.ts",
  "cloud/console/src/strings/strings.test.ts",
];

test("[SYS-27] a module deleted: nothing of the rest needs it", { timeout: 600_000 }, async () => {
  const { KARIBU_TEST_MODULE: name = deletable[randomInt(deletable.length)] as string } = process.env;
  process.stdout.write(`module deleted: ${name} (KARIBU_TEST_MODULE=${name} deletes it again)\n`);
  expect(deletable).toContain(name);
  const gone = withDependants(name);
  const traces = tracesOf(root, readHouse(root), gone);
  await inCopy(async (copy) => {
    copy.deleteModules(gone);
    await copy.writeLists();
    expect.soft(await wrongTypes(copy.folder, traces.files)).toEqual([]);
    // The other processor has the type check of the whole.
    await copy.runTests(["--maxWorkers=1", ...askingForAll, ...traces.tests]);
  });
});

test("what needs a module is found by an import, a table, a path or a word of it, and by the compiler without it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-traces-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = {
    "tsconfig.json": `{"compilerOptions": {"module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "types": []}}`,
    "cloud/src/modules/bees/module.ts": `export const bees = { jobs: ["count-bees"] };`,
    "cloud/src/modules/bees/bee-routes.ts": `export const list = { path: "/api/v1/bees/{beeId}" };`,
    "cloud/src/modules/bees/schema.sql": "create table bees_counted (\n);\n",
    "cloud/console/src/modules/bees/words/en.ts": "export const enBees = {\n  beesSwarm: 1,\n};",
    "cloud/src/hives.ts": `import { bees } from "./modules/bees/module.ts";\nexport const jobs = bees.jobs;`,
    "cloud/src/hives.test.ts": `import { bees } from "./modules/bees/module.ts";\nbees.jobs.pop();`,
    "cloud/src/honey.test.ts": `declare const call: (path: string) => void;\ncall("/api/v1/bees/{beeId}?day=1");`,
    "cloud/src/count.ts": `export const rows = "bees_counted as b";`,
    "cloud/src/later.ts": `export const job = "count-bees";`,
    "cloud/console/src/page.ts": `export const word = "beesSwarm";`,
    "cloud/src/wax.ts": `export const wax = "a word about bees";`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const traces = tracesOf(folder, readHouse(folder), ["bees"]);
  expect(traces.tests).toEqual(["cloud/src/honey.test.ts"]);
  expect([...traces.files].sort()).toEqual([
    "cloud/console/src/page.ts",
    "cloud/src/count.ts",
    "cloud/src/hives.test.ts",
    "cloud/src/hives.ts",
    "cloud/src/honey.test.ts",
    "cloud/src/later.ts",
  ]);
  expect(await wrongTypes(folder, traces.files)).toEqual([]);
  rmSync(join(folder, "cloud/src/modules/bees"), { recursive: true });
  const wrong = await wrongTypes(folder, traces.files);
  expect(wrong.map((line) => line.split(":")[0]).sort()).toEqual(["cloud/src/hives.test.ts", "cloud/src/hives.ts"]);
});
