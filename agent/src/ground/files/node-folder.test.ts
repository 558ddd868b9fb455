import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pageBytes } from "./folder.ts";
import { createNodeFolder, readPages } from "./node-folder.ts";
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

test("a failed sync of a folder is repeated before the next write is believed", async () => {
  const root = await makeRoot();
  const synced: string[] = [];
  let fails = true;
  const folder = createNodeFolder(join(root, "data"), async (path) => {
    if (fails && path.endsWith("journal")) throw Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    synced.push(path);
  });
  await expect(folder.append("journal/1.log")).rejects.toThrow("EIO");
  // The file is there now, and its name may not be on the disk: the next try must not take it for done.
  await expect(folder.append("journal/1.log")).rejects.toThrow("EIO");
  fails = false;
  synced.length = 0;
  await (await folder.append("journal/1.log")).close();
  expect(synced).toContain(join(root, "data", "journal"));
  synced.length = 0;
  await (await folder.append("journal/1.log")).close();
  expect(synced).toEqual([]);
});

test("pages that the disk refuses are full of 0xff, and a disk that gives none of them is an error", async () => {
  const file = (bad: readonly number[]) => ({
    read: async (content: Uint8Array, offset: number, length: number, position: number) => {
      if (bad.includes(position / pageBytes)) throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
      content.fill(0x61, offset, offset + length);
      return { bytesRead: length, buffer: content };
    },
  });
  const of = async (bad: readonly number[]) =>
    [...(await readPages(file(bad) as never, 2 * pageBytes + 10))].map((byte) => (byte === 0x61 ? "a" : byte));
  const row = <T>(value: T, length: number): T[] => Array.from({ length }, () => value);
  expect(await of([])).toEqual(row("a", 2 * pageBytes + 10));
  expect(await of([1])).toEqual([...row("a", pageBytes), ...row(0xff, pageBytes), ...row("a", 10)]);
  expect(await of([0, 2])).toEqual([...row(0xff, pageBytes), ...row("a", pageBytes), ...row(0xff, 10)]);
  await expect(of([0, 1, 2])).rejects.toThrow("EIO");
});
