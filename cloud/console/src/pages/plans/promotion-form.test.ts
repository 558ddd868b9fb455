import { expect, test } from "vitest";
import { minuteOf, promotionFields, promotionOf } from "./promotion-form.ts";

const empty = {
  code: null,
  planId: null,
  siteId: null,
  from: null,
  to: null,
  fromHour: null,
  toHour: null,
  audience: "everyone",
  usesMax: null,
  perPhoneMax: null,
  perDayMax: null,
} as const;

test("[PLN-12] hours are read as people type them", () => {
  expect(["18:00", "18", "7.30", "24:00", "", "25", "aa"].map(minuteOf)).toEqual([
    1080,
    1080,
    450,
    1440,
    null,
    null,
    null,
  ]);
});

test("[PLN-12] its hours are fields of a time of the day: what is none, `6pm`, is refused there, and makes no promotion of all day", () => {
  const types = Object.fromEntries(
    promotionFields("percent", [], new Map()).map((field) => [field.name, "type" in field ? field.type : "text"]),
  );
  expect(types).toMatchObject({ fromHour: "time", toHour: "time" });
});

test("[PLN-12] a promotion ends with its last day, in the provider's zone; a happy hour may pass midnight", () => {
  const values = { ...empty, name: "Night" };
  const made = promotionOf(
    {
      ...values,
      kind: "percent",
      permille: 250,
      days: "end",
      from: "2026-11-20",
      to: "2026-11-21",
      fromHour: "22",
      toHour: "2",
    },
    "UGX",
    180,
  );
  expect(made).toMatchObject({
    code: null,
    fromMs: Date.UTC(2026, 10, 19, 21),
    untilMs: Date.UTC(2026, 10, 21, 21),
    hours: [{ days: [0, 6], fromMinute: 1320, toMinute: 1560 }],
  });
  expect(promotionOf({ ...values, days: "all", kind: "amount", amountCents: 500_00 }, "UGX", 180)).toMatchObject({
    hours: [],
    fromMs: null,
    gift: { kind: "amount", amountCents: 50_000, currency: "UGX" },
  });
});
