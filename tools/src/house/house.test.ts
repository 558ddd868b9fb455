/** The house holds: doors lead one way, rooms write their own tables, and the shares of two-way pairs only go down. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { houseRules } from "./house-rules.ts";
import {
  foreignGrantPrefixes,
  foreignWrites,
  orphanFiles,
  shippedScaffolding,
  siblingImports,
  twoWayShares,
  wrongEscapes,
  wrongModules,
  wrongModuleUses,
  wrongPackageImports,
  wrongReads,
  wrongRoomImports,
} from "./judge-house.ts";
import { readHouse } from "./read-house.ts";

const root = join(import.meta.dirname, "../../..");
const house = readHouse(root);
const rulesFile = "tools/src/house/house-rules.ts";

test("packages import only what they may", () => {
  const remedy = `Move the code to a package that both may import, hand it in, or add the package to \`packages\` in ${rulesFile}`;
  expect(wrongPackageImports(house, houseRules), remedy).toEqual([]);
});

test("a relative import stays in its package", () => {
  expect(wrongEscapes(house), "Import it by its package's name: @karibu/<package>/<file>").toEqual([]);
});

test("nothing shipped imports tests or their scaffolding", () => {
  const remedy = "Move what both need to a file without `test-`, or import it from a test alone";
  expect(shippedScaffolding(house), remedy).toEqual([]);
});

test("modules with one owner are imported by that owner alone", () => {
  const remedy = `Call the owner's function, or change \`guardedModules\` or \`withoutNode\` in ${rulesFile}`;
  expect(wrongModules(house, houseRules), remedy).toEqual([]);
});

test("each room imports only rooms that stand below it", () => {
  const remedy = `Move the code down, hand it in, or change the order in ${rulesFile}; give a new room its place in \`order\` there`;
  expect(wrongRoomImports(house, houseRules), remedy).toEqual([]);
});

test("rooms that stand apart know nothing of each other", () => {
  const remedy = `Move what both need to the room around them, or hand it in (\`apart\` in ${rulesFile})`;
  expect(siblingImports(house, houseRules), remedy).toEqual([]);
});

test("rooms that import each other only become fewer", () => {
  const shares = twoWayShares(house);
  for (const { package: name, pairs, twoWay } of shares) {
    const percent = pairs === 0 ? 0 : Math.round((100 * twoWay.length) / pairs);
    console.log(`${name}: ${twoWay.length} of ${pairs} linked pairs of rooms import each other, ${percent} %`);
  }
  const counts = Object.fromEntries(shares.map((share) => [share.package, share.twoWay.length]));
  const allowed = Object.fromEntries(
    shares.map((share) => [share.package, houseRules.twoWayPairsAtMost[share.package] ?? 0]),
  );
  const pairs = shares.flatMap((share) => share.twoWay.map((pair) => `${share.package}: ${pair}`));
  const remedy =
    `Move what both rooms need below both, or hand it in. Fewer than before: lower \`twoWayPairsAtMost\` in ${rulesFile}. ` +
    `Pairs now: ${pairs.join(", ") || "none"}`;
  expect(counts, remedy).toEqual(allowed);
});

test("one file knows how a grant's identifier begins", () => {
  const owner = "protocol/src/grant-id.ts";
  expect(foreignGrantPrefixes(house, owner), `Call a function of ${owner}`).toEqual([]);
});

test("no room writes into another room's tables", () => {
  expect(foreignWrites(house), "Call a function of the room that owns the table").toEqual([]);
});

test("a module is used by nobody but those that are built on it", () => {
  const remedy = "Hand it in by the contract of modules (cloud/src/modules/module.ts), or name it among its `needs`";
  expect(wrongModuleUses(house, houseRules), remedy).toEqual([]);
});

test("the list of who reads whose tables is true", () => {
  const remedy = "Ask the owner's function, or add the row to tools/src/house/foreign-reads.ts";
  expect(wrongReads(house, houseRules), remedy).toEqual([]);
});

test("each file is imported or started", () => {
  const remedy = `Delete the file. A program or worker that is started by its path has its row in \`startedByPath\` in ${rulesFile}`;
  expect(orphanFiles(house, houseRules), remedy).toEqual([]);
});
