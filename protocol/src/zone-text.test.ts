import { expect, test } from "vitest";
import { zoneNote, zoneText } from "./zone-text.ts";

test.each([
  [180, "UTC+3"],
  [330, "UTC+5:30"],
  [-210, "UTC−3:30"],
  [0, "UTC"],
])("an offset of %i minutes is %s", (minutes, text) => {
  expect(zoneText(minutes)).toBe(text);
});

test("a zone is named to who has another one", () => {
  expect([zoneNote(180, 180), zoneNote(180, 60), zoneNote(0, 60)]).toEqual(["", " (UTC+3)", " (UTC)"]);
});
