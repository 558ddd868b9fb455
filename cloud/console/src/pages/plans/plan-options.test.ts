import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import { planOptions, voucherPlanOptions } from "./plan-options.ts";

const plan = (name: string, priceCents: number, active = true) => ({
  planId: name,
  name,
  priceCents: cents(priceCents),
  currency: "KES",
  active,
});
const plans = [plan("Home line", 150_000), plan("Old hour", 500, false), plan("Hour", 2000), plan("Week", 20_000)];

test("vouchers begin with the cheapest plan that is on sale, each with its price; other forms keep the hub's order", () => {
  expect(voucherPlanOptions(plans).map(({ label }) => label)).toEqual([
    "Hour · KSh 20",
    "Week · KSh 200",
    "Home line · KSh 1,500",
    "Old hour · KSh 5",
  ]);
  expect(planOptions(plans).map(({ value }) => value)).toEqual(["Home line", "Hour", "Week"]);
});
