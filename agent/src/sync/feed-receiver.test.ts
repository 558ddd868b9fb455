import { expect, test } from "vitest";
import type { FeedStore } from "../store/feed-store.ts";
import { createFeedReceiver } from "./feed-receiver.ts";

test("a page that goes on after what this site never had is no snapshot: it is refused, and so is what follows", async () => {
  const applied: string[] = [];
  const failed = Promise.withResolvers<unknown>();
  const feed = {
    cursors: () => ({ site: 4 }),
    apply: async ({ scope }: { scope: string }) => void applied.push(scope),
  } as unknown as FeedStore;
  const receiver = createFeedReceiver({ feed, send: () => {}, onFailure: failed.resolve });
  for (const scope of ["site", "batch:b1", "site"] as const)
    expect(receiver.onFeed({ type: "feed", scope, reset: false, rows: [], version: 5, last: true })).toBeNull();
  expect(await failed.promise).toMatchObject({ code: "feed/out-of-step" });
  expect(applied).toEqual(["site"]);
});
