import { expect, test } from "vitest";
import { grantIdOfCode } from "../site-file-grants.ts";
import { createFileVoucherIndex, noVoucherLines } from "./file-voucher-index.ts";
import { createVoucherLines } from "./voucher-lines.ts";

test("a grant leads to its line of the site file, and a grant of no line to none", () => {
  const keys = Array.from({ length: 1000 }, (_, index) => String(4_000_000_000 + index * 7919));
  const lines = createVoucherLines(keys.length);
  for (const key of keys) expect(lines.add(key, "day")).toBe(true);
  const keyOf = createFileVoucherIndex(lines);
  for (const key of keys) expect(keyOf(grantIdOfCode(key))).toBe(key);
  for (const other of ["4000000001", "", "x"]) expect(keyOf(grantIdOfCode(other))).toBeUndefined();
  for (const strange of ["v.file.", "v.file.zz", `${grantIdOfCode(keys[0] as string)}0`])
    expect(keyOf(strange)).toBeUndefined();
});

test("without lines nothing is found", () => {
  expect(createFileVoucherIndex(noVoucherLines)(grantIdOfCode("1"))).toBeUndefined();
});
