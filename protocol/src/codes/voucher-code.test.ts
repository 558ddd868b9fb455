import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostileTexts } from "../hostile-texts.ts";
import {
  aesBlock,
  decodeVoucherCode,
  encodeVoucherCode,
  ff1Decrypt,
  ff1Encrypt,
  normaliseVoucherCode,
  voucherCodeSpace,
  voucherPin,
} from "./voucher-code.ts";

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const numerals = (text: string) => [...text].map((symbol) => Number.parseInt(symbol, 36));

const key128 = "2b7e151628aed2a6abf7158809cf4f3c";
const key192 = `${key128}ef4359d8d580aa4f`;
const key256 = `${key192}7f036d6f04fc6a94`;
const tweak10 = "39383736353433323130";
const tweak11 = "3737373770717273373737";

describe("FF1 gives NIST's published samples", () => {
  test.each([
    [1, key128, 10, "", "0123456789", "2433477484"],
    [2, key128, 10, tweak10, "0123456789", "6124200773"],
    [3, key128, 36, tweak11, "0123456789abcdefghi", "a9tv40mll9kdu509eum"],
    [4, key192, 10, "", "0123456789", "2830668132"],
    [5, key192, 10, tweak10, "0123456789", "2496655549"],
    [6, key192, 36, tweak11, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"],
    [7, key256, 10, "", "0123456789", "6657667009"],
    [8, key256, 10, tweak10, "0123456789", "1001623463"],
    [9, key256, 36, tweak11, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"],
  ])("sample %i", (_sample, key, radix, tweak, plain, enciphered) => {
    const cipher = aesBlock(bytes(key));
    expect(ff1Encrypt(cipher, radix, bytes(tweak), numerals(plain))).toEqual(numerals(enciphered));
    expect(ff1Decrypt(cipher, radix, bytes(tweak), numerals(enciphered))).toEqual(numerals(plain));
  });
});

const batch = {
  keyHex: key128,
  prefix: "",
  length: 10,
  alphabet: "digits" as "digits" | "letters",
  quantity: 20_000,
  holes: [] as number[],
};

test("[BEY-03] a batch's codes are all different and each code gives its serial", () => {
  const small = { ...batch, length: 6, quantity: 2_000 };
  const codes = Array.from({ length: small.quantity }, (_, serial) => encodeVoucherCode(small, serial));
  expect(new Set(codes).size).toBe(small.quantity);
  expect(codes.map((code) => decodeVoucherCode(small, code))).toEqual(codes.map((_, serial) => serial));
});

test("a code reaches over the whole space, not only over the first serials", () => {
  const first = new Set(Array.from({ length: 200 }, (_, serial) => encodeVoucherCode(batch, serial)[0]));
  expect(first.size).toBe(10);
});

test("a typed code is read in any case, with blanks and dashes", () => {
  const lettered = { ...batch, alphabet: "letters" as const, prefix: "Kb-", length: 8 };
  const code = encodeVoucherCode(lettered, 7);
  expect(code.startsWith("Kb-")).toBe(true);
  const body = code.slice(3).toLowerCase();
  expect(decodeVoucherCode(lettered, ` kb ${body.slice(0, 4)} - ${body.slice(4)} `)).toBe(7);
  expect(normaliseVoucherCode(" ab-12\u201334.x ")).toBe("AB1234X");
});

test("in a code of digits a typed letter O is a zero, and I or l is a one", () => {
  const serial = Array.from({ length: 500 }, (_, each) => each).find((each) =>
    /0.*1|1.*0/.test(encodeVoucherCode(batch, each)),
  ) as number;
  const code = encodeVoucherCode(batch, serial);
  expect(decodeVoucherCode(batch, code.replaceAll("0", "o").replaceAll("1", "l"))).toBe(serial);
});

test("a serial outside the batch, a hole, another shape and another key are no codes", () => {
  const larger = { ...batch, quantity: batch.quantity + 1 };
  expect(decodeVoucherCode(batch, encodeVoucherCode(larger, batch.quantity))).toBe(null);
  expect(decodeVoucherCode({ ...batch, holes: [5] }, encodeVoucherCode(batch, 5))).toBe(null);
  expect(decodeVoucherCode(batch, "123")).toBe(null);
  expect(decodeVoucherCode(batch, "12345678x0")).toBe(null);
  expect(decodeVoucherCode({ ...batch, prefix: "AB" }, encodeVoucherCode(batch, 5))).toBe(null);
  expect(decodeVoucherCode({ ...batch, keyHex: "00".repeat(16) }, encodeVoucherCode(batch, 5))).not.toBe(5);
  expect(() => encodeVoucherCode(batch, batch.quantity)).toThrow(/serial/);
  expect(() => encodeVoucherCode(batch, 0.5)).toThrow(/serial/);
});

test("the alphabet of letters has no look-alikes and no vowels", () => {
  const wide = { ...batch, alphabet: "letters" as const, length: 16 };
  const seen = new Set(Array.from({ length: 300 }, (_, serial) => [...encodeVoucherCode(wide, serial)]).flat());
  expect([...seen].sort().join("")).toBe("23456789BCDFGHJKMNPQRSTVWXYZ");
  expect(voucherCodeSpace(wide)).toBe(28 ** 16);
});

test("every shape and key: decode undoes encode", () => {
  fc.assert(
    fc.property(
      fc.record({
        keyHex: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((key) => Buffer.from(key).toString("hex")),
        prefix: fc.stringMatching(/^[A-Za-z0-9-]{0,12}$/),
        length: fc.integer({ min: 6, max: 16 }),
        alphabet: fc.constantFrom("digits" as const, "letters" as const),
        quantity: fc.integer({ min: 1, max: 1_000_000 }),
        holes: fc.constant<number[]>([]),
      }),
      fc.nat(),
      (shape, number) => {
        const serial = number % shape.quantity;
        expect(decodeVoucherCode(shape, encodeVoucherCode(shape, serial))).toBe(serial);
      },
    ),
    { numRuns: 300 },
  );
});

test("nothing that is typed makes it throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...hostileTexts)), (typed) => {
      const serial = decodeVoucherCode(batch, typed);
      expect(serial === null || serial < batch.quantity).toBe(true);
    }),
  );
});

test("[VOU-18] a voucher's PIN follows from key and serial, has its digits, and tells nothing of its neighbours", () => {
  const batch = { keyHex: "000102030405060708090a0b0c0d0e0f" };
  const pins = Array.from({ length: 2000 }, (_, serial) => voucherPin(batch, serial, 4));
  expect(pins.every((pin) => /^\d{4}$/.test(pin))).toBe(true);
  expect(pins).toEqual(Array.from({ length: 2000 }, (_, serial) => voucherPin(batch, serial, 4)));
  expect(new Set(pins).size).toBeGreaterThan(1700);
  expect(voucherPin({ keyHex: "ff".repeat(16) }, 0, 6)).toHaveLength(6);
  expect(voucherPin({ keyHex: "ff".repeat(16) }, 0, 4)).not.toBe(pins[0]);
});
