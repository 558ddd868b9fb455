import { expect, test } from "vitest";
import { judgePublicParts, type PublicFacts, shownStandings } from "./status-policy.ts";

const none = { providers: 0, all: 0, failing: 0 };
const fine: PublicFacts = { databaseMs: 3, oldestJobMs: null, channels: none, messages: none, sites: none };
const many = (failing: number, all = 100) => ({ providers: 20, all, failing });

test("[UIX-07] where nobody is behind a figure, nothing is said of it", () => {
  expect(judgePublicParts(fine)).toEqual({ hub: "up", payments: "unknown", sms: "unknown", links: "unknown" });
});

test.each([
  ["two providers, all channels dead", { channels: { providers: 2, all: 9, failing: 9 } }, { payments: "unknown" }],
  ["a tenth of the channels", { channels: many(10) }, { payments: "up" }],
  ["more than a tenth", { channels: many(11) }, { payments: "slow" }],
  ["most channels", { channels: many(60) }, { payments: "down" }],
  ["a few messages only", { messages: many(9, 9) }, { sms: "unknown" }],
  ["a third of the messages", { messages: many(33) }, { sms: "slow" }],
  ["hardly a message arrives", { messages: many(90) }, { sms: "down" }],
  ["half of the sites are away", { sites: many(50) }, { links: "up" }],
  ["most sites are away", { sites: many(70) }, { links: "slow" }],
  ["nobody reaches the hub", { sites: many(95) }, { links: "down" }],
  ["the database is slow", { databaseMs: 251 }, { hub: "slow" }],
  ["jobs are late", { oldestJobMs: 600_001 }, { hub: "slow" }],
] as const)("[UIX-07] %s: %o is judged %o", (_, facts, judged) => {
  expect(judgePublicParts({ ...fine, ...facts })).toMatchObject(judged);
});

test("[UIX-07] what was judged ten minutes ago says nothing of now", () => {
  const hub = { part: "hub", state: "up", sinceMs: 5, judgedAtMs: 1000 } as const;
  expect(shownStandings([hub], 601_000)[0]).toEqual(hub);
  expect(shownStandings([hub], 601_001)[0]).toEqual({ part: "hub", state: "unknown", sinceMs: 1000, judgedAtMs: 1000 });
  expect(shownStandings([], 7).map(({ part }) => part)).toEqual(["hub", "payments", "sms", "links"]);
});
