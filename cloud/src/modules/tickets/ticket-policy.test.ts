import fc from "fast-check";
import { expect, test } from "vitest";
import { filledIn, unknownVariable } from "./canned-text.ts";
import { ticketStates } from "./ticket.ts";
import { afterCustomer, lateness, mayBecome, solveDueMs, timeAfter, usualTargets } from "./ticket-policy.ts";
import { addWorkingMs, type WorkingHours, workingMsBetween } from "./working-hours.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Nairobi, Monday to Friday. */
const office: WorkingHours = { days: [1, 2, 3, 4, 5], fromMinute: 480, untilMinute: 1020, utcOffsetMinutes: 180 };
const at = (iso: string) => Date.parse(`${iso}+03:00`);

test("[CUS-09] on Friday evening a ticket of four working hours is due on Monday at noon", () => {
  expect(addWorkingMs(office, at("2026-01-02T16:00"), 2 * hourMs)).toBe(at("2026-01-05T09:00"));
  expect(addWorkingMs(office, at("2026-01-02T20:00"), 4 * hourMs)).toBe(at("2026-01-05T12:00"));
  expect(addWorkingMs(office, at("2026-01-02T16:00"), hourMs)).toBe(at("2026-01-02T17:00"));
  expect(workingMsBetween(office, at("2026-01-02T16:00"), at("2026-01-05T09:00"))).toBe(2 * hourMs);
  expect(workingMsBetween(office, at("2026-01-03T00:00"), at("2026-01-05T00:00"))).toBe(0);
});

const anyHours = fc
  .record({
    days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
    fromMinute: fc.integer({ min: 0, max: 1400 }),
    length: fc.integer({ min: 1, max: 1440 }),
    utcOffsetMinutes: fc.constantFrom(0, 60, 120, 180, -300),
  })
  .map(({ length, ...hours }) => ({ ...hours, untilMinute: Math.min(1440, hours.fromMinute + length) }));

test("[CUS-09] working time is what a clock counts that stands still outside office hours, minute by minute", () => {
  fc.assert(
    fc.property(
      anyHours,
      fc.integer({ min: 0, max: 40_000_000 }),
      fc.integer({ min: 0, max: 45 * 1440 }),
      (hours, from, length) => {
        let counted = 0;
        for (let minute = from; minute < from + length; minute++) {
          const local = minute + hours.utcOffsetMinutes;
          const weekDay = new Date(local * minuteMs).getUTCDay();
          const ofDay = ((local % 1440) + 1440) % 1440;
          if (hours.days.includes(weekDay) && ofDay >= hours.fromMinute && ofDay < hours.untilMinute) counted++;
        }
        expect(workingMsBetween(hours, from * minuteMs, (from + length) * minuteMs)).toBe(counted * minuteMs);
      },
    ),
    { numRuns: 40 },
  );
});

test("[CUS-09] whatever the hours, what is added is what lies between, and not a moment later", () => {
  fc.assert(
    fc.property(
      anyHours,
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: 1, max: 90 * dayMs }),
      (hours, from, amount) => {
        const due = addWorkingMs(hours, from, amount);
        expect(workingMsBetween(hours, from, due)).toBe(amount);
        expect(workingMsBetween(hours, from, due - 1)).toBe(amount - 1);
      },
    ),
  );
});

test("[CUS-09] the clock stands still while the customer is waited for", () => {
  const opened = at("2026-01-05T08:00");
  const asked = timeAfter(office, { spentMs: 0, runningSinceMs: opened }, "waiting", at("2026-01-05T10:00"));
  expect(asked).toEqual({ spentMs: 2 * hourMs, runningSinceMs: null });
  expect(solveDueMs(office, usualTargets.urgent, asked)).toBeNull();
  const again = timeAfter(office, asked, "open", at("2026-01-06T08:00"));
  expect(solveDueMs(office, usualTargets.urgent, again)).toBe(at("2026-01-06T10:00"));
});

test("[CUS-09] who writes after the end opens it again, for two weeks; who answers a question does not", () => {
  expect(afterCustomer({ state: "waiting", closedAtMs: null }, 0)).toBe("open");
  expect(afterCustomer({ state: "solved", closedAtMs: null }, 0)).toBe("reopened");
  expect(afterCustomer({ state: "closed", closedAtMs: 0 }, 14 * dayMs)).toBe("reopened");
  expect(afterCustomer({ state: "closed", closedAtMs: 0 }, 14 * dayMs + 1)).toBeNull();
});

test("[CUS-09] each state goes to those that make sense", () => {
  const allowed = ticketStates.map((from) => [from, ticketStates.filter((to) => mayBecome(from, to))]);
  expect(Object.fromEntries(allowed)).toEqual({
    open: ["waiting", "solved", "closed"],
    reopened: ["waiting", "solved", "closed"],
    waiting: ["open", "solved", "closed"],
    solved: ["reopened", "closed"],
    closed: ["reopened"],
  });
});

test("[CUS-09] the first answer is late before the solution, and nothing is late that is over", () => {
  const ticket = { state: "open" as const, answerDueMs: 10, answeredAtMs: null, solveDueMs: 20 };
  expect(lateness(ticket, 10)).toBeNull();
  expect(lateness(ticket, 30)).toBe("answer");
  expect(lateness({ ...ticket, answeredAtMs: 5 }, 30)).toBe("solution");
  expect(lateness({ ...ticket, state: "solved" }, 30)).toBeNull();
});

test("[CUS-09] an unknown variable is named, and a customer's name is never looked through for variables", () => {
  expect(unknownVariable("Dear {name}, {number}")).toBeNull();
  expect(unknownVariable("Dear {nmae}")).toBe("nmae");
  const values = { name: "{staff}", number: "7", site: "Hill", staff: "Asha", provider: "Net" };
  expect(filledIn("{name} {number} {constructor}", values)).toBe("{staff} 7 {constructor}");
});
