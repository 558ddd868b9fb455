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

/** Pages of one scope, of versions 1 to 3, at a store that says when each is on disk. */
function withPages() {
  const steps: string[] = [];
  const pages = [1, 2, 3].map((version) => ({ version, disk: Promise.withResolvers<void>() }));
  const feed = {
    cursors: () => ({ site: 0 }),
    apply: async ({ version }: { version: number }) => {
      steps.push(`apply ${version}`);
      await pages[version - 1]?.disk.promise;
      steps.push(`on disk ${version}`);
    },
  } as unknown as FeedStore;
  const send = ({ version }: { version: number }) => void steps.push(`applied ${version}`);
  const receiver = createFeedReceiver({ feed, send, onFailure: (error) => steps.push(String(error)) });
  for (const { version } of pages)
    receiver.onFeed({ type: "feed", scope: "site", reset: false, rows: [], version, last: true });
  return { steps, pages };
}
const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test("SAME-AGAIN: a page is said to be applied once it is on disk, and the next one waits for it", async () => {
  const { steps, pages } = withPages();
  await settled();
  expect(steps).toEqual(["apply 1"]);
  for (const { disk } of pages) disk.resolve();
  await settled();
  expect(steps).toEqual([1, 2, 3].flatMap((page) => [`apply ${page}`, `on disk ${page}`, `applied ${page}`]));
});

test("SAME-AGAIN: behind a page that the disk refuses none is applied: the next link asks for all of them again", async () => {
  const { steps, pages } = withPages();
  pages[0]?.disk.reject(new Error("the disk is full"));
  for (const { disk } of pages) disk.resolve();
  await settled();
  expect(steps).toEqual(["apply 1", "Error: the disk is full"]);
});
