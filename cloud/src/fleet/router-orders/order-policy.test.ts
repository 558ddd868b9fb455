import { Fault } from "@karibu/protocol/fault";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerOfFault, fullBudget, nextStage, permissionFor, spend, withoutPassword } from "./order-policy.ts";

test("[RTR-16] however a thousand orders arrive, no minute has more than a hundred of them, and each has its turn", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 50, maxLength: 300 }), (gapsMs) => {
      let budget = fullBudget(0);
      let nowMs = 0;
      const sentAtMs: number[] = [];
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        for (;;) {
          const step = spend(budget, nowMs);
          if (step.kind === "go") {
            budget = step.left;
            sentAtMs.push(nowMs);
            break;
          }
          expect(step.atMs).toBeGreaterThan(nowMs);
          nowMs = step.atMs;
        }
      }
      expect(sentAtMs).toHaveLength(gapsMs.length);
      for (const [at, fromMs] of sentAtMs.entries())
        expect(sentAtMs.slice(at).filter((each) => each < fromMs + 60_000).length).toBeLessThanOrEqual(100);
    }),
    { seed: 18, numRuns: 50 },
  );
});

test("a clock that went back gives nothing, and takes nothing", () => {
  const { left } = spend(fullBudget(10_000), 10_000) as { left: { milli: number; atMs: number } };
  expect(spend(left, 5000)).toEqual({ kind: "go", left: { milli: left.milli - 1000, atMs: 5000 } });
  const spentAhead = { milli: 0, atMs: 3 * 3_600_000 };
  expect(spend(spentAhead, 5000), "the clock was hours ahead").toMatchObject({ kind: "go" });
  expect(spend(spentAhead, 3 * 3_600_000 - 60_000)).toMatchObject({ kind: "later" });
});

test.each([
  ["site/away", undefined, null],
  ["site/deadline", undefined, null],
  ["site/cancelled", undefined, null],
  ["site/refused", "router-api/busy", null],
  ["site/refused", "router-api/unreachable", null],
  ["site/refused", "router-api/trap", "refused"],
  ["site/refused", "link/failed", "unknown"],
  ["site/refused", "link/unknown-method", "refused"],
  ["site/bad-answer", undefined, "unknown"],
] as const)("a call that ended with %s (%s) means %s", (code, hint, state) => {
  const fault = new Fault(code, "act-on-router: so", { retry: "never", ...(hint === undefined ? {} : { hint }) });
  expect(answerOfFault(fault)?.state ?? null).toBe(state);
});

test("a password is taken out of what is kept", () => {
  const { stored, password } = withoutPassword({ kind: "add-hotspot-user", name: "till", password: "secret" });
  expect([stored, password]).toEqual([{ kind: "add-hotspot-user", name: "till" }, "secret"]);
});

test("a change of many routers begins at a few and grows", () => {
  const stages: number[] = [];
  for (let begun = 0; begun < 500; begun += stages.at(-1) as number)
    stages.push(nextStage({ begun, first: 1, total: 500 }));
  expect(stages).toEqual([1, 2, 6, 18, 54, 100, 100, 100, 100, 19]);
});

test("what restarts or can cut a router off has permissions of its own", () => {
  expect([permissionFor("reboot"), permissionFor("set-interface"), permissionFor("remove-lease")]).toEqual([
    "routers.restart",
    "routers.network",
    "routers.manage",
  ]);
});
