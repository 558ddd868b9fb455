import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import type { BrandPicture } from "@karibu/protocol/brand/brand";
import { Fault } from "@karibu/protocol/fault";
import type { FeedRow } from "@karibu/protocol/feed";
import { sha256Hex } from "@karibu/protocol/hash";
import { unixMs } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { FeedStore } from "../store/feed-store.ts";
import { createBrandPictures } from "./brand-pictures.ts";

const png = (size: number, filling = 1) =>
  Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(size - 8, filling)]);
const named = (content: Buffer): BrandPicture => ({
  sha256: sha256Hex(content),
  mediaType: "image/png",
  bytes: content.length,
  width: 10,
  height: 10,
});

function createShelf(answer: (sha256: string, offset: number) => { piece: string; totalBytes: number }) {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  const brand = new Map<string, object>();
  const notices = new Map<string, object>();
  let tell: (rows: readonly FeedRow[]) => void = () => {};
  let asked = 0;
  const feed = {
    rows: (kind: string) => (kind === "brand" ? brand : notices),
    onChange(listener: typeof tell) {
      tell = listener;
      return () => {};
    },
  } as unknown as FeedStore;
  const hub = {
    state: "connected" as const,
    onChange: () => () => {},
    call: (async (_method: unknown, params: { sha256: string; offsetBytes: number }) => {
      asked++;
      return answer(params.sha256, params.offsetBytes);
    }) as never,
  };
  const pictures = createBrandPictures(world, { folder, feed, hub });
  return {
    world,
    folder,
    pictures,
    asked: () => asked,
    async pass(minutes: number) {
      for (let minute = 0; minute < minutes; minute++) {
        world.advance(60_000);
        await settle();
      }
    },
    async show(picture: BrandPicture | null) {
      if (picture === null) brand.clear();
      else brand.set("brand", { logo: picture });
      tell([{ kind: "brand" } as FeedRow]);
      await settle();
    },
    async showMany(many: readonly BrandPicture[]) {
      for (const [at, picture] of many.entries())
        notices.set(`${at}`, { kind: "advert", text: {}, picture, fromMs: unixMs(at), untilMs: unixMs(at + 1) });
      tell([{ kind: "portal-notice" } as FeedRow]);
      await settle();
    },
  };
  /** Its work is promises alone: no timer passes here. */
  async function settle() {
    for (let turn = 0; turn < 2000; turn++) await Promise.resolve();
  }
}

const pieces = (content: Buffer) => (_sha256: string, offset: number) => ({
  piece: content.subarray(offset, offset + 15 * 1024).toString("base64"),
  totalBytes: content.length,
});

test("[TEN-12] a picture is fetched in pieces, kept by its hash, and forgotten with its row", async () => {
  const content = png(40_000);
  const shelf = createShelf(pieces(content));
  shelf.pictures.start();
  await shelf.show(named(content));
  expect(shelf.asked()).toBe(3);
  expect(await shelf.folder.list("pictures/")).toEqual([`pictures/${sha256Hex(content)}`]);
  expect(Buffer.from((await shelf.pictures.read(sha256Hex(content))) ?? []).equals(content)).toBe(true);
  await shelf.show(null);
  expect(await shelf.folder.list("pictures/")).toEqual([]);
  expect(shelf.pictures.has(sha256Hex(content))).toBe(false);
  await shelf.pictures.stop();
});

const script = Buffer.from(`<svg onload="alert(1)">${" ".repeat(200)}`);
test.each([
  ["other bytes", named(png(300)), pieces(png(300, 2))],
  ["more bytes", named(png(300)), pieces(png(301))],
  ["a short piece", named(png(300)), () => ({ piece: "AAAA", totalBytes: 300 })],
  ["no picture, under its own hash", named(script), pieces(script)],
  [
    "a refusal",
    named(png(300)),
    () => {
      throw new Fault("hub/refused", "no", { retry: "never" });
    },
  ],
])(
  "a hub that sends %s is not believed: nothing is kept, and it is asked again later, not at once",
  async (_what, picture, answer) => {
    const shelf = createShelf(answer);
    shelf.pictures.start();
    await shelf.show(picture);
    const asked = shelf.asked();
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(4);
    expect(await shelf.folder.list("pictures/")).toEqual([]);
    expect(shelf.pictures.has(picture.sha256)).toBe(false);
    await shelf.pictures.stop();
  },
);

test("a picture that the disk does not take is not fetched each minute: many links are paid by the megabyte", async () => {
  const content = png(40_000);
  const shelf = createShelf(pieces(content));
  shelf.folder.readOnly(true);
  shelf.pictures.start();
  await shelf.show(named(content));
  await shelf.pass(120);
  expect(shelf.asked()).toBeLessThanOrEqual(9);
  shelf.folder.readOnly(false);
  await shelf.pass(60);
  expect(shelf.pictures.has(sha256Hex(content))).toBe(true);
  await shelf.pictures.stop();
});

test("a picture that the disk damaged is not shown, and is fetched again", async () => {
  const content = png(300);
  const shelf = createShelf(pieces(content));
  shelf.pictures.start();
  await shelf.show(named(content));
  await shelf.folder.replace(`pictures/${sha256Hex(content)}`, png(300, 9));
  expect(await shelf.pictures.read(sha256Hex(content))).toBeNull();
  await shelf.show(named(content));
  expect(Buffer.from((await shelf.pictures.read(sha256Hex(content))) ?? []).equals(content)).toBe(true);
  await shelf.pictures.stop();
});

test("a site keeps 2 MB of pictures, whatever it is told to keep", async () => {
  const contents = Array.from({ length: 60 }, (_, at) => png(40_000, at));
  const byHash = new Map(contents.map((content) => [sha256Hex(content), content]));
  const shelf = createShelf((sha256, offset) => pieces(byHash.get(sha256) as Buffer)(sha256, offset));
  shelf.pictures.start();
  await shelf.showMany(contents.map(named));
  expect(await shelf.folder.list("pictures/")).toHaveLength(Math.floor((2 * 1024 * 1024) / 40_000));
  await shelf.pictures.stop();
});
