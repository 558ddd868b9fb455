/** `docs/features.md` is true: each working feature has a test with its id, and the list has every id of a test. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const idPattern = /[A-Z]{3}-\d{2}/g;

const rows = readFileSync(join(root, "docs/features.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| [A-Z]{3}-\d{2} \|/.test(line))
  .map((line) => {
    const [id, what, state, usedIn] = line
      .split("|")
      .slice(1, 5)
      .map((cell) => cell.trim());
    return { id, what, state, usedIn } as { id: string; what: string; state: string; usedIn: string };
  });
const tested = idsInTestTitles();

test("each feature that works, or works in part, has a test with its id, and says where it is used", () => {
  const working = rows.filter(({ state }) => state !== "planned");
  expect(working.filter(({ id }) => !tested.has(id)).map(({ id }) => id)).toEqual([]);
  expect(working.filter(({ usedIn }) => usedIn === "").map(({ id }) => id)).toEqual([]);
});

test("each id in a test's title is a feature of the list that is built", () => {
  const known = new Map(rows.map(({ id, state }) => [id, state]));
  expect([...tested].filter((id) => (known.get(id) ?? "planned") === "planned").sort()).toEqual([]);
});

test("each id stands once, and its state is one of three", () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.filter(({ state }) => !["works", "partly", "planned"].includes(state))).toEqual([]);
});

/** Ids in brackets within the strings of test files: `[VOU-05] a voucher …`, `[UIX-01, UIX-10] …`. */
function idsInTestTitles(): Set<string> {
  const found = new Set<string>();
  for (const path of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".test.ts") || path.includes("node_modules")) continue;
    for (const [title] of readFileSync(join(root, path), "utf8").matchAll(/\[[A-Z]{3}-\d{2}[^\]\n]*\]/g)) {
      for (const [id] of title.matchAll(idPattern)) found.add(id);
    }
  }
  return found;
}
