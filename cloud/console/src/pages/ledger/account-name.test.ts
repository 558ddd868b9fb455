import { expect, test } from "vitest";
import { accountName, natureShown } from "./account-name.ts";

test.each([
  ["clearing:c1", "M-Pesa 600100", "Held by M-Pesa 600100"],
  ["clearing:gone", null, "Held by Channel"],
  ["float:u1", "Juma Ali", "Float of Juma Ali"],
  ["float:gone", null, "Float of a user"],
  ["venue:gone", null, "Share of a venue"],
  ["paper:gone", null, "Cash of vouchers: a batch"],
  ["paper:b1", "1 hour, 21 Nov 2026", "Cash of vouchers: 1 hour, 21 Nov 2026"],
  ["revenue", null, "Plans sold"],
  ["something-new", null, "something new"],
])("the account %s of %s is called %s", (account, owner, name) => {
  expect(accountName(account, owner)).toBe(name);
});

test.each([
  ["liability", 0, 300, "liability"],
  ["liability", 300, 0, "asset"],
  ["asset", 300, 0, "asset"],
  ["asset", 0, 300, "liability"],
  ["income", 300, 0, "income"],
  ["expense", 0, 300, "expense"],
])(
  "kind and side agree: an account of %s with %i in debit and %i in credit is shown as %s",
  (nature, debitCents, creditCents, shown) => {
    expect(natureShown({ account: "float:u1", nature, debitCents, creditCents })).toBe(shown);
  },
);

test("a till of which more was paid than the books had is overdrawn, and owes nobody", () => {
  const till = { account: "cash", nature: "asset" } as const;
  expect(natureShown({ ...till, debitCents: 300, creditCents: 0 })).toBe("asset");
  expect(natureShown({ ...till, debitCents: 0, creditCents: 300 })).toBe("overdrawn");
});
