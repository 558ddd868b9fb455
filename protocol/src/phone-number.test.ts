import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hostileTexts } from "./hostile-texts.ts";
import { normaliseKenyanPhone, showKenyanPhone } from "./phone-number.ts";

test.each([
  ["0712345678", "254712345678"],
  ["0112 345 678", "254112345678"],
  ["712345678", "254712345678"],
  ["254712345678", "254712345678"],
  ["+254 712-345-678", "254712345678"],
  ["00254712345678", "254712345678"],
  ["2540712345678", "254712345678"],
])("%s is %s", (typed, phone) => {
  expect(normaliseKenyanPhone(typed)).toBe(phone);
});

test.each(["", "07123", "0812345678", "07123456789", "255712345678", "07123o5678", "hello", "00712345678901"])(
  "%j is no phone number",
  (typed) => {
    expect(normaliseKenyanPhone(typed)).toBeNull();
  },
);

test("whatever is typed, the answer is null or 12 digits that normalise to themselves", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom(...hostileTexts), fc.stringMatching(/^[+0-9 ]{0,16}$/)),
      (typed) => {
        const phone = normaliseKenyanPhone(typed);
        if (phone !== null) {
          expect(phone).toMatch(/^254[17]\d{8}$/);
          expect(normaliseKenyanPhone(phone)).toBe(phone);
          expect(normaliseKenyanPhone(showKenyanPhone(phone))).toBe(phone);
        }
      },
    ),
  );
});
