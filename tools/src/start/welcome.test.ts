import { expect, test } from "vitest";
import { parseStartOptions } from "./options.ts";
import { logIns } from "./sample.ts";
import { welcomeText } from "./welcome.ts";

const parsed = parseStartOptions([]);
if ("refused" in parsed) throw new Error(parsed.refused);
const { ports, dataName } = parsed.options;
const print = (voucherCodes: readonly string[]) =>
  welcomeText(ports, { customerPage: "/my/p/", voucherCodes }, { dataName, days: "It begins today." });

test("the operator's and the administrator's address open the console, and not the page that sells it", () => {
  const lines = print([]).split("\n");
  for (const { email } of [logIns.owner, logIns.platformAdmin])
    expect(lines.find((line) => line.includes(email))).toContain("http://localhost:8000/#/ ");
});

test("codes are named as long as there are unused ones", () => {
  expect(print(["1111"])).toContain("A voucher for an hour: 1111\n");
  expect(print(["1111", "2222", "3333"])).toContain("A voucher for an hour: 1111   another: 2222\n");
  expect(print([])).toContain("All sample vouchers are used");
});
