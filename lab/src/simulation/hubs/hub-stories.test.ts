/** Stories of sites with a hub: a few drawn ones, the shortest of those that once found a fault, and the judge of them. All: `hub-stories.long.test.ts` and `kept-hub-stories.long.test.ts`. */
import { expect, test } from "vitest";
import type { Chronicle, HubBooks } from "../judge/chronicle.ts";
import { factsOf } from "../judge/history.ts";
import { judge } from "../judge/judge.ts";
import { expectAllHold, hubStoriesTimeout } from "../test-drawn-stories.ts";
import { keptStories } from "../test-kept-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import type { HubStory } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";

const seeds = seedsOfThisRun(15, "stories of a site with a hub");

test(
  `[BEY-26] [BEY-12] ${seeds.length} drawn stories of a site with a hub that dies, a link that is cut and a channel that fails: every invariant holds`,
  {
    timeout: hubStoriesTimeout,
  },
  () => expectAllHold("hubs", seeds),
);

const shortest = keptStories<HubStory>("hubs")
  .sort((one, other) => JSON.stringify(one.story).length - JSON.stringify(other.story).length)
  .slice(0, 2);

test.each(shortest)("[BEY-26] kept: $title", { timeout: hubStoriesTimeout }, async ({ story }) => {
  expect(judge((await playHubStory(story)).chronicle)).toEqual([]);
});

test("the judge finds what a hub must not do: sell twice, forget, believe a stranger, lose a cent, say two things", {
  timeout: hubStoriesTimeout,
}, async () => {
  const kept = keptStories<HubStory>("hubs").find(({ title }) => title.includes("before its receipt is known"));
  const story = kept?.story as HubStory;
  // The router is what its site says, as at a site alone.
  const site = { ...story.site, ignoresLimits: true, longCountFrom: 65_533 };
  const { chronicle } = await playHubStory({ ...story, site });
  expect(judge(chronicle)).toEqual([]);
  expect(factsOf(chronicle.facts, "trouble-began").map(({ trouble }) => trouble)).toContain("limits");
  expect(factsOf(chronicle.facts, "session-began")[0]?.session).toMatch(/fffe$/);
  const last = factsOf(chronicle.facts, "hub-books").at(-1);
  if (last === undefined) throw new Error("a story with a hub ends with its books");
  const { books } = last;
  const named = (change: Partial<HubBooks>, more: Chronicle["facts"] = []) => {
    const rest = chronicle.facts.filter((fact) => fact !== last);
    const facts = [...rest, ...more, { ...last, books: { ...books, ...change } }];
    return judge({ ...chronicle, facts }).map(({ invariant }) => invariant);
  };
  const shown = factsOf(chronicle.facts, "purchase-said").filter(({ state }) => state === "paid");
  const paid = books.purchases.find(
    ({ state, purchaseId }) => state === "paid" && shown.some((each) => each.purchaseId === purchaseId),
  );
  if (paid === undefined) throw new Error("this story has a payment");
  const withState = (state: string) =>
    books.purchases.map((each) => (each === paid ? { ...each, state, review: null } : each));
  expect(named({ purchases: withState("failed") })).toEqual(
    expect.arrayContaining(["MONEY-ONCE", "PAID-STAYS", "NO-SILENCE", "ONE-TRUTH"]),
  );
  expect(named({ grants: [...books.grants, ...books.grants] })).toContain("MONEY-ONCE");
  expect(named({ receipts: [...books.receipts, ...books.receipts.slice(0, 1)] })).toContain("MONEY-ONCE");
  expect(named({ receipts: books.receipts.slice(1) })).toContain("LEDGER-ZERO");
  const [entry, ...entries] = books.entries;
  const uneven = { ...entry, postings: entry?.postings.slice(1) ?? [] } as HubBooks["entries"][number];
  expect(named({ entries: [uneven, ...entries] })).toContain("LEDGER-ZERO");
  expect(named({}, [{ atMs: last.atMs, kind: "forged", receipt: String(books.receipts[0]?.receipt) }])).toContain(
    "PROVED-ONLY",
  );
  expect(named({ sessions: [] })).toContain("ONE-TRUTH");
});
