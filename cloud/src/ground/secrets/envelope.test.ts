import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createEnvelope } from "./envelope.ts";

const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)) };
const key = randomBytes(32);

test("[PAY-08] a secret comes back as it was, for its own context only", () => {
  const envelope = createEnvelope(random, [key]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (secret, context) => {
      const sealed = envelope.seal(secret, context);
      expect(envelope.open(sealed, context)).toEqual(Buffer.from(secret));
      expect(() => envelope.open(sealed, `${context}!`)).toThrow(/copied from another row/);
    }),
  );
});

test("[SYS-13] any flipped bit is noticed", () => {
  const envelope = createEnvelope(random, [key]);
  const sealed = envelope.seal(Buffer.from("consumer secret"), "channel/p/c");
  for (let index = 0; index < sealed.length; index++) {
    const bad = Buffer.from(sealed);
    bad[index] = (bad[index] as number) ^ 1;
    expect(() => envelope.open(bad, "channel/p/c")).toThrow(/sealed/);
  }
  expect(() => envelope.open(sealed.subarray(0, 20), "channel/p/c")).toThrow(/changed/);
});

test("the same secret sealed twice does not look the same", () => {
  const envelope = createEnvelope(random, [key]);
  expect(envelope.seal(Buffer.from("x"), "c")).not.toEqual(envelope.seal(Buffer.from("x"), "c"));
});

test("a new master key opens what the former sealed, re-wraps it, and then no longer needs the former", () => {
  const next = randomBytes(32);
  const sealed = createEnvelope(random, [key]).seal(Buffer.from("secret"), "c");
  const both = createEnvelope(random, [next, key]);
  expect(both.open(sealed, "c").toString()).toBe("secret");
  const rewrapped = both.rewrap(sealed);
  expect(rewrapped).not.toBeNull();
  const only = createEnvelope(random, [next]);
  expect(only.open(rewrapped as Buffer, "c").toString()).toBe("secret");
  expect(only.rewrap(rewrapped as Buffer)).toBeNull();
  expect(() => only.open(sealed, "c")).toThrow(/master key that this hub does not have/);
});

test("what was sealed for a while under the former master key is opened as long as that one is there, for its own context only", () => {
  const next = randomBytes(32);
  const brief = createEnvelope(random, [key]).sealBriefly("plan|5000", "c");
  const both = createEnvelope(random, [next, key]);
  expect(both.openBriefly(brief, "c")).toBe("plan|5000");
  expect(both.openBriefly(brief, "d")).toBeNull();
  expect(createEnvelope(random, [next]).openBriefly(brief, "c")).toBeNull();
});
