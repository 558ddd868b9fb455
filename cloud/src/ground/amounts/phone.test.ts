import { hostileTexts } from "@karibu/protocol/hostile-texts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPhone, normalisePhone, phoneHash } from "./phone.ts";

test.each([
  ["0712345678", "254712345678"],
  ["0112345678", "254112345678"],
  ["712345678", "254712345678"],
  ["+254 712 345 678", "254712345678"],
  ["254-712-345-678", "254712345678"],
  ["00254712345678", "254712345678"],
  ["2540712345678", "254712345678"],
  ["(0712) 345.678", "254712345678"],
  ["０７１２３４５６７８", "254712345678"],
])("%s is %s", (typed, phone) => {
  expect(normalisePhone(typed)).toBe(phone);
});

test.each(["", "0812345678", "07123456", "07123456789", "255712345678", "254 71234567", "2547***678", "phone"])(
  "%j is no Kenyan mobile number",
  (typed) => {
    expect(normalisePhone(typed)).toBeNull();
  },
);

test("whatever is typed, the outcome is twelve digits or nothing, and is stable", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...hostileTexts)), (typed) => {
      const phone = normalisePhone(typed);
      if (phone !== null) expect(normalisePhone(phone)).toBe(phone);
    }),
  );
});

test("a masked number shows the prefix and the last three digits; the hash is SHA-256 of the twelve", () => {
  expect(maskPhone("254712345126")).toBe("2547***126");
  expect(phoneHash("254712345678")).toMatch(/^[0-9a-f]{64}$/);
});
