import { describeFolder } from "@karibu/agent/ground/files/test-folder-contract";
import { expect, test } from "vitest";
import { createSimulatedWorld, passTimeUntil } from "../world/simulated-world.ts";
import { createFaultyFolder, PowerCut } from "./faulty-folder.ts";

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describeFolder(async () => createFaultyFolder(createSimulatedWorld()));

test("after a power cut synced bytes are there, and of the others at most a beginning with holes", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const folder = createFaultyFolder(createSimulatedWorld(seed));
    const file = await folder.append("log");
    await file.write(bytes("synced."));
    await file.sync();
    await file.write(bytes("x".repeat(2000)));
    folder.reboot();
    const content = new TextDecoder().decode((await folder.read("log")) as Uint8Array);
    expect(content).toMatch(/^synced\.[x\0]{0,2000}$/);
  }
});

test("power is cut at the operation that was named, and nothing works until the reboot", async () => {
  const folder = createFaultyFolder(createSimulatedWorld());
  folder.cutPowerAt(2);
  const file = await folder.append("log");
  await file.write(bytes("a"));
  await expect(file.sync()).rejects.toThrow(PowerCut);
  await expect(folder.read("log")).rejects.toThrow(PowerCut);
  folder.reboot();
  expect(await folder.list("")).toEqual(["log"]);
  await expect(file.write(bytes("from before"))).rejects.toThrow(PowerCut);
});

test("replacing through a power cut leaves the old content or the new", async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const folder = createFaultyFolder(createSimulatedWorld(seed));
    await folder.replace("state", bytes("old"));
    folder.cutPowerAt(1);
    await folder.replace("state", bytes("new")).catch(() => {});
    folder.reboot();
    seen.add(new TextDecoder().decode((await folder.read("state")) as Uint8Array));
  }
  expect([...seen].sort()).toEqual(["new", "old"]);
});

test("a full disk takes what fits and says ENOSPC; a read-only one takes nothing", async () => {
  const folder = createFaultyFolder(createSimulatedWorld());
  const file = await folder.append("log");
  folder.limitBytes(3);
  await expect(file.write(bytes("abcdef"))).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await folder.read("log")).toEqual(bytes("abc"));
  folder.limitBytes(null);
  folder.readOnly(true);
  await expect(file.write(bytes("d"))).rejects.toMatchObject({ code: "EROFS" });
});

test("a slow disk takes the world's time", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  folder.slow(5000);
  await passTimeUntil(world, folder.replace("state", bytes("x")));
  expect(world.clock.monotonicMs()).toBeGreaterThanOrEqual(5000);
});
