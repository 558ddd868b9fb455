/** The judge on stories that are told by hand: a package that waits, because its holder or staff paused it. */
import { expect, test } from "vitest";
import type { Books, Fact, PlanTerms } from "./chronicle.ts";
import { judge } from "./judge.ts";

const endMs = 9_000_000;
const books: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };
const hour: PlanTerms = { validitySeconds: 3600, useSeconds: null, dataBytes: null, devices: 1, priceCents: 5000 };

/** What the judge says of an hour's voucher and these facts. */
function said(facts: readonly Fact[]): string[] {
  const all: Fact[] = [
    { atMs: 0, kind: "agent-up" },
    { atMs: 0, kind: "hub-up" },
    ...facts,
    { atMs: endMs, kind: "books", books },
  ];
  const rights = [{ rightId: "v1", kind: "voucher" as const, plan: "hour" }];
  const found = judge({ plans: { hour }, rights, phones: 1, facts: all });
  return found.map(({ invariant, what }) => `${invariant}: ${what}`);
}

const online = (session: string, fromMs: number, toMs: number): Fact[] => [
  { atMs: fromMs, kind: "session-began", session, phone: 0, mac: "m" },
  { atMs: fromMs, kind: "charged-to", session, rightId: "v1" },
  { atMs: toMs, kind: "session-ended", session, cause: "Admin-Reset", bytes: 0 },
];
const held = (act: number, by: "holder" | "staff", isHeld: boolean, atMs: number, isDone = true): Fact[] => [
  { atMs, kind: "held", act, rightId: "v1", by, isHeld },
  { atMs, kind: "staff-heard", act, isDone },
];
const types = (ask: number, atMs: number, code: string): Fact[] => [
  { atMs, kind: "asked", ask, what: "code", phone: 0, rightId: "v1" },
  { atMs, kind: "answered", ask, code },
];
const inOrder = (...facts: readonly (readonly Fact[])[]): Fact[] => facts.flat().sort((a, b) => a.atMs - b.atMs);

test("OFF-IN-TIME: what is paused lets nobody in, and who was online is off within a minute", () => {
  const paused = held(1, "holder", true, 1_000_000);
  expect(said(inOrder(online("s", 10_000, 1_010_000), paused))).toEqual([]);
  expect(said(inOrder(online("s", 10_000, 1_200_000), paused))).toEqual([expect.stringContaining("s too long")]);
  expect(said(inOrder(online("s", 10_000, 1_200_000), held(1, "holder", true, 1_000_000, false)))).not.toContainEqual(
    expect.stringContaining("s too long"),
  );
  expect(said(inOrder(paused, online("s", 1_300_000, 1_310_000)))).toEqual([expect.stringContaining("began although")]);
  const goesOn = held(2, "holder", false, 1_200_000);
  expect(said(inOrder(paused, goesOn, online("s", 1_300_000, 1_310_000)))).not.toContainEqual(
    expect.stringContaining("began although"),
  );
});

test("a session that the site did not live to name is what the phone was let in with last, or bought since", () => {
  const paused = held(1, "staff", true, 1_000_000);
  const unnamed = online("s", 1_300_000, 1_310_000).filter(({ kind }) => kind !== "charged-to");
  const bought: Fact[] = [
    { atMs: 1_100_000, kind: "asked", ask: 2, what: "purchase", phone: 0, rightId: null },
    { atMs: 1_290_000, kind: "answered", ask: 2, code: "ok" },
  ];
  const before = types(1, 10_000, "ok");
  expect(said(inOrder(before, paused, unnamed))).toContainEqual(expect.stringContaining("began although"));
  expect(said(inOrder(before, paused, bought, unnamed))).not.toContainEqual(expect.stringContaining("began although"));
});

test("OFF-IN-TIME: a code that staff switched off lets nobody in any more", () => {
  const off = (isDone: boolean): Fact[] => [
    { atMs: 1_000_000, kind: "taken-back", act: 1, rightId: "v1", purchaseId: null },
    { atMs: 1_000_000, kind: "staff-heard", act: 1, isDone },
  ];
  expect(said(inOrder(online("s", 10_000, 1_010_000), off(true)))).toEqual([]);
  expect(said(inOrder(online("s", 10_000, 1_400_000), off(true)))).toEqual([expect.stringContaining("s too long")]);
  expect(said(inOrder(off(true), types(1, 1_300_000, "ok")))).toContainEqual(
    expect.stringContaining("was let in although"),
  );
  expect(said(inOrder(off(false), types(1, 1_300_000, "ok")))).not.toContainEqual(expect.stringContaining("although"));
  expect(said(inOrder(off(true), online("s", 1_300_000, 1_310_000)))).toEqual([
    expect.stringContaining("began although staff stopped it"),
  ]);
  expect(said(inOrder(off(false), online("s", 1_300_000, 1_310_000)))).toEqual([]);
});

test("NO-THEFT: only who paused it is told so, and until it goes on", () => {
  const paused = held(1, "staff", true, 1_000_000);
  const goesOn = held(2, "staff", false, 1_500_000);
  expect(said(inOrder(paused, types(1, 1_200_000, "suspended")))).toEqual([]);
  expect(said(inOrder(paused, types(1, 1_200_000, "paused")))).toEqual([expect.stringContaining("NO-THEFT")]);
  expect(said(inOrder(paused, goesOn, types(1, 2_000_000, "suspended")))).toEqual([
    expect.stringContaining("NO-THEFT"),
  ]);
});

test("NO-THEFT: the time for which staff paused it is its holder's", () => {
  const ran = inOrder(
    online("s", 10_000, 1_001_000),
    held(1, "staff", true, 1_000_000),
    held(2, "staff", false, 3_000_000),
  );
  // It began at 10 s, so it would have ended at 3,610 s.
  expect(said([...ran, ...types(1, 4_000_000, "expired")])).toEqual([expect.stringContaining('heard "expired"')]);
  expect(said([...ran, ...types(1, 5_500_000, "expired")])).toEqual([]);
  expect(said(inOrder(ran, online("t", 3_200_000, 5_500_000)))).toEqual([]);
  expect(said(inOrder(ran, online("t", 3_200_000, 6_500_000)))).toEqual([expect.stringContaining("OFF-IN-TIME")]);
});
