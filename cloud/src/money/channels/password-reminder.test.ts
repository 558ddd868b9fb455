import { expect, test } from "vitest";
import { passwordLetter, passwordReminder } from "./password-reminder.ts";

const day = 86_400_000;

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
  "[PAY-08] the initiator's password on day %d, last reminded on day %s: %s days left to tell",
  (now, reminded, left) => {
    const told = passwordReminder(0, reminded === null ? null : reminded * day, now * day);
    expect(told?.daysLeft ?? null).toBe(left);
  },
);

test("a new password is reminded of anew; without one there is nothing to say", () => {
  expect(passwordReminder(100 * day, 90 * day, 175 * day)).toEqual({ daysLeft: 15 });
  expect(passwordReminder(null, null, 99 * day)).toBeNull();
});

test("the letter says which channel, how long, and what goes on working, in both languages", () => {
  for (const [locale, word] of [
    ["en", "Selling goes on"],
    ["sw", "Kuuza kunaendelea"],
  ] as const) {
    const letter = passwordLetter("owner@here.test", locale, { channel: "M-Pesa 600100", daysLeft: 5 });
    expect(letter).toMatchObject({ to: "owner@here.test", subject: expect.stringContaining("M-Pesa 600100") });
    expect(letter.text).toContain(word);
    expect(letter.subject).toContain("5");
  }
});
