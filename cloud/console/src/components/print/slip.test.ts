import { expect, test } from "vitest";
import { pageName, pageRules, paperWidthOf } from "./slip.ts";

test("[VOU-19] a page of till paper is as wide as the roll and as high as its slip; equal slips share a rule", () => {
  expect(pageRules(58, [81.2, 81.9, 90])).toBe(
    "@page slip-82 { size: 58mm 82mm; margin: 0; }\n@page slip-90 { size: 58mm 90mm; margin: 0; }",
  );
  expect(pageName(81.2)).toBe("slip-82");
  expect([paperWidthOf("80"), paperWidthOf("58"), paperWidthOf("")]).toEqual([80, 58, 58]);
});
