import { expect, test } from "vitest";
import { en } from "../../strings/en.ts";
import { phoneError } from "./buy-state.ts";

test("the field shows only its own error, and an empty one is not called wrong", () => {
  const trouble = { code: "bad-phone" as const, field: "phone", retryAfterSeconds: null };
  expect(phoneError("", null, en)).toBeNull();
  expect(phoneError(" ", trouble, en)).toBe(en.phoneMissing);
  expect(phoneError("0812", trouble, en)).toBe(en.phoneWrong);
  expect(phoneError("0712", { code: "hub-away", field: null, retryAfterSeconds: null }, en)).toBeNull();
});
