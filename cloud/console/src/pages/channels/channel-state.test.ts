import { expect, test } from "vitest";
import { passwordDaysLeft } from "./channel-state.ts";

test("an initiator's password lives 90 days", () => {
  const dayMs = 86_400_000;
  expect([0, 80, 90, 200].map((days) => passwordDaysLeft(0, days * dayMs))).toEqual([90, 10, 0, 0]);
  expect(passwordDaysLeft(null, dayMs)).toBeNull();
});
