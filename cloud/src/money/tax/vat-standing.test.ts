import { expect, test } from "vitest";
import { vatStandingOf } from "./vat-standing.ts";

test.each([
  ["standard", 1600, true, "taxed"],
  ["no-excise", 1600, true, "taxed"],
  ["zero-rated", 0, true, "zero-rated"],
  ["exempt", 0, true, "exempt"],
  ["outside", 0, true, "outside"],
  ["standard", 0, true, "none"],
  ["standard", 0, false, "none"],
  ["zero-rated", 0, false, "none"],
  ["exempt", 0, false, "none"],
  ["outside", 0, false, "outside"],
  ["standard", 1600, false, "taxed"],
] as const)(
  "[PAY-24] a %s line at %i by a seller who is registered: %s is %s",
  (treatment, vatBp, isRegistered, standing) => {
    expect(vatStandingOf({ treatment, vatBp }, isRegistered)).toBe(standing);
  },
);
