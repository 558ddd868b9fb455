import { describe, expect, test } from "vitest";
import { createKeptPlans } from "./kept-plans.ts";

/** A statement comes, and its plan is made where it is to be. */
function come(plans: ReturnType<typeof createKeptPlans<string>>, text: string, isWanted = false) {
  const plan = plans.of(text, isWanted);
  if (plan?.columns === null) plans.made(text, `columns of ${text}`);
  return plan;
}

describe("plans that the embedded engine keeps", () => {
  test("of a text that comes again, or whose transaction keeps all its plans", () => {
    const plans = createKeptPlans<string>("kept");
    expect(come(plans, "select 1")).toBeNull();
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: null });
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: "columns of select 1" });
    expect(come(plans, "select 2", true)).toEqual({ name: "kept_1", columns: null });
  });

  test("one that failed is made anew under its name", () => {
    const plans = createKeptPlans<string>("kept");
    come(plans, "select 1", true);
    plans.failed("select 1");
    plans.failed("select 2");
    expect(plans.of("select 1", false)).toEqual({ name: "kept_0", columns: null });
  });

  test("when a table has changed each is made anew", () => {
    const plans = createKeptPlans<string>("kept");
    come(plans, "select 1", true);
    come(plans, "select 2", true);
    plans.forgetAll();
    for (const text of ["select 1", "select 2"]) expect(plans.of(text, false)).toMatchObject({ columns: null });
  });

  test("one is made anew when many statements have come since: its table has grown", () => {
    const plans = createKeptPlans<string>("kept");
    come(plans, "select 1", true);
    for (let other = 0; other < 20_000; other++) come(plans, "select 2");
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: null });
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: "columns of select 1" });
  });

  test("there are 400 at most: the one that has not come for the longest time gives its name to the next", () => {
    const plans = createKeptPlans<string>("kept");
    const names = new Set<string | undefined>();
    for (let at = 0; at < 400; at++) names.add(come(plans, `select ${at}`, true)?.name);
    expect(names.size).toBe(400);
    come(plans, "select 0");
    expect(come(plans, "select 400", true)).toEqual({ name: "kept_1", columns: null });
    expect(come(plans, "select 1")).toBeNull();
    expect(come(plans, "select 0")).toEqual({ name: "kept_0", columns: "columns of select 0" });
  });
});
