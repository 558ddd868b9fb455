import { expect, test } from "vitest";
import { base32, totpCode, totpStep, totpStepOf, totpUri } from "./totp.ts";

const secret = Buffer.from("12345678901234567890");

test.each([
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
])("RFC 6238 appendix B: at %i s the code is %s", (seconds, code) => {
  expect(totpCode(secret, totpStep(seconds * 1000), 8)).toBe(code);
});

test("a code is good for its half minute and the ones beside it, once", () => {
  const atMs = 1_800_000_000_000;
  const step = totpStep(atMs);
  for (const off of [-1, 0, 1]) expect(totpStepOf(secret, totpCode(secret, step + off), atMs, null)).toBe(step + off);
  expect(totpStepOf(secret, totpCode(secret, step + 2), atMs, null)).toBeNull();
  expect(totpStepOf(secret, totpCode(secret, step), atMs, step)).toBeNull();
  expect(totpStepOf(secret, "12345", atMs, null)).toBeNull();
});

test("RFC 4648 §10: base 32", () => {
  expect(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map((text) => base32(Buffer.from(text)))).toEqual([
    "",
    "MY",
    "MZXQ",
    "MZXW6",
    "MZXW6YQ",
    "MZXW6YTB",
    "MZXW6YTBOI",
  ]);
  expect(totpUri(secret, "a@b.test")).toBe(
    "otpauth://totp/Karibu%3Aa%40b.test?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Karibu&digits=6&period=30",
  );
});
