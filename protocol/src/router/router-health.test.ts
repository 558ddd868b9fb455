import { expect, test } from "vitest";
import { type FindingLevel, gradeOf } from "./router-health.ts";

const found = (notice: number, wrong = 0, stops = 0) => [
  ...Array.from({ length: notice }, () => ({ level: "notice" as FindingLevel })),
  ...Array.from({ length: wrong }, () => ({ level: "wrong" as FindingLevel })),
  ...Array.from({ length: stops }, () => ({ level: "stops" as FindingLevel })),
];

test.each([
  ["A", found(0)],
  ["B", found(1)],
  ["B", found(3)],
  ["C", found(4)],
  ["C", found(0, 1)],
  ["D", found(0, 2)],
  ["D", found(9, 3)],
  ["E", found(0, 4)],
  ["F", found(0, 0, 1)],
] as const)("[BEY-16] the grade %s", (grade, findings) => {
  expect(gradeOf(findings)).toBe(grade);
});
