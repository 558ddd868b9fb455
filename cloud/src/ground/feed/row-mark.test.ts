import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createEnvelope } from "../secrets/envelope.ts";
import { markedVersion, withMark } from "./row-mark.ts";

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const key = random.bytes(32);
const envelope = createEnvelope(random, [key]);
const place = { providerId: "p1", scope: "site:s1", kind: "grant", key: "g1" } as const;
const body = { purchaseId: "i1", phoneHash: null, grant: { grantId: "g1", terms: { devices: 1, dataBytes: null } } };
const signed = withMark(envelope, place, 77, body) as typeof body & { mark: string };

test("[BEY-29] a row bears its hub's mark: 30 characters that give its version back, whatever the order of its keys", () => {
  expect(signed.mark).toMatch(/^[A-Za-z0-9_-]{30}$/);
  expect(markedVersion(envelope, place, signed)).toBe(77);
  const { mark, grant, ...rest } = signed;
  const turned = { mark, grant: { terms: { dataBytes: null, devices: 1 }, grantId: "g1" }, ...rest };
  expect(markedVersion(envelope, place, turned)).toBe(77);
});

test.each([
  ["another provider", { ...place, providerId: "p2" }, signed],
  ["another site", { ...place, scope: "site:s2" }, signed],
  ["another key", { ...place, key: "g2" }, signed],
  ["another kind", { ...place, kind: "batch" as const }, signed],
  ["another body", place, { ...signed, purchaseId: "i2" }],
  ["a field more", place, { ...signed, code: "FREE" }],
  ["a changed version", place, { ...signed, mark: `A${signed.mark.slice(1, 7)}Z${signed.mark.slice(8)}` }],
  ["a cut mark", place, { ...signed, mark: signed.mark.slice(0, 20) }],
  ["no mark", place, body],
])("[BEY-29] a mark of %s is none", (_, where, what) => {
  expect(markedVersion(envelope, where, what)).toBeNull();
});

test("[BEY-29] marks outlive a new master key while the former one is listed, and no hub with another key takes them", () => {
  const next = random.bytes(32);
  expect(markedVersion(createEnvelope(random, [next, key]), place, signed)).toBe(77);
  expect(markedVersion(createEnvelope(random, [next]), place, signed)).toBeNull();
});

test("[BEY-29] what a site keeps for the hub is unreadable to it, opens only in its place, and is short", () => {
  const text = "7000|KES|254722000111";
  const sealed = envelope.sealBriefly(text, "sold/p1/i1");
  expect(sealed).not.toContain("254722000111");
  expect(Buffer.from(sealed, "base64url").length).toBe(text.length + 28);
  expect(envelope.openBriefly(sealed, "sold/p1/i1")).toBe(text);
  expect(envelope.openBriefly(sealed, "sold/p1/i2")).toBeNull();
  expect(envelope.openBriefly("AAAA", "sold/p1/i1")).toBeNull();
});
