import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeBuild } from "./built-file.ts";

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), "karibu-build-"));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const pages = (text: string) => new Map([["index.html", text], ...names.map((name) => [name, text] as const)]);
const names = Array.from({ length: 30 }, (_, n) => `assets/${n}.js`);

test("builds of one folder at the same time all succeed, and the folder is one of them, whole", async () => {
  const folder = join(parent, "at-once");
  const texts = Array.from({ length: 8 }, (_, n) => `built ${n}`);
  await Promise.all(texts.map((text) => writeBuild(folder, pages(text), { compress: ["gz"] })));
  const index = readFileSync(join(folder, "index.html"), "utf8");
  expect(texts).toContain(index);
  expect(names.map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(names.map(() => index));
  expect(readdirSync(parent).filter((name) => name.startsWith("at-once"))).toEqual(["at-once"]);
});

test("a folder that is already what would be built is left alone; a file too many is removed", async () => {
  const folder = join(parent, "again");
  const built = await writeBuild(folder, pages("same"), { compress: ["gz", "br"] });
  const before = statSync(folder).ino;
  expect(await writeBuild(folder, pages("same"), { compress: ["gz", "br"] })).toEqual(built);
  expect(statSync(folder).ino).toBe(before);
  await writeBuild(folder, pages("same"), { compress: ["gz"] });
  expect(readdirSync(folder).toSorted()).toEqual(["assets", "index.html", "index.html.gz"]);
});
