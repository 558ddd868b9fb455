import { expect, test } from "vitest";
import { creditableOutage } from "./outage-credit-policy.ts";

const rule = { minSeconds: 60, maxSeconds: 3600 };
const outage = (seconds: number) => ({ fromMs: 0, toMs: seconds * 1000 });

test("[BEY-14] an outage is credited from the provider's shortest one on, and up to the provider's limit, from its end backwards", () => {
  expect(creditableOutage(outage(59), rule)).toBeNull();
  expect(creditableOutage(outage(60), rule)).toEqual({ fromMs: 0, toMs: 60_000 });
  expect(creditableOutage(outage(3600), rule)).toEqual({ fromMs: 0, toMs: 3_600_000 });
  expect(creditableOutage(outage(86_400), rule)).toEqual({ fromMs: 82_800_000, toMs: 86_400_000 });
});

test("without a rule nothing is credited, and neither is an outage that ends before it begins", () => {
  expect(creditableOutage(outage(3600), undefined)).toBeNull();
  expect(creditableOutage({ fromMs: 5000, toMs: 5000 }, { minSeconds: 0, maxSeconds: 60 })).toBeNull();
});
