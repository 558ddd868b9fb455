import { createECDH } from "node:crypto";
import { expect, test } from "vitest";
import { areBrowserKeys, encryptPush } from "./encrypt-push.ts";

const bytes = (text: string) => Buffer.from(text, "base64url");

/** RFC 8291, appendix A. */
const rfc8291 = {
  text: "When I grow up, I want to be a watermelon",
  ownPrivate: bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
  p256dh: bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
  auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
  salt: bytes("DGv6ra1nlYgDCS1FRnbzlw"),
  message:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

test("[MSG-07] RFC 8291, appendix A: the watermelon is encrypted to the same bytes", () => {
  const random = { bytes: (count: number) => (count === 16 ? rfc8291.salt : rfc8291.ownPrivate) };
  expect(encryptPush(random, rfc8291.text, rfc8291).toString("base64url")).toBe(rfc8291.message);
});

test("keys that no browser gives are known", () => {
  const browser = createECDH("prime256v1");
  browser.generateKeys();
  const right = { p256dh: browser.getPublicKey(), auth: Buffer.alloc(16, 7) };
  expect(areBrowserKeys(right)).toBe(true);
  expect(areBrowserKeys({ ...right, auth: Buffer.alloc(15) })).toBe(false);
  expect(areBrowserKeys({ ...right, p256dh: Buffer.alloc(65, 4) })).toBe(false);
  expect(areBrowserKeys({ ...right, p256dh: right.p256dh.subarray(0, 64) })).toBe(false);
  expect(areBrowserKeys({ ...right, p256dh: browser.getPublicKey(null, "compressed") })).toBe(false);
});
