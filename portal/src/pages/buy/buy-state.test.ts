import { expect, test } from "vitest";
import { english as en } from "../../test-facts.ts";
import { phoneError } from "./buy-state.ts";

test("[POR-02] the field shows only its own error, and an empty one is not called wrong, nor a short one", () => {
  const trouble = { code: "bad-phone" as const, field: "phone", retryAfterSeconds: null };
  expect(phoneError("", null, "KE", en)).toBeNull();
  expect(phoneError(" ", trouble, "KE", en)).toBe(en.phoneMissing);
  expect(phoneError("0712 345", trouble, "KE", en)).toBe(en.phoneShort);
  expect(phoneError("0812", trouble, "KE", en)).toBe(en.phoneWrong);
  expect(phoneError("0712", { code: "hub-away", field: null, retryAfterSeconds: null }, "KE", en)).toBeNull();
});
