import { createHmac } from "node:crypto";
import { sha256Hex } from "@karibu/protocol/hash";
import { expect, test } from "vitest";
import { createParties, type PhoneSha256, partyKeys, partyText } from "./parties.ts";

const secret = new Uint8Array(32).fill(1);
const parties = createParties(secret);
const phone = "254712345678";
const hash = sha256Hex(phone) as PhoneSha256;

test("[SYS-13] a party is an HMAC over Safaricom's own hash of the number: a number and its hash lead to the same one", () => {
  const party = parties.ofPhone("p1", phone);
  expect(party).toMatch(/^[0-9a-f]{64}$/);
  expect(party).toBe(parties.ofSha256("p1", hash));
  expect(party).toBe(createHmac("sha256", partyKeys(secret).books).update(partyText("p1", hash)).digest("hex"));
  expect(party).not.toBe(hash);
});

test("[PAY-20] a number is another party with another provider, with another hub's secret, and another name at each site", () => {
  const party = parties.ofPhone("p1", phone);
  const others = [
    parties.ofPhone("p2", phone),
    createParties(new Uint8Array(32).fill(2)).ofPhone("p1", phone),
    parties.atSite("s1", party),
    parties.atSite("s2", party),
  ];
  expect(new Set([party, hash, ...others]).size).toBe(6);
  for (const name of others) expect(name).toMatch(/^[0-9a-f]{64}$/);
  expect(parties.atSite("s1", party)).toBe(createParties(secret).atSite("s1", party));
});

test("a secret of another length is a mistake of ours", () => {
  expect(() => createParties(new Uint8Array(31))).toThrow(TypeError);
});
