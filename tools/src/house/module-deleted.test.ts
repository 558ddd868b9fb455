/**
 * One module, drawn anew by each run, is deleted in a copy: what speaks of it type-checks without it, and the tests that ask for everything pass, with
 * some that speak of it. The long test checks all types of the rest, and runs more of its tests, for each module (`modules-deleted.long.test.ts`).
 */
// biome-ignore-all lint/plugin: chance is what is wanted here
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readHouse } from "./read-house.ts";
import { askingForAll, deletable, inCopy, withDependants } from "./test-module-copy.ts";
import { tracesOf } from "./test-module-traces.ts";
import { wrongTypes } from "./test-wrong-types.ts";

const root = join(import.meta.dirname, "../../..");

/** Of the tests that say a name of the module: a module that is drawn costs no more, and in time all of them have run. */
const mostTraced = 4;

test("[SYS-27] a module deleted: nothing of the rest needs it", { timeout: 600_000 }, async () => {
  const { KARIBU_TEST_MODULE: given } = process.env;
  const name = given ?? (deletable[randomInt(deletable.length)] as string);
  process.stdout.write(`module deleted: ${name} (KARIBU_TEST_MODULE=${name} deletes it again)\n`);
  expect(deletable).toContain(name);
  const gone = withDependants(name);
  const traces = tracesOf(root, readHouse(root), gone);
  const tests = traces.tests.filter((path) => !askingForAll.includes(path));
  while (given === undefined && tests.length > mostTraced) tests.splice(randomInt(tests.length), 1);
  await inCopy(async (copy) => {
    copy.deleteModules(gone);
    await copy.writeLists();
    expect.soft(await wrongTypes(copy.folder, traces.files)).toEqual([]);
    // The other processor has the type check of the whole.
    await copy.runTests(["--maxWorkers=1", ...askingForAll, ...tests]);
  });
});

test("what needs a module is found by an import, a table, a path or a word of it, and by the compiler without it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "karibu-traces-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = {
    "tsconfig.json": `{"compilerOptions": {"module": "nodenext", "noEmit": true, "allowImportingTsExtensions": true, "types": []}}`,
    "cloud/src/modules/bees/module.ts": `export const bees = { jobs: ["count-bees"] };`,
    "cloud/src/modules/bees/bee-routes.ts": `export const list = { path: "/api/v1/bees/{beeId}" };
const path = "/api/v1/sites/{siteId}/bees-near";\nexport const near = { path };
export const asked = { path: "/api/v1/my/{provider}/swarms" };`,
    "cloud/src/site-routes.ts": `export const one = { path: "/api/v1/sites/{siteId}" };
export const own = { path: "/api/v1/my/{provider}/sites" };`,
    "cloud/src/modules/bees/schema.sql": "create table bees_counted (\n);\n",
    "cloud/console/src/modules/bees/words/en.ts": "export const enBees = {\n  beesSwarm: 1,\n};",
    "cloud/src/hives.ts": `import { bees } from "./modules/bees/module.ts";\nexport const jobs = bees.jobs;`,
    "cloud/src/hives.test.ts": `import { bees } from "./modules/bees/module.ts";\nbees.jobs.pop();`,
    "cloud/src/honey.test.ts": `declare const call: (path: string) => void;\ncall("/api/v1/bees/{beeId}?day=1");`,
    "cloud/src/comb.test.ts": `declare const call: (path: string) => void;\ncall("/bees");`,
    "cloud/src/keeper.test.ts": `declare const call: (path: string) => void;\ncall(\`/bees/\${"b1".trim()}/sting\`);`,
    "cloud/src/near.test.ts": `declare const call: (path: string) => void;\ncall(\`/sites/\${"s1".trim()}/bees-near\`);`,
    "cloud/src/own-page.test.ts": `declare const call: (path: string) => void;\ncall("/swarms?live=true");`,
    "cli/src/bees-listed.test.ts": `declare const call: (path: string) => void;\ncall("/api/v1/bees");`,
    "cloud/src/site.test.ts": `declare const call: (path: string) => void;\ncall("/sites");\ncall(\`/sites/\${"s1".trim()}\`);
// bees / "bees eat" '/beeswax' "and/bees"`,
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
  const ofPaths = ["comb", "honey", "keeper", "near", "own-page"].map((test) => `cloud/src/${test}.test.ts`);
  ofPaths.unshift("cli/src/bees-listed.test.ts");
  expect([...traces.tests].sort()).toEqual(ofPaths);
  const others = ["console/src/page", "src/count", "src/hives.test", "src/hives", "src/later"];
  expect([...traces.files].sort()).toEqual([...ofPaths, ...others.map((path) => `cloud/${path}.ts`)].sort());
  expect(await wrongTypes(folder, traces.files)).toEqual([]);
  rmSync(join(folder, "cloud/src/modules/bees"), { recursive: true });
  const wrong = await wrongTypes(folder, traces.files);
  expect(wrong.map((line) => line.split(":")[0]).sort()).toEqual(["cloud/src/hives.test.ts", "cloud/src/hives.ts"]);
});
