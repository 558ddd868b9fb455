import { expect, test } from "vitest";
import { fuzz } from "./test-fuzz.ts";

test("20,000 malformed packets: none crashes the server, every valid one in between is answered", () => {
  const { nas, asked, answered } = fuzz(2026, 20_000);
  expect(asked).toBe(200);
  expect(answered).toBe(asked);
  const { counters } = nas.handler;
  expect(counters.failures).toBe(0);
  for (const reason of ["too-short", "length-field", "unknown-code", "attribute-length", "value-length"] as const) {
    expect(counters.malformed[reason], reason).toBeGreaterThan(20);
  }
  expect(counters.malformed["vendor-attribute"]).toBeGreaterThan(0);
  expect(counters.malformed["repeated-attribute"]).toBeGreaterThan(0);
  expect(counters.badAuthenticators).toBeGreaterThan(200);
});
