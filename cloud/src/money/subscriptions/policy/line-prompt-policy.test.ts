import { expect, test } from "vitest";
import { asksNow, type LinePromptFacts, promptSlotsMs } from "./line-prompt-policy.ts";

const at = (text: string) => Date.parse(text);
const facts: LinePromptFacts = {
  nowMs: at("2026-12-01T07:00:00+03:00"),
  paidUntilMs: at("2026-12-01T15:20:00+03:00"),
  utcOffsetMinutes: 180,
  missingCents: 250_000,
  made: 0,
  max: 3,
  lastAtMs: null,
  isOpen: false,
};
const asks = (change: Partial<LinePromptFacts>) => asksNow({ ...facts, ...change });

test("[PAY-16] the phone is asked on the day of the end, from seven o'clock of the provider on, once for each hour that has come", () => {
  expect(promptSlotsMs(facts.paidUntilMs, 180).map((ms) => new Date(ms).toISOString().slice(0, 16))).toEqual([
    "2026-12-01T04:00",
    "2026-12-01T07:00",
    "2026-12-01T10:00",
    "2026-12-01T13:00",
    "2026-12-01T16:00",
  ]);
  expect(asks({})).toBe(true);
  expect(asks({ nowMs: at("2026-12-01T06:59:59+03:00") })).toBe(false);
  expect(asks({ nowMs: at("2026-11-30T15:00:00+03:00") })).toBe(false);
  const once = { made: 1, lastAtMs: at("2026-12-01T07:00:30+03:00") };
  expect(asks({ ...once, nowMs: at("2026-12-01T09:59:00+03:00") })).toBe(false);
  expect(asks({ ...once, nowMs: at("2026-12-01T10:00:00+03:00") })).toBe(true);
  const onTheHour = { made: 1, lastAtMs: at("2026-12-01T10:00:00+03:00") };
  expect(asks({ ...onTheHour, nowMs: at("2026-12-01T12:59:00+03:00") })).toBe(false);
});

test("[PAY-16] nobody's phone rings at night, for nothing, too often, or while an earlier try may still be paid", () => {
  const late = { paidUntilMs: at("2026-12-01T23:30:00+03:00") };
  expect(asks({ ...late, nowMs: at("2026-12-01T20:59:00+03:00") })).toBe(true);
  expect(asks({ ...late, nowMs: at("2026-12-01T21:00:00+03:00") })).toBe(false);
  expect(asks({ missingCents: 0 })).toBe(false);
  expect(asks({ made: 3 })).toBe(false);
  expect(asks({ max: 0 })).toBe(false);
  expect(asks({ isOpen: true })).toBe(false);
  // The day is the provider's own: half past midnight in Nairobi is still the day before in London.
  const early = { paidUntilMs: at("2026-12-01T00:30:00+03:00") };
  expect(asks({ ...early, nowMs: at("2026-12-01T08:00:00+03:00") })).toBe(true);
  expect(asks({ ...early, nowMs: at("2026-11-30T08:00:00+03:00") })).toBe(false);
});
