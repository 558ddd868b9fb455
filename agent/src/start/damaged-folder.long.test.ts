/** Each byte of each file of an agent's folder: one bit flipped, and zero in its place. Some ten minutes. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { damagesOf, fillFolder, findFaults } from "./test-damaged-folder.ts";

async function makeCopy(files: ReadonlyMap<string, Uint8Array>) {
  const folder = createFaultyFolder(createSimulatedWorld());
  for (const [name, content] of files) await folder.replace(name, content);
  return folder;
}

test.each(["stopped", "crashed"] as const)(
  "every byte of every file is damaged after the agent has %s: it is said, and nobody gets what they had not",
  async (end) => {
    const files = await fillFolder(await makeCopy(new Map()), end);
    expect(await findFaults(files, damagesOf(files, 1), makeCopy)).toEqual([]);
  },
  1_800_000,
);
