/** What the hub refuses has one sentence in each language: it stands in the list of problems, and nowhere else. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isTestFile, sourcePaths } from "./read-house.ts";

const root = join(import.meta.dirname, "../../..");
const makes = "cloud/src/ground/http/problem.ts";

test("[UIX-10] one file makes problems: all others name a code of the list, and its facts", () => {
  const shipped = sourcePaths(root).filter((path) => path.startsWith("cloud/src/") && !isTestFile(path));
  const found = shipped.filter((path) => /\bnew Problem\(/.test(readFileSync(join(root, path), "utf8")));
  expect(
    found,
    "Give the sentence a row in protocol/src/problems/problem-list.ts, and throw `refusal(code, facts)`",
  ).toEqual([makes]);
});
