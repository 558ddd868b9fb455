import { expect, test } from "vitest";
import { accountName } from "./account-name.ts";

test.each([
  ["clearing:c1", "M-Pesa 600100", "Held by M-Pesa 600100"],
  ["clearing:gone", null, "Held by Channel"],
  ["float:u1", "Juma Ali", "Float of Juma Ali"],
  ["float:gone", null, "Float of a user"],
  ["revenue", null, "Plans sold"],
  ["something-new", null, "something new"],
])("the account %s of %s is called %s", (account, owner, name) => {
  expect(accountName(account, owner)).toBe(name);
});
