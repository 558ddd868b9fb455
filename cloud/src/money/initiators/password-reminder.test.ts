import { expect, test } from "vitest";
import { passwordReminder } from "./password-reminder.ts";

const day = 86_400_000;
const days = [75, 85, 89, 90];

test.each([
  [74, null, null],
  [75, null, 15],
  [75.5, 75, null],
  [84, 75, null],
  [85, 75, 5],
  [89, 85, 1],
  [90, 89, 0],
  [200, 90, null],
  [200, null, 0],
] as const)(
  "[PAY-08] the initiator's password on day %d, last reminded on day %s: %s days left",
  (now, reminded, left) => {
    const due = passwordReminder(days, 0, reminded === null ? null : reminded * day, now * day);
    expect(due?.daysLeft ?? null).toBe(left);
  },
);

test("a new password has reminders too; without one there is nothing to say", () => {
  expect(passwordReminder(days, 100 * day, 90 * day, 175 * day)).toEqual({ daysLeft: 15 });
  expect(passwordReminder(days, null, null, 99 * day)).toBeNull();
});
