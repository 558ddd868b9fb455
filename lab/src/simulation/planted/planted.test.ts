/** The planted faults don't rot: each still fits the source, and what finds it is there. That it finds it, `planted.long.test.ts` tries. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { patched, root } from "./copy.ts";
import { allFaults, promises } from "./promises.ts";
import { reliabilityDoc, reliabilityText } from "./reliability-text.ts";
import { whyNotFound } from "./run-finder.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

test("[BEY-30] each planted fault still fits the source, once, and changes it", () => {
  for (const [, fault] of allFaults) {
    const text = read(fault.patch.file);
    expect(patched(text, fault)).not.toBe(text);
  }
});

test("[BEY-30] the test that finds a planted fault is there, and its title names no other", () => {
  const finders = allFaults.flatMap(([, { foundBy }]) => ("file" in foundBy ? [foundBy] : []));
  expect(
    finders.filter(({ file, test: title }) => !existsSync(join(root, file)) || read(file).split(title).length !== 2),
  ).toEqual([]);
});

test("each planted fault stands once, and each promise has one", () => {
  expect(new Set(allFaults.map(([id]) => id)).size).toBe(allFaults.length);
  const changes = allFaults.map(([, { patch }]) => JSON.stringify(patch));
  expect(new Set(changes).size).toBe(changes.length);
  expect(promises.filter(([, { faults }]) => faults.length === 0)).toEqual([]);
});

test("a fault counts as found only by an expectation of its own test, and not by a source that can't be read", () => {
  const finder = { file: "some.test.ts", test: "a code starts once" };
  const nothing = { passed: [], failed: [], broken: null };
  const failed = (title: string, why: string) => ({ ...nothing, failed: [{ title, why }] });
  expect(whyNotFound(finder, failed("codes a code starts once", "AssertionError: expected 2 to be 1"))).toBeNull();
  expect(whyNotFound(finder, nothing)).toBe("the finder passes");
  expect(whyNotFound(finder, { ...nothing, broken: "SyntaxError" })).toContain("did not run");
  expect(whyNotFound(finder, failed("another test", "AssertionError: expected 2 to be 1"))).toContain("something else");
  expect(whyNotFound(finder, failed("a code starts once", "TypeError: x is not a function"))).toContain(
    "something else",
  );
  const story = { stories: "sites", seed: 7 } as const;
  expect(whyNotFound(story, failed("seed 7", "seed 7: NO-GIFT: too much"))).toBeNull();
  expect(whyNotFound(story, failed("seed 7", "seed 7: NO-CRASH: TypeError"))).toContain("something else");
});

test("docs/reliability.md says what the planted faults say: node lab/src/simulation/planted/main.ts --write", () => {
  expect(read(reliabilityDoc)).toBe(reliabilityText());
});
