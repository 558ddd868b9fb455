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
  ["00254712345678", null, "2547***678"],
  ["2540712345678", null, "2547***678"],
  ["+254 712 345 678, 0712-345-678", null, "2547***678, 07***678"],
  ["0801 234 5678", "234", "2348***678"],
  ["on 27-11-2026 at 15, 2 547 123.00", null, "on 27-11-2026 at 15, 2 547 123.00"],
  ["code 4821993017", null, "code 4821993017"],
])("[CUS-15] %s (%s) is shown as %s", (text, ownCode, shown) => {
  expect(maskPhonesIn(text, ownCode)).toBe(shown);
});
