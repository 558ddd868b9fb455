import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createNodeFolder } from "./node-folder.ts";
import { describeFolder } from "./test-folder-contract.ts";

const made: string[] = [];
const makeRoot = async (): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), "karibu-folder-"));
  made.push(root);
  return root;
};
afterAll(() => Promise.all(made.map((root) => rm(root, { recursive: true, force: true }))));

describeFolder(async () => createNodeFolder(join(await makeRoot(), "data")));

test("a name that would leave the data folder is refused", async () => {
  const folder = createNodeFolder(await makeRoot());
  await expect(folder.read("../secret")).rejects.toThrow("leaves the data folder: ../secret");
  await expect(folder.replace("/etc/passwd", new Uint8Array())).rejects.toThrow("leaves the data folder");
});

test("a temporary file that a power cut left behind is not listed", async () => {
  const folder = createNodeFolder(await makeRoot());
  await folder.replace("state.json.tmp", new Uint8Array(3));
  expect(await folder.list("")).toEqual([]);
});
