import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { createMd5 } from "./md5.ts";

const at = 4096;
const outAt = 1024;

function md5Of(message: Buffer): string {
  const md5 = createMd5();
  message.copy(md5.memory, at);
  md5.digest(md5.emptyAt, outAt, at, message.length, 0);
  return md5.memory.toString("hex", outAt, outAt + 16);
}

test.each([
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["a", "0cc175b9c0f1b6a831c399e269772661"],
  ["abc", "900150983cd24fb0d6963f7d28e17f72"],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0"],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"],
  [
    "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
    "57edf4a22be3c955ac49da2e2107b67a",
  ],
])("RFC 1321 §A.5: %j", (message, digest) => {
  expect(md5Of(Buffer.from(message))).toBe(digest);
});

test("every length around the block's edge agrees with the crypto library", () => {
  for (let length = 0; length < 270; length++) {
    const message = Buffer.from(Array.from({ length }, (_, index) => (index * 31 + length) & 255));
    expect(md5Of(message)).toBe(createHash("md5").update(message).digest("hex"));
  }
});

test("RFC 2104: an HMAC from absorbed pads is that of the crypto library", () => {
  const md5 = createMd5();
  const message = Buffer.from("what do ya want for nothing?");
  const states = [0x36, 0x5c].map((pad, index) => {
    for (let octet = 0; octet < 64; octet++) md5.memory[at + octet] = ("Jefe".charCodeAt(octet) || 0) ^ pad;
    md5.absorb(512 + 16 * index, at);
    return 512 + 16 * index;
  });
  message.copy(md5.memory, at);
  md5.digest(states[0] as number, outAt, at, message.length, 64);
  md5.digest(states[1] as number, outAt + 128, outAt, 16, 64);
  expect(md5.memory.toString("hex", outAt + 128, outAt + 144)).toBe("750c783e6ab0b503eaa86e310a5db738");
  expect(createHmac("md5", "Jefe").update(message).digest("hex")).toBe("750c783e6ab0b503eaa86e310a5db738");
});
