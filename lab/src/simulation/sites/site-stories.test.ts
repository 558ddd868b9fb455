/** Stories of sites without a hub: drawn ones, and those that once found a fault. A seed that breaks is told by `npm run simulate -- --explain SEED`. */
import { expect, test } from "vitest";
import type { Chronicle } from "../judge/chronicle.ts";
import { factsOf } from "../judge/history.ts";
import { judge } from "../judge/judge.ts";
import { expectAllHold } from "../test-drawn-stories.ts";
import { keptStories } from "../test-kept-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import { playSiteStory } from "./play-site-story.ts";
import { runSeed } from "./run-site-stories.ts";
import type { SiteStory } from "./site-story.ts";

/** Many more: `site-stories.long.test.ts`. */
const seeds = seedsOfThisRun(150, "stories of a site");

test(
  `[BEY-26] ${seeds.length} drawn stories of a site, with crashes, damage, lost packets and wrong clocks: every invariant holds`,
  () => expectAllHold("sites", seeds),
  120_000,
);

test("[BEY-26] the same seed is the same story, to the byte", async () => {
  for (const seed of [3, 7, 11, 19]) expect((await runSeed(seed)).hash).toBe((await runSeed(seed)).hash);
});

const stories = keptStories<SiteStory>("sites");

test.each(stories)("[BEY-26] kept: $title", async ({ story }) => {
  expect(judge((await playSiteStory(story)).chronicle)).toEqual([]);
});

const atOnce = (facts: Chronicle["facts"]): Chronicle => ({
  plans: { hour: { validitySeconds: 3600, useSeconds: null, dataBytes: null, devices: 1, priceCents: 100 } },
  rights: [{ rightId: "v", kind: "voucher", plan: "hour" }],
  phones: 1,
  facts,
});

test("the judge finds what a site must not do: late, refused, forgotten, overcharged", async () => {
  const kept = stories.find(({ title }) => title.includes("a failing disk refuses"));
  const { chronicle } = await playSiteStory(kept?.story as SiteStory);
  const named = (facts: Chronicle["facts"]) => judge({ ...chronicle, facts }).map(({ invariant }) => invariant);
  const last = factsOf(chronicle.facts, "books").at(-1);
  if (last === undefined) throw new Error("a story ends with books");
  const rest = chronicle.facts.filter((fact) => fact !== last);
  const books = (change: object) => [...rest, { ...last, books: { ...last.books, ...change } }];
  expect(named(books({ grants: [] }))).toContain("JOURNAL-KEPT");
  expect(named(books({ grants: last.books.grants.map((grant) => ({ ...grant, bytes: 10 ** 9 })) }))).toContain(
    "BYTES-KEPT",
  );
  expect(named(books({ soldCents: { anybody: 100 } }))).toContain("MONEY-ONCE");
  const refused = chronicle.facts.map((fact) => (fact.kind === "answered" ? { ...fact, code: "unknown-user" } : fact));
  expect(named(refused)).toContain("NO-THEFT");
  const late: Chronicle["facts"] = [
    { atMs: 0, kind: "agent-up" },
    { atMs: 1000, kind: "session-began", session: "s", phone: 0, mac: "m" },
    { atMs: 2000, kind: "charged-to", session: "s", rightId: "v" },
    { atMs: 9_000_000, kind: "session-ended", session: "s", cause: "Session-Timeout", bytes: 0 },
  ];
  expect(judge(atOnce(late)).map(({ invariant }) => invariant)).toContain("OFF-IN-TIME");
});
