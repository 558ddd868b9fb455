/** The contract of a back-up store: the folder and the bucket both pass it. And what a bucket refuses. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { BackupStore } from "@karibu/cloud/operations/back-ups/stores/backup-store";
import { createBucketStore } from "@karibu/cloud/operations/back-ups/stores/bucket-store";
import { createFolderStore } from "@karibu/cloud/operations/back-ups/stores/folder-store";
import { realRandom } from "@karibu/cloud/real-world";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bucket, startBucket } from "./bucket.ts";

const random = realRandom();
const partBytes = 100_000;
let folder = "";
let bucket: Bucket;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-stores-"));
  await mkdir(join(folder, "kept"));
  bucket = await startBucket({ partBytesMin: partBytes, pageMax: 2, nowMs: () => Date.now() });
});
afterAll(async () => {
  await bucket.close();
  await rm(folder, { recursive: true, force: true });
});

const bucketStore = (changed: Partial<Bucket["keys"]> = {}, url = `${bucket.url}/hub`) =>
  createBucketStore({ url, ...bucket.keys, ...changed }, partBytes);

async function fileOf(bytes: number): Promise<{ path: string; content: Buffer }> {
  const content = Buffer.from(random.bytes(bytes));
  const path = join(folder, `given-${bytes}`);
  await writeFile(path, content);
  return { path, content };
}

const read = async (store: BackupStore, name: string) => {
  const stream = await store.get(name);
  return stream === null ? null : buffer(stream);
};

describe.each([
  ["a folder", () => createFolderStore(join(folder, "kept"))],
  ["a bucket", () => bucketStore()],
])("[SYS-23] %s as a store of back-ups", (_, open) => {
  test("gives back what was put, of any size, lists it and forgets it", async () => {
    const store = open();
    for (const bytes of [0, 1, partBytes, partBytes + 1, 5 * partBytes + 77]) {
      const { path, content } = await fileOf(bytes);
      let sent = 0;
      await store.put(`whole/f-${bytes}.sealed`, path, (now) => {
        sent = now;
      });
      expect(sent).toBe(bytes);
      expect((await read(store, `whole/f-${bytes}.sealed`))?.equals(content), `${bytes} bytes`).toBe(true);
    }
    await store.putBytes("small/one.sealed", Buffer.from("a piece"));
    const listed = await store.list("whole/");
    expect(listed.map(({ bytes }) => bytes).sort((one, other) => one - other)).toEqual([
      0,
      1,
      partBytes,
      partBytes + 1,
      5 * partBytes + 77,
    ]);
    expect(listed.map(({ name }) => name)).toEqual(listed.map(({ name }) => name).toSorted());
    expect(await store.list("small/")).toEqual([{ name: "small/one.sealed", bytes: 7 }]);
    for (const { name } of listed) await store.remove(name);
    await store.remove("whole/never-there.sealed");
    expect(await store.list("whole/")).toEqual([]);
    expect(await read(store, "whole/f-1.sealed")).toBe(null);
  });

  test("takes no name that climbs out of it", async () => {
    const store = open();
    for (const name of ["../other.sealed", "/etc/passwd", "a/../b", "A b", ""])
      await expect(async () => store.putBytes(name, Buffer.from("x"))).rejects.toThrow(/name/);
  });
});

describe("[SYS-23] a folder that is not there", () => {
  test("is not made, because a share that is not mounted looks the same", async () => {
    const store = createFolderStore(join(folder, "mount", "point"));
    for (const work of [
      () => store.list(""),
      () => store.putBytes("a.sealed", Buffer.from("x")),
      () => store.get("a.sealed"),
    ])
      await expect(work()).rejects.toMatchObject({ code: "back-up/store-away" });
    expect(await readdir(folder)).not.toContain("mount");
  });

  test("what an ended process left half written is no back-up, and is cleared", async () => {
    const at = join(folder, "half");
    await mkdir(at);
    await writeFile(join(at, "karibu-1.sealed.part"), "half");
    await writeFile(join(at, "other-file.part"), "somebody else's");
    const store = createFolderStore(at);
    expect(await store.list("")).toEqual([]);
    await store.clearUnfinished("karibu-");
    expect(await readdir(at)).toEqual(["other-file.part"]);
  });
});

describe("[SYS-23] a bucket with more than a list may hold", () => {
  test("is refused aloud: a list that is cut would hide the newest", async () => {
    const store = createBucketStore({ url: `${bucket.url}/many`, ...bucket.keys }, partBytes, 4);
    for (const name of ["a", "b", "c", "d"]) await store.putBytes(`${name}.sealed`, Buffer.from("x"));
    expect(await store.list("")).toHaveLength(4);
    await store.putBytes("e.sealed", Buffer.from("x"));
    await expect(store.list("")).rejects.toMatchObject({
      code: "back-up/store-away",
      message: expect.stringContaining("more than 4"),
    });
  });
});

describe("[SYS-23] a bucket that refuses", () => {
  test("wrong keys, region, bucket, or a signature that does not fit are named without a key", async () => {
    for (const [store, what] of [
      [bucketStore({ keyId: "AKOTHER" }), "InvalidAccessKeyId"],
      [bucketStore({ keySecret: "another" }), "SignatureDoesNotMatch"],
      [bucketStore({ region: "elsewhere-1" }), "AuthorizationHeaderMalformed"],
    ] as const)
      await expect(store.putBytes("a.sealed", Buffer.from("x"))).rejects.toMatchObject({
        code: "back-up/store-away",
        message: expect.stringContaining(what),
      });
    const absent = bucketStore({}, bucket.url.replace("karibu-back-ups", "no-such-bucket"));
    await expect(absent.list("")).rejects.toMatchObject({ code: "back-up/store-away" });
    expect(bucketStore().place).not.toContain(bucket.keys.keyId);
    const unsigned = await fetch(`${bucket.url}/hub/x`, { method: "PUT", body: "x" });
    expect(unsigned.status, "the double lets nobody in").toBe(403);
  });

  test("an upload whose third part fails leaves no object, and no parts behind", async () => {
    const { path } = await fileOf(4 * partBytes);
    const store = bucketStore();
    for (const fault of ["refuse", "full", "cut"] as const) {
      bucket.failWith((method, _key, query) => (method === "PUT" && query.get("partNumber") === "3" ? fault : null));
      await expect(store.put("broken/one.sealed", path)).rejects.toMatchObject({ code: "back-up/store-away" });
      bucket.failWith(() => null);
      expect(await store.list("broken/")).toEqual([]);
      expect(bucket.unfinished()).toEqual([]);
    }
  });

  test("an upload that its process did not live to end is cleared, and only ours", async () => {
    const { path } = await fileOf(3 * partBytes);
    const store = bucketStore();
    bucket.failWith((method, _key, query) =>
      method === "DELETE" || (method === "PUT" && query.get("partNumber") === "2") ? "cut" : null,
    );
    await expect(store.put("karibu-2.sealed", path)).rejects.toMatchObject({ code: "back-up/store-away" });
    await expect(bucketStore({}, `${bucket.url}/other`).put("x.sealed", path)).rejects.toMatchObject({
      code: "back-up/store-away",
    });
    bucket.failWith(() => null);
    expect(bucket.unfinished()).toEqual(["hub/karibu-2.sealed", "other/x.sealed"]);
    await store.clearUnfinished("karibu-");
    expect(bucket.unfinished()).toEqual(["other/x.sealed"]);
  });

  test("an answer that ends in the middle is an error, never a shorter file", async () => {
    const { path } = await fileOf(3 * partBytes);
    const store = bucketStore();
    await store.put("cut/one.sealed", path);
    bucket.failWith((method) => (method === "GET" ? "cut" : null));
    await expect(read(store, "cut/one.sealed")).rejects.toThrow();
    bucket.failWith(() => null);
  });
});
