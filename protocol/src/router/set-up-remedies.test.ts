import { expect, test } from "vitest";
import { setUpProblems } from "./set-up-progress.ts";
import { englishRemedies, englishRemedy, swahiliRemedies } from "./set-up-remedies.ts";

test("[RTR-14] each problem of a set-up has a remedy in both languages, and a router's terminal can show the English one", () => {
  for (const problem of setUpProblems) expect(englishRemedy(problem), problem).toMatch(/^[\x20-\x7e]{20,250}$/);
  expect(Object.keys(swahiliRemedies)).toEqual(Object.keys(englishRemedies));
  expect(Object.keys(englishRemedies)).toHaveLength(setUpProblems.length);
});
