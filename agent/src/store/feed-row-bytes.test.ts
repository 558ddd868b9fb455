import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { type FeedRow, feedRowSchema } from "@karibu/protocol/feed";
import { arbitraryOf } from "@karibu/protocol/test-arbitrary";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openFeedStore, type StoredFeed } from "./open-feed-store.ts";

const kinds = feedRowSchema.def.options.map((option) => [...option.def.shape.kind.def.values][0] as FeedRow["kind"]);

function everything(feed: StoredFeed): object {
  return Object.fromEntries(kinds.map((kind) => [kind, [...feed.rows(kind)].sort()]));
}

test("[BEY-26] rows of every kind, with any of their fields, are kept through a restart as they were told", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryOf(feedRowSchema), { minLength: 1, maxLength: 12 }), async (rows) => {
      const world = createSimulatedWorld();
      const folder = createFaultyFolder(world);
      const feed = await openFeedStore(world, folder);
      await feed.setGeneration("g1");
      await feed.apply({ scope: "site", reset: false, rows, version: 1 });
      const told = structuredClone(everything(feed));
      await feed.close();
      const again = await openFeedStore(world, folder);
      expect(everything(again)).toStrictEqual(told);
      await again.close();
      const last = new Map(rows.map((row) => [`${row.kind}/${row.key}`, row]));
      for (const row of last.values())
        if (row.body !== null) expect(JSON.stringify(told)).toContain(JSON.stringify(row.body));
    }),
    { numRuns: 150 },
  );
});
