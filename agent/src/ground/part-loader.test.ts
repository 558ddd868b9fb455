import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BundledParts, createPartLoader, hashOfPart, type LoadPart } from "./part-loader.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-parts-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const shared = "(function(parts){parts.loaded.order.push('shared');return{two:2}})";
const page =
  "(function(parts,require){parts.loaded.order.push('page');const{two}=parts.loaded['shared.js'];return{four:()=>two+two,join:require('node:path').join}})";

function loaderOf(texts: Record<string, string>) {
  const order: string[] = [];
  const files = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      { hash: hashOfPart(Buffer.from(text)), needs: name === "page.js" ? ["shared.js"] : [] },
    ]),
  );
  const parts: BundledParts & { load: LoadPart | null } = {
    loaded: { order },
    files,
    folders: [join(folder, "nowhere"), folder],
    require: createRequire(import.meta.url),
    load: null,
  };
  return { ...createPartLoader(parts), order };
}

const put = (name: string, text: string) => writeFile(join(folder, name), text);

test("a part is loaded once, after what it needs, also when two ask at once", async () => {
  await put("shared.js", shared);
  await put("page.js", page);
  const { load, order } = loaderOf({ "shared.js": shared, "page.js": page });
  const [one, other] = await Promise.all([load("page.js"), load("page.js")]);
  expect(one).toBe(other);
  expect(await load("page.js")).toBe(one);
  expect((one as { four(): number }).four()).toBe(4);
  expect(order).toEqual(["shared", "page"]);
});

test.each([
  ["is missing", async () => {}, "part/missing", /page\.js is in none of/],
  [
    "is damaged",
    () => put("page.js", page.replace("two+two", "two*two")),
    "part/damaged",
    /page\.js is not what was built/,
  ],
  ["is cut off", () => put("page.js", page.slice(0, 30)), "part/damaged", /page\.js is not what was built/],
])(
  "a part that %s is refused by name and never run, and is loaded when it is whole again",
  async (_, make, code, message) => {
    await put("shared.js", shared);
    await make();
    const { load, order } = loaderOf({ "shared.js": shared, "page.js": page });
    await expect(load("page.js")).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(order).toEqual(["shared"]);
    await put("page.js", page);
    expect(await load("page.js")).toHaveProperty("four");
    expect(order).toEqual(["shared", "page"]);
  },
);

test("[BEY-28] what is kept is loaded when the stick is dead, and only whole: the page that says so is one of them", async () => {
  await put("shared.js", shared);
  await put("page.js", page);
  await put("worn.js", "(function(){");
  const { load, keep } = loaderOf({ "shared.js": shared, "page.js": page, "worn.js": "(function(){return{}})" });
  await keep();
  await rm(folder, { recursive: true });
  expect(((await load("page.js")) as { four(): number }).four()).toBe(4);
  await expect(load("worn.js")).rejects.toMatchObject({ code: "part/missing" });
});

test("a name that the build did not write is no part", async () => {
  await put("other.js", shared);
  await expect(loaderOf({}).load("other.js")).rejects.toMatchObject({ code: "part/missing" });
});
