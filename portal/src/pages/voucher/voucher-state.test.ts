import { expect, test } from "vitest";
import { english as en } from "../../test-facts.ts";
import { codeError } from "./voucher-state.ts";

test("[POR-05] for an empty field the page asks for the code, for a wrong code it shows the error", () => {
  expect(codeError("", { code: "bad-request", field: "code", retryAfterSeconds: null }, en)).toBe(en.voucherMissing);
  expect(codeError("1", { code: "expired", field: "code", retryAfterSeconds: null }, en)).toBe(en.problems.expired);
  expect(codeError("1", null, en)).toBeNull();
});
