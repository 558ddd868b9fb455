import { waitingKinds } from "@karibu/cloud/home/waiting";
import { expect, test } from "vitest";
import { readAddress } from "../../address.ts";
import { pages } from "../../pages.ts";
import { en } from "../../strings/en.ts";
import {
  changePercent,
  checklistTasks,
  differenceOf,
  paidPercent,
  waitingWork,
  wordsOfChange,
} from "./waiting-work.ts";

test("every kind of waiting work has its words, and leads to a page of the console with what to do there", () => {
  const work = waitingWork(waitingKinds.map((kind) => ({ kind, count: 2, more: false })));
  for (const { kind, href, action, count } of work) {
    expect([kind, Object.hasOwn(en, `waits_${kind.replaceAll("-", "_")}`), Object.hasOwn(en, action)]).toEqual([
      kind,
      true,
      true,
    ]);
    expect(pages.map(({ path }) => path)).toContain(readAddress(href).path);
    expect(count).toBe("2");
  }
  expect(waitingWork([{ kind: "claims", count: 100, more: true }])[0]?.count).toBe("100+");
});

test("the checklist of a new provider names the steps of the set-up guide, done or not", () => {
  const never = { name: null, keys: null, plan: null, site: null, testSale: null, print: null };
  const done = {
    name: true,
    keys: false,
    plan: true,
    site: false,
    testSale: false,
    print: false,
    isDone: false,
    doneAtMs: never,
  };
  expect(checklistTasks(done).map(({ name, isDone }) => [name, isDone])).toEqual([
    ["name", true],
    ["keys", false],
    ["plan", true],
    ["site", false],
    ["testSale", false],
  ]);
  for (const { name, href } of checklistTasks(done)) {
    expect(en).toHaveProperty(`task_${name}`);
    expect(pages.map(({ path }) => path)).toContain(readAddress(href).path);
  }
});

test.each([
  [150, 100, 50],
  [50, 100, -50],
  [100, 100, 0],
  [0, 300, -100],
  [100, 0, null],
])("%i today against %i a week ago is %o per cent", (today, before, percent) => {
  expect(changePercent(today, before)).toBe(percent);
});

test("a rate has no figure where nobody was asked, and more is good or bad by what is counted", () => {
  expect([paidPercent({ asked: 0, paid: 0 }), paidPercent({ asked: 3, paid: 2 })]).toEqual([null, 67]);
  expect(differenceOf(3, true)).toEqual({ way: "up", tone: "good" });
  expect(differenceOf(3, false)).toEqual({ way: "up", tone: "bad" });
  expect(differenceOf(-3, false)).toEqual({ way: "down", tone: "good" });
  expect(differenceOf(0, true)).toEqual({ way: "same", tone: "none" });
});

test.each([
  [2, "pointsMore"],
  [-2, "pointsLess"],
  [0, "sameAsLastWeek"],
])("a change of %i has its own words, and nothing is 0 points above", (change, words) => {
  expect(wordsOfChange(change, "pointsMore", "pointsLess")).toBe(words);
});
