import { currencyCodes } from "@karibu/cloud/ground/amounts/currencies";
import { expect, test } from "vitest";
import { currencyOptions, zoneOptions } from "./choices.ts";

test("every currency of the hub can be chosen", () => {
  expect(currencyOptions().map(({ value }) => value)).toEqual([...currencyCodes]);
});

test("zones are in order, and the one that is set is among them whatever it is", () => {
  expect(zoneOptions(180).find(({ value }) => value === "180")?.label).toMatch(/^UTC\+3 · Nairobi/);
  const labels = zoneOptions(-210).map(({ label }) => label);
  expect(labels.slice(0, 2)).toEqual(["UTC-3:30", "UTC-1 · Praia"]);
});
