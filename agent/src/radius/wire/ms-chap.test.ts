import { spawnSync } from "node:child_process";
import { md4, ntPasswordHash } from "@karibu/protocol/accounts/nt-hash";
import { expect, test } from "vitest";
import { authenticatorResponse, challengeHash, mppeKeys, ntResponse, saltKey, unsaltKey } from "./ms-chap.ts";

const hexOf = (octets: Uint8Array) => Buffer.from(octets).toString("hex");
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ""), "hex");

const exchange = {
  user: "User",
  authenticatorChallenge: hex("5B5D7C7D7B3F2F3E3C2C602132262628"),
  peerChallenge: hex("21402324255E262A28295F2B3A337C7E"),
};

test("RFC 1320 §A.5: the MD4 test suite", () => {
  expect(hexOf(md4(Buffer.from("")))).toBe("31d6cfe0d16ae931b73c59d7e0c089c0");
  expect(hexOf(md4(Buffer.from("abc")))).toBe("a448017aaf21d8525fc10ae87aa6729d");
  expect(
    hexOf(md4(Buffer.from("12345678901234567890123456789012345678901234567890123456789012345678901234567890"))),
  ).toBe("e33b4ddc9c38f2199c3e7b164fcc0536");
});

test("RFC 2759 §9.2: hashes, response and success string of the sample", () => {
  expect(challengeHash(exchange)).toEqual(hex("D02E4386BCE91226"));
  expect(Buffer.from(ntPasswordHash("clientPass"))).toEqual(hex("44EBBA8D5312B8D611474411F56989AE"));
  const response = ntResponse(exchange, "clientPass");
  expect(response).toEqual(hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF"));
  expect(authenticatorResponse({ ...exchange, ntResponse: response }, "clientPass")).toBe(
    "S=407A5589115FD0D6209F510FE9C04566932CDA56",
  );
});

const hasSmbencrypt = spawnSync("smbencrypt", ["x"]).error === undefined;

/** radclient can't ask by MS-CHAPv2; an independent program checks the hash that it is based on. */
test.skipIf(!hasSmbencrypt)("the hash of a password is the one that FreeRADIUS' smbencrypt makes", () => {
  const passwords = ["clientPass", "arctangent", "4829137750", "a", "x".repeat(60)];
  const { stdout } = spawnSync("smbencrypt", passwords, { encoding: "utf8" });
  const theirs = stdout.split("\n").flatMap((line) => /\t([0-9A-F]{32})$/.exec(line)?.[1] ?? []);
  expect(passwords.map((password) => hexOf(ntPasswordHash(password)).toUpperCase())).toEqual(theirs);
});

test("[CUS-14] RFC 2759 §9.2: the NT hash alone gives the same response, success string and keys as the password", () => {
  const hash = hex("44EBBA8D5312B8D611474411F56989AE");
  const response = ntResponse(exchange, hash);
  expect(response).toEqual(hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF"));
  const answered = { ...exchange, ntResponse: response };
  expect(authenticatorResponse(answered, hash)).toBe("S=407A5589115FD0D6209F510FE9C04566932CDA56");
  expect(mppeKeys(answered, hash)).toEqual(mppeKeys(answered, "clientPass"));
});

test("a Windows domain before the name does not change the response", () => {
  expect(ntResponse({ ...exchange, user: "DESK\\User" }, "clientPass")).toEqual(ntResponse(exchange, "clientPass"));
});

test("RFC 3079 §4.5.3: the 128-bit send key of the sample", () => {
  const keys = mppeKeys({ ntResponse: ntResponse(exchange, "clientPass") }, "clientPass");
  expect(keys.send).toEqual(hex("8B7CDC149B993A1BA118CB153F56DCCB"));
  expect(keys.receive).not.toEqual(keys.send);
});

test("RFC 2548 §2.4.2: a salted key comes back, and its salt has the first bit set", () => {
  const authenticator = hex("000102030405060708090a0b0c0d0e0f");
  const key = hex("8B7CDC149B993A1BA118CB153F56DCCB");
  const salted = saltKey(key, 0x1234, authenticator, "secret");
  expect(salted.length).toBe(34);
  expect((salted[0] as number) & 0x80).toBe(0x80);
  expect(unsaltKey(salted, authenticator, "secret")).toEqual(key);
  expect(unsaltKey(salted.subarray(1), authenticator, "secret")).toBe(null);
});
