import { expect, test } from "vitest";
import { maskPhone, maskPhonesIn } from "./phone.ts";

test("a masked number shows the prefix and the last three digits", () => {
  expect(maskPhone("254712345126")).toBe("2547***126");
});

test.each([
  ["JOHN0712345678", null, "JOHN07***678"],
  ["JOHN0712345678", "254", "JOHN2547***678"],
  ["paid by +27 no", null, "paid by +27 no"],
  ["to 27821234567.", null, "to 2782***567."],
  ["0821234567", "27", "2782***567"],
  ["2348031234567", null, "2348***567"],
  ["08031234567 and +251911234567", "234", "2348***567 and 2519***567"],
  ["code 4821993017", null, "code 4821993017"],
])("[CUS-15] %s (%s) is shown as %s", (text, ownCode, shown) => {
  expect(maskPhonesIn(text, ownCode)).toBe(shown);
});
