/** Stories of two sites of one provider with one hub: a few drawn ones, and their judge. Many more: `roaming-stories.long.test.ts`. */
import { expect, test } from "vitest";
import type { NewFact } from "../judge/chronicle.ts";
import { judgeRoaming, type RoamingChronicle } from "../judge/roaming.ts";
import { expectAllHold, hubStoriesTimeout } from "../test-drawn-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";

const seeds = seedsOfThisRun(3, "stories of two sites");

test(
  `[BEY-26] [BEY-12] ${seeds.length} drawn stories of codes that walk between two sites, whose links are cut and whose hub dies: every invariant holds`,
  { timeout: hubStoriesTimeout },
  () => expectAllHold("roaming", seeds),
);

type Told = readonly (readonly [seconds: number, fact: NewFact])[];

const asks = (ask: number, code = "ok"): NewFact[] => [
  { kind: "asked", ask, what: "code", phone: 0, rightId: "v" },
  { kind: "answered", ask, code },
];
const began = (session: string, rightId = "v", seconds: number | null = null): NewFact[] => [
  {
    kind: "session-began",
    session,
    phone: 0,
    mac: "m",
    told: {
      seconds,
      idleSeconds: null,
      bytes: null,
      upBitsPerSecond: 0,
      downBitsPerSecond: 0,
      reportSeconds: 60,
      places: null,
    },
  },
  { kind: "charged-to", session, rightId },
];
const ended = (session: string, bytes = 0): NewFact => ({
  kind: "session-ended",
  session,
  cause: "User-Request",
  bytes,
});
const at = (seconds: number, ...facts: readonly NewFact[]): Told => facts.map((fact) => [seconds, fact]);

/** An hour of a code by the calendar, or ten minutes online. */
function found(plan: "hour" | "online", one: Told, other: Told): string[] {
  const none = { validitySeconds: null, useSeconds: null, dataBytes: null, devices: 1, priceCents: 100 };
  const facts = (told: Told) =>
    [...at(0, { kind: "agent-up" }), ...told].map(([seconds, fact]) => ({ atMs: 1000 * seconds, ...fact }));
  const chronicle = {
    plans: { hour: { ...none, validitySeconds: 3600 }, online: { ...none, useSeconds: 600 } },
    rights: [{ rightId: "v", bridgeId: "b", kind: "voucher", plan }],
    bridge: { seconds: 300, dataBytes: 1000 },
    phones: 1,
    sites: [facts(one), facts(other)],
    hub: [{ atMs: 0, kind: "hub-up" }],
  } as RoamingChronicle;
  return judgeRoaming(chronicle).map(({ invariant }) => invariant);
}

test("the judge finds what two sites must not do with one code", () => {
  const here = [...at(1000, ...asks(0), ...began("a", "v", 3600)), ...at(1100, ended("a"))];
  const there = (seconds: number, from = 1200) => [
    ...at(from, ...asks(0), ...began("b", "v", seconds)),
    ...at(from + 100, ended("b")),
  ];
  expect(found("hour", here, there(3400))).toEqual([]);
  // The end that it had at the first site goes with it.
  expect(found("hour", here, there(3600))).toEqual(["NO-GIFT"]);
  expect(found("hour", here, there(3000))).toEqual(["NO-THEFT"]);
  const online = [...at(1000, ...asks(0), ...began("a", "v", 600)), ...at(1400, ended("a"))];
  expect(found("online", online, there(200, 1500))).toEqual([]);
  expect(found("online", online, there(600, 1500))).toEqual(["NO-GIFT"]);
  // At both sites at once.
  expect(found("hour", here, [...at(1050, ...began("b", "v", 3550)), ...at(1300, ended("b"))])).toEqual(["NO-GIFT"]);
  // Nothing was in the way.
  expect(found("hour", here, at(1200, ...asks(0, "elsewhere")))).toEqual(["NO-THEFT"]);
  const bridged = (seconds: number, bytes = 0): Told => [
    ...at(1200, ...began("b", "b")),
    ...at(1200 + seconds, ended("b", bytes)),
  ];
  expect(found("hour", here, bridged(100))).toEqual(["NO-GIFT"]);
  const cut = at(1150, { kind: "trouble-began", trouble: "wan", what: "cut" });
  expect(found("hour", here, [...cut, ...bridged(300)])).toEqual([]);
  expect(found("hour", here, [...cut, ...bridged(400)])).toEqual(["NO-GIFT"]);
  expect(found("hour", here, [...cut, ...bridged(300, 9000)])).toEqual(["NO-GIFT"]);
  // Without power the site does not know for how long, and nobody can tell it the time.
  const dark = [
    ...at(1210, { kind: "agent-down", how: "killed" }, { kind: "router-down" }),
    ...at(1290, { kind: "router-up" }),
    ...at(1310, { kind: "agent-up" }),
  ];
  const resumed = (until: number) => [
    ...cut,
    ...at(1200, ...began("b", "b")),
    ...at(1210, ended("b")),
    ...dark,
    ...at(1311, ...began("c", "b")),
    ...at(until, ended("c")),
  ];
  expect(found("hour", here, resumed(1599))).toEqual([]);
  expect(found("hour", here, resumed(1700))).toEqual(["NO-GIFT"]);
});
