import { expect, test } from "vitest";
import { drawPrompts } from "./prompts.ts";
import type { Asked } from "./report.ts";

test("[REP-15] of more sites than fit the first are shown, the sum is of all, and a note says so", () => {
  const found = Array.from({ length: 501 }, (_, at) => ({ key: `site-${at}`, asked: 2, paid: 1, open: 0 }));
  const asked = { by: "site", language: "en", fromDay: "2026-11-01", untilDay: "2026-11-30" } as Asked;
  const report = drawPrompts(found, asked, { names: new Map(), isCut: false });
  expect(report.rows).toHaveLength(500);
  expect(report.total).toEqual(["Total", 1002, 501, 501, 0, 500]);
  expect(report.notes.at(-1)).toBe("The first 500 rows.");
});
