/** A sample of `damaged-folder.long.test.ts`, which damages every byte; on a real disk. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import { damagesOf, fillFolder, findFaults } from "./test-damaged-folder.ts";

const roots: string[] = [];
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

async function makeCopy(files: ReadonlyMap<string, Uint8Array>) {
  const root = await mkdtemp(join(tmpdir(), "karibu-damaged-"));
  roots.push(root);
  const folder = createNodeFolder(root);
  for (const [name, content] of files) await folder.replace(name, content);
  return folder;
}

test.each(["stopped", "crashed"] as const)(
  "a byte of any file is damaged after the agent has %s: it is said, and nobody gets what they had not",
  async (end) => {
    const files = await fillFolder(await makeCopy(new Map()), end);
    expect(await findFaults(files, damagesOf(files, 307), makeCopy)).toEqual([]);
  },
  120_000,
);
