import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { Launcher } from "../ground/launcher.ts";
import { createImageArrival } from "./image-arrival.ts";

const launcher = { runningId: "0.3.0-aaaaaaaaaaaa", image: { id: "image-2" } } as Launcher;
const sha256 = "ab".repeat(32);

function arrivalOf(file: () => Promise<string | null>, state: object | null = null) {
  const content = state === null ? null : Buffer.from(JSON.stringify(state));
  const asked: string[] = [];
  const sha256Of = (name: string) => {
    asked.push(name);
    return file();
  };
  const world = createSimulatedWorld();
  return { asked, world, ...createImageArrival(world, { folder: { read: async () => content }, sha256Of, launcher }) };
}

test("a file is read once for many requests, and again after the answer", async () => {
  let finish = (_sha256: string): void => {};
  const reading = () =>
    new Promise<string>((resolve) => {
      finish = resolve;
    });
  const { compare, asked } = arrivalOf(reading);
  expect([compare(sha256), compare(sha256)]).toEqual(["reading", "reading"]);
  finish(sha256);
  await new Promise(setImmediate);
  expect(compare(sha256.toUpperCase())).toBe("same");
  expect(compare(sha256)).toBe("reading");
  finish("00".repeat(32));
  await new Promise(setImmediate);
  expect(compare(sha256)).toBe("differs");
  expect(asked).toEqual(["image-update.tar", "image-update.tar"]);
});

test("an answer that nobody fetched is not given later: the file may be another by then", async () => {
  let there = sha256;
  const { compare, world } = arrivalOf(async () => there);
  compare(sha256);
  await new Promise(setImmediate);
  there = "00".repeat(32);
  world.advance(60_000);
  expect(compare(sha256)).toBe("reading");
  await new Promise(setImmediate);
  expect(compare(sha256)).toBe("differs");
});

test("a file that is not there, or can't be read, is missing", async () => {
  for (const file of [async () => null, async () => Promise.reject(new Error("EIO"))]) {
    const { compare } = arrivalOf(file);
    compare(sha256);
    await new Promise(setImmediate);
    expect(compare(sha256)).toBe("missing");
  }
});

test("only a proof given under the image that runs now counts", async () => {
  const proof = (image: string, proven: readonly string[]) =>
    arrivalOf(async () => null, { format: 1, image, bad: {}, trials: {}, proven }).isProved();
  expect(await proof("image-2", [launcher.runningId])).toBe(true);
  expect(await proof("image-1", [launcher.runningId])).toBe(false);
  expect(await proof("image-2", ["image-2"])).toBe(false);
  expect(await arrivalOf(async () => null).isProved()).toBe(false);
});
