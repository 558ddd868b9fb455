import { expect, test } from "vitest";
import { drawCapacity } from "./capacity.ts";
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

test("[REP-07] where only some of the sites were looked at, the fullest of them are not called the fullest of all", () => {
  const notes = (isCut: boolean) => drawCapacity([], { language: "en" }, isCut).notes;
  expect(notes(true).at(-1)).toBe("Only the first 500 sites by name were looked at: others may be fuller.");
  expect(notes(false)).toEqual(notes(true).slice(0, 1));
});
