import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { findHoles, judgeShape, type LiveBatch, listedRivals, stateOfVoucher, stepsAgainst } from "./batch-policy.ts";

const shape = { prefix: "", length: 10, alphabet: "digits" as const, quantity: 1000 };
const live = (quantity: number, holes: number[] = []): LiveBatch => ({
  ...shape,
  quantity,
  holes,
  batchId: "b",
  keyHex: "00".repeat(16),
});

test("[BEY-03] ten digits hold 100,000 live codes, and not one more", () => {
  expect(judgeShape({ ...shape, quantity: 100_000 }, [])).toEqual({ kind: "fits" });
  expect(judgeShape(shape, [live(99_000)])).toEqual({ kind: "fits" });
  expect(judgeShape(shape, [live(99_001)])).toEqual({ kind: "too-many", liveNow: 99_001, liveMax: 100_000 });
  expect(judgeShape(shape, [live(99_001, [7])])).toEqual({ kind: "fits" });
});

test("[BEY-03] another system's codes are compared that have as many letters and digits as ours with their prefix, however they are written", () => {
  const codes = ["123456", "12345678", "WX-123456", "wx 123456", "WX12345678"];
  expect(listedRivals({ prefix: "", length: 6 }, codes)).toEqual(["123456"]);
  expect(listedRivals({ prefix: "WX-", length: 6 }, codes)).toEqual(["12345678", "WX-123456", "wx 123456"]);
});

test("six digits hold ten live codes", () => {
  expect(judgeShape({ ...shape, length: 6, quantity: 10 }, [])).toEqual({ kind: "fits" });
  expect(judgeShape({ ...shape, length: 6, quantity: 11 }, [])).toEqual({ kind: "too-many", liveNow: 0, liveMax: 10 });
});

test.each(
  inLongRunAll(
    [
      ["smaller", 900],
      ["as large", 2000],
      ["larger", 3000],
    ] as const,
    (_, at) => at === 0,
  ),
)("[BEY-03] a serial whose code a live batch that is %s has issued is left out", (_, rivalQuantity) => {
  const small = { ...shape, length: 6, quantity: 2000, holes: [] as number[] };
  const rival: LiveBatch = { ...small, quantity: rivalQuantity, keyHex: "11".repeat(16), batchId: "rival", holes: [] };
  const batch = { ...small, keyHex: "22".repeat(16) };
  const issued = new Map(
    Array.from({ length: rivalQuantity }, (_, serial) => [encodeVoucherCode(rival, serial), serial]),
  );
  const codes = Array.from({ length: 2000 }, (_, serial) => encodeVoucherCode(batch, serial));
  const expected = codes.flatMap((code, serial) => (issued.has(code) ? [serial] : []));
  expect(expected.length).toBeGreaterThan(0);
  const steps = stepsAgainst(batch, rival);
  const found = [...findHoles(batch, rival, 0, 700), ...findHoles(batch, rival, 700, steps)];
  expect(found.sort((one, other) => one - other)).toEqual(expected);

  const hole = issued.get(codes[expected[0] as number] as string) as number;
  const withHole = { ...rival, holes: [hole] };
  expect(findHoles(batch, withHole, 0, steps).length).toBe(expected.length - 1);
});

test("a longer prefix with fewer symbols can be a rival of the same length", () => {
  const prefixed: LiveBatch = {
    ...shape,
    prefix: "12",
    length: 6,
    quantity: 3000,
    keyHex: "33".repeat(16),
    batchId: "p",
    holes: [],
  };
  const plain = {
    prefix: "",
    length: 8,
    alphabet: "digits" as const,
    quantity: 2_000_000,
    keyHex: "44".repeat(16),
    holes: [],
  };
  const holes = findHoles(plain, prefixed, 0, stepsAgainst(plain, prefixed));
  expect(holes.length).toBeGreaterThan(0);
  for (const serial of holes) expect(encodeVoucherCode(plain, serial).startsWith("12")).toBe(true);
});

test.each([
  [{ isDisabled: true, redeemedAtMs: 1, endsAtMs: 2, batchExpiresAtMs: 3 }, "disabled"],
  [{ isDisabled: false, redeemedAtMs: 1, endsAtMs: 50, batchExpiresAtMs: 3 }, "expired"],
  [{ isDisabled: false, redeemedAtMs: 1, endsAtMs: 51, batchExpiresAtMs: 3 }, "used"],
  [{ isDisabled: false, redeemedAtMs: 1, endsAtMs: null, batchExpiresAtMs: 3 }, "used"],
  [{ isDisabled: false, redeemedAtMs: null, endsAtMs: null, batchExpiresAtMs: 50 }, "expired"],
  [{ isDisabled: false, redeemedAtMs: null, endsAtMs: null, batchExpiresAtMs: 51 }, "active"],
  [{ isDisabled: false, redeemedAtMs: null, endsAtMs: null, batchExpiresAtMs: null }, "active"],
] as const)("[VOU-11] at 50 ms, %j is %s", (voucher, state) => {
  expect(stateOfVoucher(voucher, 50)).toBe(state);
});
