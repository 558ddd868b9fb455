/** What every end of day must show, and the figures that it prints. */
import { expect } from "vitest";
import type { Day } from "./test-day-plan.ts";
import type { EndOfDay } from "./test-end-of-day.ts";

export function expectExplained(day: Day, played: EndOfDay): void {
  const { atNight, nextMorning, closed, notClosed, real } = played;
  process.stdout.write(`${JSON.stringify({ endOf: "day", ...day, ...played })}\n`);
  expect(atNight.unexplained).toEqual([]);
  expect(nextMorning.unexplained).toEqual([]);
  expect(real.returned).toBeGreaterThan(0);
  // A hub that knows the channels' keys, and not who sent a callback, believes no more than the provider allows.
  for (const cents of Object.values(atNight.forgedServiceCents)) expect(cents).toBeLessThanOrEqual(day.capCents);
  // Nobody could be asked at night about what was told at one short code; in the morning its forgeries are gone.
  expect(Object.keys(atNight.named).filter((name) => name.startsWith("forged: told"))).not.toEqual([]);
  expect(notClosed).toMatch(/not-reconciled/);
  expect(Object.keys(closed).sort()).toEqual(["dead", "paybill", "till"]);
  for (const { bookedCents, statementCents } of Object.values(closed)) expect(bookedCents).toBe(statementCents);
}
