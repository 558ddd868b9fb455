import { expect, test } from "vitest";
import { displayName } from "./plan-name.ts";

test.each([
  ["UNLIMITED-WEEKLY", "Unlimited Weekly"],
  ["20GB-MONTHLY", "20 GB Monthly"],
  ["Usiku Mwema", "Usiku Mwema"],
  ["1 hour", "1 hour"],
  ["XL", "XL"],
])("the plan that operators file as %s is shown as %s", (name, shown) => {
  expect(displayName(name)).toBe(shown);
});

test.each([
  ["1GB-DAILY", "GB 1 kwa siku"],
  ["UNLIMITED-MONTHLY", "Bila kikomo kwa mwezi"],
  ["SOMA-BONGO", "Soma Bongo"],
  ["1 hour", "1 hour"],
])("in Swahili the standard plans have Swahili names, and what a provider wrote stays: %s", (name, shown) => {
  expect(displayName(name, "sw")).toBe(shown);
  expect(displayName(name, "sw-KE")).toBe(shown);
});
