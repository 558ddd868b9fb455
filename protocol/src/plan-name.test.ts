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
  ["1 hour", "Saa 1"],
  ["12 Hours", "Saa 12"],
  ["30 minutes", "Dakika 30"],
  ["1 day", "Siku 1"],
  ["2 weeks", "Wiki 2"],
  ["1 month", "Mwezi 1"],
  ["3 months", "Miezi 3"],
  ["1 hour of football", "1 hour of football"],
  ["Saa 1", "Saa 1"],
])(
  "in Swahili the standard plans and plain durations have Swahili names, and what a provider wrote stays: %s",
  (name, shown) => {
    expect(displayName(name, "sw")).toBe(shown);
    expect(displayName(name, "sw-KE")).toBe(shown);
  },
);
