import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { blocksTouched, createMeteredFolder } from "./metered-folder.ts";
import { describeFolder } from "./test-folder-contract.ts";

const makeFolder = () => createMeteredFolder(createFaultyFolder(createSimulatedWorld()));

describeFolder(async () => makeFolder().folder);

test.each([
  [0, 0, 0],
  [0, 1, 1],
  [0, 4096, 1],
  [0, 4097, 2],
  [4095, 4097, 2],
  [4096, 4097, 1],
  [100, 9000, 3],
])("bytes %i to %i touch %i blocks", (from, to, blocks) => {
  expect(blocksTouched(from, to)).toBe(blocks);
});

test("each sync costs the blocks it dirtied, a replaced file all of its blocks", async () => {
  const meter = makeFolder();
  const file = await meter.folder.append("log");
  for (let sync = 0; sync < 3; sync++) {
    await file.write(new Uint8Array(50));
    await file.write(new Uint8Array(50));
    await file.sync();
  }
  expect(meter.bytesWritten()).toBe(3 * 4096);
  await file.close();
  expect(meter.bytesWritten()).toBe(3 * 4096);
  await meter.folder.replace("state", new Uint8Array(5000));
  expect(meter.bytesWritten()).toBe(5 * 4096);
});

test("syncs are counted and timed", async () => {
  const world = createSimulatedWorld();
  const inner = createFaultyFolder(world);
  const slow = {
    ...inner,
    async append(name: string) {
      const file = await inner.append(name);
      const sync = async () => {
        world.advance(30);
        await file.sync();
      };
      return { file: file.file, write: file.write.bind(file), sync, close: file.close.bind(file) };
    },
  };
  const meter = createMeteredFolder(slow, world.clock);
  const file = await meter.folder.append("log");
  await file.sync();
  await file.sync();
  expect(meter.syncs()).toEqual({ count: 2, totalMs: 60, longestMs: 30 });
});
