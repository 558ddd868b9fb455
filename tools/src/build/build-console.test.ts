import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { en } from "@karibu/console/strings/en";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildConsole } from "./build-console.ts";

const kB = 1000;
let folder: string;
let scripts: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-console-size-"));
  await buildConsole(folder);
  scripts = (await readdir(join(folder, "assets"))).filter((name) => name.endsWith(".js"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("[UIX-01] what a browser fetches from log-in to the first page is at most 108 kB, with the parts that are prepared for what comes after", async () => {
  const start = await withImports(...firstPage(), ...afterIt());
  expect(await sizeOf(start)).toBeLessThan(108 * kB);
});

test("[UIX-01] the log-in needs one script beside the first line of all, and Home few more: a phone far away waits for each", async () => {
  expect([...(await withImports(named("main")))]).toHaveLength(1);
  expect(await sizeOf([named("main")])).toBeLessThan(50 * kB);
  expect((await withImports(...firstPage())).size).toBeLessThanOrEqual(10);
});

test("[UIX-01] a change of page fetches at most 42 kB, with all that comes with a list", async () => {
  const start = await withImports(...firstPage(), ...afterIt());
  const pages = scripts.filter((name) => /-page-[A-Z0-9]+\.js$/.test(name) && !name.startsWith("gallery"));
  expect(pages.length).toBeGreaterThan(20);
  const heavy: string[] = [];
  for (const page of pages) {
    const more = [...(await withImports(page, named("saved-views")))].filter((name) => !start.has(name));
    const bytes = await sizeOf(more);
    if (bytes > 42 * kB) heavy.push(`${page}: ${bytes}`);
  }
  expect(heavy).toEqual([]);
});

test("[UIX-08] what the hub refuses can be said without it: the worker keeps those words from the beginning", async () => {
  const worker = await readFile(join(folder, "worker.js"), "utf8");
  const [, kept = ""] = /first:(\[[^\]]*\])/.exec(worker) ?? [];
  const words = [...(await withImports(named("problem-words")))];
  expect(words.length).toBeGreaterThan(1);
  expect(words.filter((name) => !kept.includes(name))).toEqual([]);
  const texts = await Promise.all(words.map((name) => readFile(join(folder, "assets", name), "utf8")));
  expect(texts.join("")).toContain(en.problem_quota_reached.slice(0, 20));
});

const firstPage = () => [named("main"), named("frame-parts"), named("home-page")];
/** components/overlay/prepare.ts fetches them when the first page stands. */
const afterIt = () => [named("overlays")];

/** The script of this name; its hash is not. */
function named(name: string): string {
  return scripts.find((each) => new RegExp(`^${name}-[A-Z0-9]+\\.js$`).test(each)) ?? `no ${name}`;
}

/** These scripts and what they import at once; what is imported later, on demand, is left out. */
async function withImports(...names: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const code = await readFile(join(folder, "assets", name), "utf8");
    for (const [, imported] of code.matchAll(/(?:import|export)\s*(?:[\w*{}$,\s]+from)?\s*"\.\/([^"]+)"/g)) {
      open.push(imported as string);
    }
  }
  return found;
}

/** As browsers get it over HTTPS. */
async function sizeOf(names: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(folder, "assets", `${name}.br`))).size;
  return bytes;
}
