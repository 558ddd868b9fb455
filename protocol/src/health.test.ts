import { expect, test } from "vitest";
import { type Health, healthSchema, hubGradeSchema, hubGrades, worstHealth } from "./health.ts";

test.each<[Health[], Health]>([
  [[], "ok"],
  [["ok", "ok"], "ok"],
  [["ok", "notice"], "notice"],
  [["notice", "wrong", "ok"], "wrong"],
])("the worst of %j is %s", (all, worst) => {
  expect(worstHealth(all)).toBe(worst);
});

test("each word has a grade of its own at the hub's API", () => {
  expect(healthSchema.options.map((health) => hubGrades[health])).toEqual(hubGradeSchema.options);
});
