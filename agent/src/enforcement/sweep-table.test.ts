/**
 * What is done next about a session that is over, at each state of its eviction, and what each answer makes of it, as one table: `sweep-table.txt`. A
 * change of `sweep-policy.ts` shows there, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { expect, test } from "vitest";
import {
  afterReport,
  afterStep,
  beginEviction,
  type Eviction,
  type EvictionOutcome,
  isAlarming,
  isDoubtful,
  isStale,
  nextStep,
} from "./sweep-policy.ts";

const nowMs = 100_000;
const begun = beginEviction(nowMs);
const evictions: Readonly<Record<string, Eviction>> = {
  begun,
  "begun 35 s ago": { ...begun, sinceMs: nowMs - 35_000, tries: 3 },
  "begun 34.999 s ago": { ...begun, sinceMs: nowMs - 34_999, tries: 3 },
  "alarmed already": { ...begun, sinceMs: nowMs - 90_000, tries: 9, alarmed: true },
  "tried once": { ...begun, tries: 1 },
  "tried once, due in a moment": { ...begun, tries: 1, nextMs: nowMs + 1 },
  "tried twice": { ...begun, tries: 2 },
  "not known to the router, once": { ...begun, tries: 1, unknowns: 1, unknownMs: nowMs - 4000 },
  "not known to the router, twice": { ...begun, tries: 2, unknowns: 2, unknownMs: nowMs - 4000 },
  "not known, and reported since": { ...begun, tries: 2, unknowns: 2, unknownMs: nowMs - 4000, contradicted: true },
  "closed on the router's word 60 s ago, and reported again": beginEviction(nowMs, nowMs - 60_000),
};
const routers = {
  "RADIUS alone": { hasApi: false, coaIsSilent: false },
  "with an API": { hasApi: true, coaIsSilent: false },
  "with an API, its CoA port silent": { hasApi: true, coaIsSilent: true },
  "RADIUS alone, silent": { hasApi: false, coaIsSilent: true },
  "with an API, the cookie to be kept": { hasApi: true, coaIsSilent: false, keepsCookie: true },
  "RADIUS alone, the cookie to be kept": { hasApi: false, coaIsSilent: false, keepsCookie: true },
} as const;
const outcomes = ["ack", "nak", "no-answer", "removed", "not-there", "failed"] as const satisfies EvictionOutcome[];

const shown = ({ sinceMs, nextMs, unknownMs, ...rest }: Eviction): string => {
  const times = { since: nowMs - sinceMs, next: nextMs - nowMs, unknown: unknownMs === 0 ? 0 : nowMs - unknownMs };
  const said = Object.entries({ ...times, ...rest }).filter(([, value]) => value !== 0 && value !== false);
  return said.map(([name, value]) => (value === true ? name : `${name} ${value}`)).join(", ") || "as new";
};

test("[RAD-07] [RAD-08] the next step about a session that is over is as the table says", async () => {
  const sections = Object.entries(evictions).map(([name, eviction]) =>
    [
      `${name}${isAlarming(eviction, nowMs) ? ": an alarm" : ""}`,
      ...Object.entries(routers).map(([words, router]) => `  ${words}: ${nextStep(eviction, nowMs, router).kind}`),
      ...outcomes.map((outcome) => `  after ${outcome}: ${shown(afterStep(eviction, outcome, nowMs))}`),
      `  after a report of 5 s ago: ${shown(afterReport(eviction, nowMs - 5000))}`,
      `  after a report of 4 s ago: ${shown(afterReport(eviction, nowMs - 4000))}`,
      `  after a report of now: ${shown(afterReport(eviction, nowMs))}`,
    ].join("\n"),
  );
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("sweep-table.txt");
});

test("tries are four seconds apart at first, then twice as far each time, and 30 s at last", () => {
  const delays: number[] = [];
  let eviction = begun;
  for (let tries = 0; tries < 6; tries++) {
    eviction = afterStep(eviction, "ack", 0);
    delays.push(eviction.nextMs);
  }
  expect(delays).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("a session is doubted after two interims and 15 s, and given up after three, a quarter of an hour at least, or a day of a router that reports none", () => {
  const is = (ask: typeof isStale, silentMs: number, ...rest: [boolean, number]) => ask(0, silentMs, ...rest);
  expect([isDoubtful(0, 135_000, 60), isDoubtful(0, 135_001, 60)]).toEqual([false, true]);
  expect([is(isStale, 900_000, true, 60), is(isStale, 900_001, true, 60)]).toEqual([false, true]);
  expect([is(isStale, 1_800_000, true, 600), is(isStale, 1_800_001, true, 600)]).toEqual([false, true]);
  expect([is(isStale, 86_400_000, false, 60), is(isStale, 86_400_001, false, 60)]).toEqual([false, true]);
});
