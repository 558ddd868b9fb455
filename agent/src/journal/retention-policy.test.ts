import { unixMs } from "@karibu/protocol/quantities";
import type { ClockQuality } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { decideRetention } from "./retention-policy.ts";

const hour = 3600 * 1000;
const retainMs = 168 * hour;
const wall = (atMs: number, quality: ClockQuality = "synced") => ({ atMs: unixMs(atMs), quality });
const needless = { name: "s", acked: true, covered: true };
const decide = (segment: typeof needless, idle: { runMs: number; sinceMs: number | null }, at = wall(1000 * hour)) =>
  decideRetention([segment], { s: idle }, { elapsedMs: hour, wall: at, retainMs });

test.each([
  ["acked and covered for seven days of running", needless, { runMs: 167 * hour, sinceMs: null }, ["s"]],
  ["an hour too young", needless, { runMs: 166 * hour, sinceMs: null }, []],
  ["not covered by a snapshot", { ...needless, covered: false }, { runMs: 500 * hour, sinceMs: null }, []],
  ["not acked", { ...needless, acked: false }, { runMs: 500 * hour, sinceMs: null }, []],
  [
    "seven days by two synced clocks, most of them without power",
    needless,
    { runMs: hour, sinceMs: 832 * hour },
    ["s"],
  ],
])("a segment that is %s", (_, segment, idle, expired) => {
  expect(decide(segment, idle).expired).toEqual(expired);
});

test("a clock that is only estimated, or was when it began, ages nothing", () => {
  expect(decide(needless, { runMs: 0, sinceMs: 1 }, wall(9000 * hour, "estimated")).expired).toEqual([]);
  expect(decide(needless, { runMs: 0, sinceMs: null }, wall(9000 * hour)).expired).toEqual([]);
});

test("ageing begins when it is first seen acknowledged, and a missing file is forgotten", () => {
  const first = decideRetention(
    [needless],
    { gone: { runMs: 5, sinceMs: 7 } },
    { elapsedMs: hour, wall: wall(5), retainMs },
  );
  expect(first.idle).toEqual({ s: { runMs: 0, sinceMs: 5 } });
});
