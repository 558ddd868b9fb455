import { expect, test } from "vitest";
import { processClockSlackMs } from "../db/hub-clock.ts";
import { factorDemand, freshForMs } from "./second-factor-demand.ts";

const nowMs = 1_000_000_000;

test.each([
  // on, required, proved, fresh wanted -> demand
  [false, false, null, false, "none"],
  [false, false, null, true, "none"],
  [false, true, null, false, "set-up"],
  [false, true, nowMs, true, "set-up"],
  [true, false, null, false, "none"],
  [true, false, null, true, "code"],
  [true, true, null, false, "code"],
  [true, true, nowMs - freshForMs - 1, false, "none"],
  [true, true, nowMs - freshForMs, true, "none"],
  [true, false, nowMs - freshForMs - 1, true, "code"],
  [true, false, nowMs + processClockSlackMs, true, "none"],
  [true, false, nowMs + processClockSlackMs + 1, true, "code"],
] as const)(
  "[TEN-09] on %s, required %s, proved at %s, fresh wanted %s: %s",
  (isOn, isRequired, provedAtMs, fresh, demand) => {
    expect(factorDemand({ isOn, isRequired, provedAtMs }, fresh, nowMs)).toBe(demand);
  },
);

test("[TEN-09] who needs a factor for what wants a fresh code alone: the rest is open without one", () => {
  const without = { isOn: false, isRequired: false, isRequiredForFresh: true, provedAtMs: null } as const;
  expect(factorDemand(without, true, nowMs)).toBe("set-up");
  expect(factorDemand(without, false, nowMs)).toBe("none");
});
