import { expect, test } from "vitest";
import { accountName } from "./account-name.ts";

const names = new Map([
  ["c1", "M-Pesa 600100"],
  ["u1", "Juma Ali"],
]);

test.each([
  ["clearing:c1", "Held by M-Pesa 600100"],
  ["clearing:gone", "Held by Channel"],
  ["float:u1", "Float of Juma Ali"],
  ["float:gone", "Float of a user"],
  ["revenue", "Plans sold"],
  ["something-new", "something new"],
])("the account %s is called %s", (account, name) => {
  expect(accountName(account, names)).toBe(name);
});
