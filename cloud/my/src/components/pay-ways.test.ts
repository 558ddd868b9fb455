import { expect, test } from "vitest";
import { waitsForProof } from "./pay-ways.ts";

test.each([
  [1000, 1000, 0, false],
  [1000, 1000, 1, true],
  [1000, 1500, 500, false],
  [1000, 1500, 501, true],
  [1000, 900, 900, false],
  [null, 900, 900, false],
])(
  "a price of %s with credit of %s, of which %s is not confirmed: it waits for that: %s",
  (amountCents, creditCents, unprovedCents, waits) => {
    expect(waitsForProof({ amountCents, creditCents, unprovedCents })).toBe(waits);
  },
);
