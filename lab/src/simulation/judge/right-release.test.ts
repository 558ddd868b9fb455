/** The judge on stories that are told by hand: releases of the agent, those that work and those that do not. */
import { expect, test } from "vitest";
import type { Books, Fact, ReleaseWay } from "./chronicle.ts";
import { historyOf } from "./history.ts";
import { judge } from "./judge.ts";
import { rightRelease } from "./right-release.ts";

const minuteMs = 60_000;
const endMs = 60 * minuteMs;
const books: Books = { when: "end", siteClockMs: 0, grants: [], spent: [], sessions: [], sales: [], soldCents: {} };

function said(facts: readonly Fact[], alarms: readonly string[] = []): string[] {
  const all: Fact[] = [
    { atMs: 0, kind: "release-started", version: "1.0.0", way: "good" },
    { atMs: 0, kind: "agent-up" },
    { atMs: 0, kind: "hub-up" },
    ...facts,
    { atMs: endMs, kind: "books", books },
    { atMs: endMs, kind: "told", alarms, status: [] },
  ];
  const chronicle = { plans: {}, rights: [], phones: 1, facts: all.sort((a, b) => a.atMs - b.atMs) };
  return [...rightRelease(historyOf(chronicle))].map(({ invariant, what }) => `${invariant}: ${what}`);
}

const ordered = (
  version: string | null,
  atMinute: number,
  more: { way?: ReleaseWay; by?: "owner" | "platform" } = {},
) => {
  const act = atMinute;
  const of = { way: "good" as const, by: "owner" as const, ...more };
  const order: Fact = { atMs: atMinute * minuteMs, kind: "release-ordered", act, version, ...of };
  const done: Fact = { atMs: atMinute * minuteMs, kind: "staff-heard", act, isDone: true };
  return [order, done];
};
const started = (version: string, atMinute: number, way: ReleaseWay = "good"): Fact => ({
  ...{ atMs: atMinute * minuteMs, kind: "release-started", version, way },
});

test("ONE-TRUTH: a good release that was ordered runs, where nothing was in the way", () => {
  expect(said([])).toEqual([]);
  expect(said([...ordered("1.1.0", 10), started("1.1.0", 11)])).toEqual([]);
  expect(said(ordered("1.1.0", 10))).toEqual(["ONE-TRUTH: release 1.1.0 is wanted, and 1.0.0 runs"]);
  expect(said(ordered("1.1.0", 55))).toEqual([]);
  expect(said([...ordered("1.1.0", 10), ...ordered(null, 20)])).toEqual([]);
  expect(said([...ordered("1.1.0", 10), started("1.1.0", 11), started("1.0.0", 13)])).toEqual([
    "ONE-TRUTH: release 1.1.0 is wanted, and 1.0.0 runs",
  ]);
  const killed: Fact = { atMs: 11.5 * minuteMs, kind: "agent-down", how: "killed" };
  const up: Fact = { atMs: 12 * minuteMs, kind: "agent-up" };
  expect(said([...ordered("1.1.0", 10), started("1.1.0", 11), killed, up, started("1.0.0", 13)])).toEqual([]);
});

test("what the owner wants goes before what the platform gives to all", () => {
  const both = [...ordered("1.1.0", 10), started("1.1.0", 11), ...ordered("1.2.0", 20, { by: "platform" })];
  expect(said(both)).toEqual([]);
  expect(said(ordered("1.2.0", 20, { by: "platform" }))).toEqual([
    "ONE-TRUTH: release 1.2.0 is wanted, and 1.0.0 runs",
  ]);
});

test("UNDO: one that does not work does not stay", () => {
  const hanging = [...ordered("1.1.0", 10, { way: "hangs" }), started("1.1.0", 11, "hangs")];
  expect(said(hanging, ["update-failed"])).toEqual(["UNDO: release 1.1.0 runs, which hangs"]);
  expect(said([...hanging, started("1.0.0", 24)], ["update-failed"])).toEqual([]);
});

test("NO-CRASH: the agent comes up again, or is a release that does not work and is being tried as the story ends", () => {
  const isDown = (atMinute: number, way: ReleaseWay) => {
    const facts: Fact[] = [
      { atMs: 0, kind: "agent-up" },
      started("1.1.0", atMinute, way),
      { atMs: endMs - 1, kind: "agent-down", how: "killed" },
      { atMs: endMs, kind: "told", alarms: [], status: [] },
    ];
    return judge({ plans: {}, rights: [], phones: 1, facts }).map(({ what }) => what);
  };
  const never = "the agent never came up again";
  expect(isDown(50, "hangs")).not.toContain(never);
  expect(isDown(50, "good")).toContain(never);
  expect(isDown(44, "hangs")).toContain(never);
});

test("HEARD: of one that was given up somebody is told", () => {
  const crashed = [...ordered("1.1.0", 10, { way: "crashes" }), started("1.1.0", 11, "crashes"), started("1.0.0", 11)];
  expect(said(crashed, ["update-failed"])).toEqual([]);
  expect(said(crashed)).toEqual(["HEARD: release 1.1.0, which crashes, was given up, and nobody was told"]);
});
