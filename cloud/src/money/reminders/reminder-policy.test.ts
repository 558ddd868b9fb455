import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dueRange, type ReminderFacts, refuseReminder, remindAtMs, reminderTemplate } from "./reminder-policy.ts";

const clock = { utcOffsetMinutes: 180, reminderMinute: 9 * 60 };
const at = (text: string) => Date.parse(`${text}+03:00`);
const dayMs = 86_400_000;

describe("[MSG-05] [PAY-13] when a due date is reminded of", () => {
  test.each([
    ["2026-11-20T23:17", -3, "2026-11-17T09:00"],
    ["2026-11-20T00:01", 0, "2026-11-20T09:00"],
    // Midnight ends the day before.
    ["2026-11-20T00:00", 0, "2026-11-19T09:00"],
    ["2026-03-01T10:00", -1, "2026-02-28T09:00"],
    ["2028-03-01T10:00", -1, "2028-02-29T09:00"],
    ["2026-12-31T10:00", 3, "2027-01-03T09:00"],
  ])("due %s, day %i: %s", (due, day, reminded) => {
    expect(remindAtMs(at(due), day, clock)).toBe(at(reminded));
  });

  test("a due date is in the range of its day for 24 hours from its reminder on, and in no other", () => {
    const number = (min: number, max: number) => fc.integer({ min, max });
    fc.assert(
      fc.property(
        number(0, 40 * 1440),
        number(-30, 30),
        number(-720, 840),
        number(0, 1439),
        number(-2880, 2880),
        (due, day, offset, minute, late) => {
          const local = { utcOffsetMinutes: offset, reminderMinute: minute };
          const dueMs = at("2026-11-01T00:00") + due * 60_000;
          const nowMs = remindAtMs(dueMs, day, local) + late * 60_000;
          const { afterMs, untilMs } = dueRange(day, local, nowMs);
          expect(dueMs > afterMs && dueMs <= untilMs).toBe(late >= 0 && late < 1440);
        },
      ),
    );
  });

  test.each([
    [-30, "reminder-before"],
    [-1, "reminder-before"],
    [0, "reminder-due"],
    [1, "reminder-after"],
  ])("day %i is a %s", (day, template) => {
    expect(reminderTemplate(day)).toBe(template);
  });
});

describe("[MSG-05] a reminder that is not wanted after all", () => {
  const dueMs = at("2026-11-20T12:00");
  const nowMs = dueMs - 3 * dayMs;
  const facts: ReminderFacts = {
    phase: "active",
    dueMs,
    paidUntilMs: dueMs,
    cancelAtEnd: false,
    isCustomerOn: true,
    hasAccount: true,
    isNew: false,
    standingOrder: false,
    promisedUntilMs: null,
    autoRenew: true,
    amountCents: 150_000,
    creditCents: 149_999,
    paidAtMs: dueMs - 30 * dayMs,
    remindAtMs: nowMs,
  };
  test.each([
    [{}, null],
    [{ phase: "over" }, null],
    [{ phase: "grace" }, null],
    [{ phase: "ended", paidUntilMs: 0 }, "ended"],
    [{ hasAccount: false }, "ended"],
    [{ paidUntilMs: dueMs + dayMs }, "paid-meanwhile"],
    [{ cancelAtEnd: true }, "cancelled"],
    [{ phase: "paused" }, "paused"],
    [{ phase: "suspended" }, "suspended"],
    [{ isCustomerOn: false }, "customer-off"],
    [{ isNew: true }, "never-paid"],
    [{ promisedUntilMs: nowMs + 1 }, "promised"],
    [{ promisedUntilMs: nowMs }, null],
    [{ amountCents: 0 }, "nothing-to-pay"],
    [{ standingOrder: true }, "standing-order"],
    [{ standingOrder: true, phase: "over" }, null],
    [{ creditCents: 150_000 }, "credit-covers"],
    [{ creditCents: 150_000, autoRenew: false }, null],
    [{ paidAtMs: nowMs }, "just-paid"],
    [{ paidAtMs: null }, null],
  ] as const)("%j: %s", (changed, refusal) => {
    expect(refuseReminder({ ...facts, ...changed }, nowMs)).toBe(refusal);
  });
});
