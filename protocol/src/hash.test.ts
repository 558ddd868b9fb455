import { expect, test } from "vitest";
import { isSameSecret, sha256, sha256Hex, shortHash } from "./hash.ts";

const ofAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

test("SHA-256 of NIST's sample, of a text and of its bytes", () => {
  expect(sha256Hex("abc")).toBe(ofAbc);
  expect(sha256(Buffer.from("abc")).toString("hex")).toBe(ofAbc);
  expect(shortHash("abc")).toBe(ofAbc.slice(0, 24));
  expect(sha256Hex("é")).toBe(sha256Hex(Buffer.from("é", "utf8")));
});

test("secrets are the same, or not, whatever their lengths", () => {
  expect(isSameSecret("key", "key")).toBe(true);
  for (const other of ["", "kez", "key ", "k"]) expect(isSameSecret("key", other)).toBe(false);
});
