import { describe, expect, test } from "vitest";
import { judgeDue, type RunFacts, shownState } from "./schedule-policy.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 26, 9);
const run = (state: RunFacts["state"], agoMs: number, proofTriedAgoMs: number | null = null): RunFacts => ({
  ...{ state, askedAtMs: nowMs - agoMs, beatAtMs: nowMs - agoMs },
  proofTriedAtMs: proofTriedAgoMs === null ? null : nowMs - proofTriedAgoMs,
});
const due = (...runs: RunFacts[]) => judgeDue(nowMs, 2, runs).kind;

describe("[SYS-09] when a back-up is due", () => {
  test("one for each passing of the hour; the first at once; none while one is under way", () => {
    expect(due()).toBe("back-up");
    expect(due(run("proved", 2 * hourMs))).toBe("nothing");
    expect(due(run("proved", 8 * hourMs))).toBe("back-up");
    expect(due(run("writing", 1000), run("proved", 8 * hourMs))).toBe("nothing");
    expect(due(run("stored", hourMs, 31 * 60_000))).toBe("proof");
    expect(due(run("stored", hourMs, 29 * 60_000))).toBe("nothing");
  });

  test("a run that a clock years ahead has dated stands in no other's place", () => {
    const ahead = -1000 * dayMs;
    expect(due(run("proved", ahead))).toBe("back-up");
    expect(due(run("failed", ahead))).toBe("back-up");
    expect(due(run("proved", ahead), run("proved", 2 * hourMs))).toBe("nothing");
    expect(due(run("stored", hourMs, ahead))).toBe("proof");
  });

  test("who worked on one when the clock was ahead works no more; one that still does is not begun again", () => {
    expect(due(run("writing", -1000 * dayMs))).toBe("back-up");
    expect(shownState(run("writing", -1000 * dayMs), nowMs)).toBe("interrupted");
    expect(due({ ...run("writing", -1000 * dayMs), beatAtMs: nowMs })).toBe("nothing");
  });

  test("clocks of two processes may differ by seconds", () => {
    expect(due(run("proved", -5000))).toBe("nothing");
    expect(due(run("writing", -5000))).toBe("nothing");
  });
});
