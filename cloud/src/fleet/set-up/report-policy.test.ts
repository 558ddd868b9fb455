import { expect, test } from "vitest";
import { type StepStates, takeReport } from "./report-policy.ts";

const at = (states: readonly ["image" | "link", "running" | "done" | "waiting" | "failed"][]) =>
  states.reduce<StepStates>((known, [step, state], index) => takeReport(known, { step, state }, index) ?? known, {});

test.each([
  [["running", "done"], "done"],
  [["done", "running"], "done"],
  [["done", "waiting"], "done"],
  [["failed", "running"], "running"],
  [["done", "failed"], "failed"],
  [["failed", "done"], "done"],
] as const)("[RTR-14] after the reports %j a step is %s", (reports, state) => {
  expect(at(reports.map((one) => ["image", one])).image?.state).toBe(state);
});

test("[RTR-14] a repeated report changes nothing, and a router can't say that its link is up: the hub sees that itself", () => {
  const known = at([["image", "done"]]);
  expect(takeReport(known, { step: "image", state: "done" }, 9)).toBeNull();
  expect(at([["link", "done"]])).toEqual({});
});
