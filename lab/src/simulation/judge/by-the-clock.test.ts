/** The judge on stories that are told by hand: plans with hours, plans that get slower, and tries that meet each other. */
import { expect, test } from "vitest";
import type { Books, Fact, PlanTerms, Told } from "./chronicle.ts";
import { judge } from "./judge.ts";

const minuteMs = 60_000;
const plan: PlanTerms = { validitySeconds: 7200, useSeconds: null, dataBytes: null, devices: 1, priceCents: 500 };
const hours: PlanTerms = { ...plan, openMs: [{ fromMs: 10 * minuteMs, toMs: 20 * minuteMs }] };
const slow: PlanTerms = {
  ...plan,
  ...{ downKbps: 2000, upKbps: 512, slowAfterBytes: 5000, slowDownKbps: 256, slowUpKbps: 128 },
};
const told: Told = {
  seconds: 7200,
  idleSeconds: null,
  bytes: null,
  upBitsPerSecond: 0,
  downBitsPerSecond: 0,
  reportSeconds: 300,
  places: 1,
};
const books: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };

const typed = (atMs: number, code = "ok"): Fact[] => [
  { atMs, kind: "asked", ask: atMs, what: "code", phone: 0, mac: "m", rightId: "v" },
  { atMs, kind: "answered", ask: atMs, code },
];
const began = (atMs: number, change: Partial<Told>): Fact[] => [
  ...typed(atMs),
  { atMs, kind: "session-began", session: "s", phone: 0, mac: "m", told: { ...told, ...change } },
  { atMs: atMs + 1, kind: "charged-to", session: "s", rightId: "v" },
];
const ended = (atMs: number, cause: string): Fact => ({ atMs, kind: "session-ended", session: "s", cause, bytes: 0 });
const interim = (atMs: number, bytes: number): Fact[] => {
  const what = { session: "s", status: "interim", bytes, seconds: 60 } as const;
  return [
    { atMs, kind: "report", ...what, isHeard: false },
    { atMs: atMs + 2, kind: "report", ...what, isHeard: true },
  ];
};

function said(terms: PlanTerms, facts: readonly Fact[], isDateRight = true): string {
  const all: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    { atMs: 0, kind: "habits", floatCents: null, settledCents: 0, diskMs: 0, isDateRight },
    ...facts,
    { atMs: 60 * minuteMs, kind: "books", books },
  ];
  const rights = [{ rightId: "v", kind: "voucher" as const, plan: "plan" }];
  return judge({ plans: { plan: terms }, rights, phones: 2, facts: all })
    .map(({ invariant, what }) => `${invariant} ${what}`)
    .join("; ");
}

test("a plan for some hours: nobody is let in outside, nor sent away inside, and who is in is off when they end", () => {
  const [insideMs, closesMs] = [12 * minuteMs, 20 * minuteMs];
  const day = (change: Partial<Told> = {}, offMs = closesMs) => [
    ...began(insideMs, { seconds: 480, ...change }),
    ended(offMs, "Session-Timeout"),
  ];
  const wrong = /hours|were left|no such end|no end|not over|outside/;
  expect(said(hours, day())).not.toMatch(wrong);
  expect(said(hours, day({ seconds: 7200 }))).toContain("NO-GIFT session s of v (plan): the router is told 7200 s");
  expect(said(hours, day({ seconds: 400 }))).toContain("400 s, and 480 were left");
  expect(said(hours, day({}, closesMs + 3 * minuteMs))).toContain("was on 180 s after its hours");
  expect(said(hours, day({}, closesMs - 3 * minuteMs))).toContain("the right was not over");
  const early = [...began(5 * minuteMs, { seconds: 300 }), ended(6 * minuteMs, "User-Request")];
  expect(said(hours, early)).toContain("NO-GIFT session s of v (plan) began outside its hours");
  expect(said(hours, typed(5 * minuteMs, "outside-schedule"))).not.toContain("heard");
  expect(said(hours, typed(insideMs, "outside-schedule"))).toContain('heard "outside-schedule"');
});

test("a plan for some hours: who stayed on because the site could not act may stay on in the next ones", () => {
  const twice: PlanTerms = {
    ...plan,
    openMs: [10, 30].map((at) => ({ fromMs: at * minuteMs, toMs: (at + 10) * minuteMs })),
  };
  const day = (...between: Fact[]) => [
    ...began(12 * minuteMs, { seconds: 480 }),
    ...between,
    ended(40 * minuteMs, "Session-Timeout"),
  ];
  expect(said(twice, day())).toContain("OFF-IN-TIME session s of v (plan) was on 600 s after its hours");
  const trouble = [
    { atMs: 19 * minuteMs, kind: "trouble-began", trouble: "packets", what: "all lost" },
    { atMs: 30 * minuteMs, kind: "trouble-ended", trouble: "packets" },
  ] as const;
  expect(said(twice, day(...trouble))).not.toContain("after its hours");
});

test("a site that may not know the date may be wrong about hours", () => {
  const early = [...began(5 * minuteMs, {}), ended(6 * minuteMs, "User-Request")];
  expect(said(hours, early, false)).not.toContain("hours");
  expect(said(hours, typed(12 * minuteMs, "outside-schedule"), false)).not.toContain("heard");
  // But not about the plan's own time.
  expect(said(hours, early, false)).not.toContain("were left");
  const long = [...began(5 * minuteMs, { seconds: 7201 }), ended(6 * minuteMs, "User-Request")];
  expect(said(hours, long, false)).toContain("7201 s, and at most 7200 were left");
  const endless = { ...hours, validitySeconds: null };
  expect(said(endless, long, false)).not.toContain("no such end");
});

test("a plan that gets slow: at the log-in and while a session goes on, not sooner and not later than its router told", () => {
  const fast = { upBitsPerSecond: 512_000, downBitsPerSecond: 2_000_000 };
  const slowly = { upBitsPerSecond: 128_000, downBitsPerSecond: 256_000 };
  const at = minuteMs;
  const toldMs = at + 300_000;
  const day = (atLogIn: Partial<Told>, bytes: number, changedMs: number | null): Fact[] => [
    ...began(at, atLogIn),
    ...interim(toldMs, bytes),
    ...(changedMs === null ? [] : [{ atMs: changedMs, kind: "speed-changed" as const, session: "s", ...slowly }]),
    { ...ended(toldMs + 600_000, "User-Request"), bytes } as Fact,
  ];
  const wrong = /slow|kbit/;
  expect(said(slow, day(fast, 5000, toldMs + 5000))).not.toMatch(wrong);
  expect(said(slow, day(fast, 4999, null))).not.toMatch(wrong);
  expect(said(slow, day(fast, 5000, null))).toContain("NO-GIFT session s of v (plan) is not slow although");
  expect(said(slow, day(fast, 5000, toldMs + 200_000))).toContain("is not slow although");
  expect(said(slow, day(fast, 4999, toldMs + 5000))).toContain("NO-THEFT session s of v (plan) is slow before");
  const half: Fact = {
    atMs: toldMs,
    kind: "speed-changed",
    session: "s",
    upBitsPerSecond: 256_000,
    downBitsPerSecond: 1,
  };
  expect(said(slow, [...day(fast, 4999, null), half])).toContain("256000/1 bit/s, which is no speed of its plan");
  const again: Fact = { atMs: toldMs + 9000, kind: "speed-changed", session: "s", ...fast };
  const fastAgain = day(fast, 5000, toldMs + 5000).flatMap((fact): Fact[] =>
    fact.kind === "speed-changed" ? [fact, again] : [fact],
  );
  expect(said(slow, fastAgain)).toContain("NO-GIFT session s of v (plan) is not slow although");
  expect(said(slow, day(slowly, 0, null))).toContain("128000/256000 bit/s, and 512/2000 kbit/s is right");
});

test("a right PIN is read between its ask and its answer: what was wrong before counts no more", () => {
  const wrongPin = (ask: number, atMs: number): Fact[] => [
    { atMs, kind: "asked", ask, what: "sale", phone: -1, rightId: null, seller: "Seller 0" },
    { atMs, kind: "answered", ask, code: "wrong-password" },
  ];
  const four = [1, 2, 3, 4].flatMap((ask) => wrongPin(ask, 5));
  const sale: Fact = { atMs: 5, kind: "asked", ask: 5, what: "sale", phone: -1, rightId: "c", seller: "Seller 0" };
  const isSold: Fact = { atMs: 9, kind: "answered", ask: 5, code: "ok" };
  const isHeard = "wrong tries, and was heard";
  expect(said(plan, [...four, ...wrongPin(6, 5)])).toContain(isHeard);
  expect(said(plan, [...four, sale, ...wrongPin(6, 5), isSold])).not.toContain(isHeard);
});

test("a session that the site did not live to name may be of the other code that the phone typed then", () => {
  const short: PlanTerms = { ...plan, validitySeconds: 60 };
  const typedFor = (atMs: number, ask: number, rightId: string): Fact[] => [
    { atMs, kind: "asked", ask, what: "account", phone: 0, mac: "m", rightId },
    { atMs: atMs + 2, kind: "hotspot-said", ask, isOnline: true, message: "" },
  ];
  const session: Fact = { atMs: 200_002, kind: "session-began", session: "t", phone: 0, mac: "m" };
  const first = [...began(1000, { seconds: 60 }), ended(61_000, "Session-Timeout")];
  const again = [...typedFor(200_000, 200_000, "v"), session];
  expect(said(short, [...first, ...again])).toContain("ms after its end");
  expect(said(short, [...first, ...typedFor(199_999, 2, "another"), ...again])).not.toContain("ms after its end");
});
