/** Stories of sites with a hub. A seed that breaks is told by `npm run simulate -- --with-hub --explain SEED`. */
import { expect, test } from "vitest";
import type { Chronicle, HubBooks } from "../judge/chronicle.ts";
import { factsOf } from "../judge/history.ts";
import { judge } from "../judge/judge.ts";
import { keptStories } from "../test-kept-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import { type HubStory, hubStoryOfSeed } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";
import { runHubSeed } from "./run-hub-stories.ts";

/** A busy machine may need long for the statements of the simulated hours. */
const timeout = 1_200_000;
const seeds = seedsOfThisRun(15, "stories of a site with a hub");

test(`[BEY-26] [BEY-12] ${seeds.length} drawn stories of a site with a hub that dies, a link that is cut and a channel that fails: every invariant holds`, {
  timeout,
}, async () => {
  for (const seed of seeds) {
    const { violations } = await runHubSeed(seed);
    expect(violations, `npm run simulate -- --with-hub --explain ${seed}`).toEqual([]);
  }
});

test.each(keptStories<HubStory>("hubs"))("[BEY-26] kept: $title", { timeout }, async ({ story }) => {
  expect(judge((await playHubStory(story)).chronicle)).toEqual([]);
});

test("[BEY-26] the same seed is the same story with a hub, too, to the byte", { timeout }, async () => {
  expect((await runHubSeed(6)).hash).toBe((await runHubSeed(6)).hash);
});

test("the judge finds what a hub must not do: sell twice, forget, believe a stranger, lose a cent, say two things", {
  timeout,
}, async () => {
  const { chronicle } = await playHubStory(hubStoryOfSeed(2));
  expect(judge(chronicle)).toEqual([]);
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
