import { expect, test } from "vitest";
import { decideRepair, noteAlarm, noteRepair, type RepairHistory } from "./repair-brake.ts";

const hourMs = 3_600_000;

test("[BEY-17] the same repair is made three times a day, then there is one alarm, and the next day it begins anew", () => {
  let history: RepairHistory = {};
  for (const hour of [0, 1, 2]) {
    expect(decideRepair(history, "a", hour * hourMs)).toBe("repair");
    history = noteRepair(history, "a", hour * hourMs);
  }
  expect(decideRepair(history, "a", 3 * hourMs)).toBe("alarm");
  expect(decideRepair(history, "b", 3 * hourMs)).toBe("repair");
  history = noteAlarm(history, "a");
  expect(decideRepair(history, "a", 23 * hourMs)).toBe("rest");
  expect(decideRepair(history, "a", 24 * hourMs)).toBe("repair");
  history = noteRepair(history, "a", 24 * hourMs);
  expect(decideRepair(history, "a", 24 * hourMs + 1)).toBe("alarm");
});

test("a clock that goes back gives no more tries", () => {
  let history: RepairHistory = {};
  for (let times = 0; times < 3; times++) history = noteRepair(history, "a", 100 * hourMs);
  expect(decideRepair(history, "a", 0)).toBe("alarm");
});
