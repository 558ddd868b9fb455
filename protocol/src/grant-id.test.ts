import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accountGrantId,
  formatGrantId,
  type GrantId,
  isFileAccount,
  isFileVoucher,
  isOfSiteFile,
  kindOfGrant,
  parseGrantId,
  voucherRefOf,
} from "./grant-id.ts";
import { hostileTexts } from "./hostile-texts.ts";

const uuid = "0193e1a4-5b8e-7c11-8a55-9d1f3a2b4c5d";
const hash = "0123456789abcdef01234567";
const device = "0123456789abcdef0123456789abcdef";

describe("an identifier names its kind", () => {
  test.each<[string, ReturnType<typeof kindOfGrant>, GrantId]>([
    [`v.${uuid}.0`, "voucher", { kind: "voucher", batchId: uuid, serial: 0 }],
    ["v.b1.999999999", "voucher", { kind: "voucher", batchId: "b1", serial: 999_999_999 }],
    ["v.with.dots.7", "voucher", { kind: "voucher", batchId: "with.dots", serial: 7 }],
    [`v.file.${hash}`, "voucher", { kind: "file-voucher", hash }],
    ["v.file.123", "voucher", { kind: "file-voucher", hash: "123" }],
    ["a.acc", "account", { kind: "account", key: "acc" }],
    ["a.acc.2026-11", "account", { kind: "account", key: "acc.2026-11" }],
    ["a.file.nemo", "account", { kind: "file-account", name: "nemo" }],
    ["a.file.a.b", "account", { kind: "file-account", name: "a.b" }],
    [`b.${uuid}.12`, "bridge", { kind: "voucher-bridge", batchId: uuid, serial: 12 }],
    [`b.${uuid}`, "bridge", { kind: "bridge", grantId: uuid }],
    ["b.b1.1234567890", "bridge", { kind: "bridge", grantId: "b1.1234567890" }],
    ["c.sale-1", "cash-sale", { kind: "cash-sale", saleId: "sale-1" }],
    [`f.trial.${uuid}.${device}`, "free", { kind: "free", what: "trial", planId: uuid, device }],
    [`f.trial.with.dots.${device}`, "free", { kind: "free", what: "trial", planId: "with.dots", device }],
    [`f.window.${uuid}`, "free", { kind: "free", what: "window", purchaseId: uuid }],
    [uuid, "purchase", { kind: "purchase", grantId: uuid }],
    ["vouched", "purchase", { kind: "purchase", grantId: "vouched" }],
    ["", "purchase", { kind: "purchase", grantId: "" }],
  ])("%s", (text, kind, id) => {
    expect(kindOfGrant(text)).toBe(kind);
    expect(parseGrantId(text)).toEqual(id);
    expect(formatGrantId(id)).toBe(text);
  });
});

test("what begins as a voucher and names none is not read", () => {
  for (const text of ["v.", "v.x", "v.batch.", "v..7", "v.batch.x", "v.batch.1234567890", "v.batch.-1", "v.batch.1 "]) {
    expect(parseGrantId(text), text).toBeNull();
    expect(voucherRefOf(text), text).toBeNull();
  }
});

test("what begins as something free and names none is not read", () => {
  for (const text of [
    "f.",
    "f.trial.",
    "f.trial.p1",
    `f.trial.${device}`,
    `f.trial.p1.${device}0`,
    `f.trial..${device}`,
  ]) {
    expect(kindOfGrant(text), text).toBe("free");
    expect(parseGrantId(text), text).toBeNull();
  }
});

test("a line of the site file is no voucher of a batch", () => {
  expect(voucherRefOf("v.file.123")).toBeNull();
  expect([`v.file.${hash}`, "v.filed.1", "a.file.x", "a.filed"].map(isOfSiteFile)).toEqual([true, false, true, false]);
  expect([isFileVoucher("a.file.x"), isFileAccount("v.file.x")]).toEqual([false, false]);
});

test("each period of an account is a separate grant", () => {
  expect(accountGrantId("acc", undefined)).toBe("a.acc");
  expect(accountGrantId("acc", "2026-11")).toBe("a.acc.2026-11");
});

const part = fc.stringMatching(/^[a-z0-9-]{1,40}$/).filter((text) => text !== "file");
const voucher = { batchId: part, serial: fc.integer({ min: 0, max: 999_999_999 }) };
const anyId: fc.Arbitrary<GrantId> = fc.oneof(
  fc.record({ kind: fc.constant("voucher" as const), ...voucher }),
  fc.record({ kind: fc.constant("voucher-bridge" as const), ...voucher }),
  fc.record({ kind: fc.constant("file-voucher" as const), hash: fc.stringMatching(/^[0-9a-f]{24}$/) }),
  fc.record({ kind: fc.constant("account" as const), key: part }),
  fc.record({ kind: fc.constant("file-account" as const), name: fc.string({ maxLength: 100 }) }),
  fc.record({ kind: fc.constant("bridge" as const), grantId: fc.uuid() }),
  fc.record({ kind: fc.constant("cash-sale" as const), saleId: fc.uuid() }),
  fc.record({
    ...{ kind: fc.constant("free" as const), what: fc.constant("trial" as const), planId: part },
    device: fc.stringMatching(/^[0-9a-f]{32}$/),
  }),
  fc.record({ kind: fc.constant("free" as const), what: fc.constant("window" as const), purchaseId: fc.uuid() }),
  fc.record({ kind: fc.constant("purchase" as const), grantId: fc.uuid() }),
);

test("each identifier is read as it was written", () => {
  fc.assert(
    fc.property(anyId, (id) => {
      expect(parseGrantId(formatGrantId(id))).toEqual(id);
    }),
  );
});

test("any text is read as one kind, or as none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom(...hostileTexts)), (text) => {
      const id = parseGrantId(text);
      if (id !== null && !/\.0\d+$/.test(text)) expect(formatGrantId(id)).toBe(text);
    }),
  );
});
