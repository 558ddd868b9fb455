/** What every Folder must do, the real one and the simulated ones: each runs this suite. */
import { expect, test } from "vitest";
import type { Folder } from "./folder.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const read = async (folder: Folder, name: string): Promise<string | null> => {
  const content = await folder.read(name);
  return content === null ? null : new TextDecoder().decode(content);
};

/** `makeFolder` gives an empty folder each time. */
export function describeFolder(makeFolder: () => Promise<Folder>): void {
  test("a file that was never written reads as null, and an empty folder lists nothing", async () => {
    const folder = await makeFolder();
    expect(await folder.read("absent.log")).toBeNull();
    expect(await folder.read("no/such/folder.log")).toBeNull();
    expect(await folder.list("")).toEqual([]);
    expect(await folder.list("journal/")).toEqual([]);
  });

  test("appending makes the file, keeps what is there and goes on at its end", async () => {
    const folder = await makeFolder();
    const first = await folder.append("journal/e/1.log");
    expect(await read(folder, "journal/e/1.log")).toBe("");
    await first.write(text("one "));
    await first.write(text("two "));
    await first.sync();
    await first.close();
    const second = await folder.append("journal/e/1.log");
    await second.write(text("three"));
    await second.close();
    expect(await read(folder, "journal/e/1.log")).toBe("one two three");
  });

  test("replacing puts new content in the place of any old one and leaves no other file", async () => {
    const folder = await makeFolder();
    await folder.replace("state/snapshot.json", text("a long old content"));
    await folder.replace("state/snapshot.json", text("new"));
    expect(await read(folder, "state/snapshot.json")).toBe("new");
    expect(await folder.list("")).toEqual(["state/snapshot.json"]);
  });

  test("names are listed sorted, whole, and only those below the prefix", async () => {
    const folder = await makeFolder();
    for (const name of ["b/2.log", "a.json", "b/1.log", "bc/3.log", "b/d/4.log"]) await folder.replace(name, text("x"));
    expect(await folder.list("")).toEqual(["a.json", "b/1.log", "b/2.log", "b/d/4.log", "bc/3.log"]);
    expect(await folder.list("b/")).toEqual(["b/1.log", "b/2.log", "b/d/4.log"]);
    expect(await folder.list("b")).toEqual(["b/1.log", "b/2.log", "b/d/4.log", "bc/3.log"]);
  });

  test("renaming moves the content, over an older file too and into a folder that is not there yet", async () => {
    const folder = await makeFolder();
    await folder.replace("a", text("content"));
    await folder.replace("b", text("older"));
    await folder.rename("a", "b");
    expect(await read(folder, "b")).toBe("content");
    expect(await folder.read("a")).toBeNull();
    await folder.rename("b", "aside/b.damaged");
    expect(await folder.list("")).toEqual(["aside/b.damaged"]);
  });

  test("truncating cuts the end off, and appending goes on from there", async () => {
    const folder = await makeFolder();
    await folder.replace("log", text("good torn"));
    await folder.truncate("log", 5);
    const file = await folder.append("log");
    await file.write(text("again"));
    await file.close();
    expect(await read(folder, "log")).toBe("good again");
  });

  test("a sound file reads around nothing: as it is", async () => {
    const folder = await makeFolder();
    expect(await folder.readAround("absent.log")).toBeNull();
    const long = "0123456789".repeat(1000);
    await folder.replace("log", text(long));
    await folder.replace("empty", text(""));
    expect(new TextDecoder().decode((await folder.readAround("log")) ?? undefined)).toBe(long);
    expect(await folder.readAround("empty")).toEqual(new Uint8Array());
  });

  test("removing is done once and harmless twice", async () => {
    const folder = await makeFolder();
    await folder.replace("log", text("x"));
    await folder.remove("log");
    await folder.remove("log");
    expect(await folder.read("log")).toBeNull();
  });

  test("a file is told from another one of the same name, and its size is known", async () => {
    const folder = await makeFolder();
    expect(await folder.stat("log")).toBeNull();
    const file = await folder.append("log");
    await file.write(text("four"));
    expect(await folder.stat("log")).toMatchObject({ file: file.file, sizeBytes: 4 });
    await folder.replace("log", text("longer"));
    const other = await folder.stat("log");
    expect(other?.sizeBytes).toBe(6);
    expect(other?.file).not.toBe(file.file);
    await file.close();
  });

  test("renaming or truncating what is not there is an error", async () => {
    const folder = await makeFolder();
    await expect(folder.rename("absent", "b")).rejects.toMatchObject({ code: "ENOENT" });
    await expect(folder.truncate("absent", 0)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("what was handed to write may be changed afterwards without changing the file", async () => {
    const folder = await makeFolder();
    const chunk = text("abc");
    await folder.replace("replaced", chunk);
    const file = await folder.append("appended");
    await file.write(chunk);
    chunk.fill(0x78);
    await file.close();
    expect([await read(folder, "replaced"), await read(folder, "appended")]).toEqual(["abc", "abc"]);
  });
}
