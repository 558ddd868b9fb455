/** A sample of the long test: one byte in so many of each file of an agent's folder, one bit flipped, or zero in its place. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { damagesOf, fillFolder, findFaults, findFaultsUnread } from "./test-damaged-folder.ts";

async function makeCopy(files: ReadonlyMap<string, Uint8Array>) {
  const folder = createFaultyFolder(createSimulatedWorld());
  for (const [name, content] of files) await folder.replace(name, content);
  return folder;
}

test.each(["stopped", "crashed"] as const)(
  "a byte of a file is damaged after the agent has %s: it is said, and nobody gets what they had not",
  async (end) => {
    const files = await fillFolder(await makeCopy(new Map()), end);
    expect(await findFaults(files, damagesOf(files, 601), makeCopy)).toEqual([]);
  },
  120_000,
);

test.each(["EIO", "EUCLEAN", "EBADMSG"] as const)(
  "[BEY-12] whichever file of the folder can't be read (%s), the agent starts, and nobody gets what they had not",
  async (code) => {
    const files = await fillFolder(await makeCopy(new Map()), "crashed");
    const makeUnread = async (copied: ReadonlyMap<string, Uint8Array>, unread: string | null) => {
      const folder = await makeCopy(copied);
      if (unread !== null) folder.unreadable(unread, code);
      return folder;
    };
    expect(await findFaultsUnread(files, makeUnread)).toEqual([]);
  },
);
