/** The house holds: doors lead one way, rooms write their own tables, and the shares of two-way pairs only go down. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { houseRules } from "./house-rules.ts";
import {
  foreignGrantPrefixes,
  foreignReads,
  foreignWrites,
  shippedScaffolding,
  siblingImports,
  twoWayShares,
  wrongEscapes,
  wrongModules,
  wrongPackageImports,
  wrongRoomImports,
} from "./judge-house.ts";
import { readHouse } from "./read-house.ts";

const house = readHouse(join(import.meta.dirname, "../../.."));

test("packages import only what they may", () => {
  expect(wrongPackageImports(house, houseRules)).toEqual([]);
});

test("a relative import stays in its package", () => {
  expect(wrongEscapes(house)).toEqual([]);
});

test("nothing shipped imports tests or their scaffolding", () => {
  expect(shippedScaffolding(house)).toEqual([]);
});

test("modules with one owner are imported by that owner alone", () => {
  expect(wrongModules(house, houseRules)).toEqual([]);
});

test("each room imports only rooms that stand below it", () => {
  expect(wrongRoomImports(house, houseRules)).toEqual([]);
});

test("rooms that stand apart know nothing of each other", () => {
  expect(siblingImports(house, houseRules)).toEqual([]);
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
  // When a figure is lower than the rules say, lower it there: it must not rise again.
  expect(
    counts,
    JSON.stringify(
      shares.map((share) => share.twoWay),
      null,
      1,
    ),
  ).toEqual(allowed);
});

test("one file knows how a grant's identifier begins", () => {
  expect(foreignGrantPrefixes(house, "protocol/src/grant-id.ts")).toEqual([]);
});

test("no room writes into another room's tables", () => {
  expect(foreignWrites(house)).toEqual(houseRules.foreignWrites);
});

test("the list of who reads whose tables is true", () => {
  expect(foreignReads(house)).toEqual(houseRules.foreignReads);
});
