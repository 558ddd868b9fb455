import { describe, expect, test } from "vitest";
import { createKeptPlans } from "./kept-plans.ts";

/** A statement comes, and its plan is made where it is to be. */
function come(plans: ReturnType<typeof createKeptPlans<string>>, text: string) {
  const plan = plans.of(text);
  if (plan?.columns === null) plans.made(text, `columns of ${text}`);
  return plan;
}

const fromFirst = () => createKeptPlans<string>("kept", { keepsFirst: true });
const fromSecond = () => createKeptPlans<string>("kept", { keepsFirst: false });

describe("plans that the embedded engine keeps", () => {
  test("of a text that comes again, or from the first time on", () => {
    const plans = fromSecond();
    expect(come(plans, "select 1")).toBeNull();
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: null });
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: "columns of select 1" });
    const all = fromFirst();
    come(all, "select 1");
    expect(come(all, "select 2")).toEqual({ name: "kept_1", columns: null });
  });

  test("one that failed is made anew under its name", () => {
    const plans = fromFirst();
    come(plans, "select 1");
    plans.failed("select 1");
    plans.failed("select 2");
    expect(plans.of("select 1")).toEqual({ name: "kept_0", columns: null });
  });

  test("when a table has changed each is made anew", () => {
    const plans = fromFirst();
    come(plans, "select 1");
    come(plans, "select 2");
    plans.forgetAll();
    for (const text of ["select 1", "select 2"]) expect(plans.of(text)).toMatchObject({ columns: null });
  });

  test("one is made anew when many statements have come since: its table has grown", () => {
    const plans = fromFirst();
    come(plans, "select 1");
    for (let other = 0; other < 20_000; other++) come(plans, "select 2");
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: null });
    expect(come(plans, "select 1")).toEqual({ name: "kept_0", columns: "columns of select 1" });
  });

  test("there are 400 at most: the one that has not come for the longest time gives its name to the next", () => {
    const plans = fromSecond();
    const names = new Set<string | undefined>();
    for (let at = 0; at < 400; at++) {
      come(plans, `select ${at}`);
      names.add(come(plans, `select ${at}`)?.name);
    }
    expect(names.size).toBe(400);
    come(plans, "select 0");
    come(plans, "select 400");
    expect(come(plans, "select 400")).toEqual({ name: "kept_1", columns: null });
    expect(come(plans, "select 1")).toBeNull();
    expect(come(plans, "select 0")).toEqual({ name: "kept_0", columns: "columns of select 0" });
  });
});
