import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { notNeeded } from "./not-needed.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "karibu-not-needed-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What is built of a file that asks for one beside it. */
async function builtFrom(path: string, asksFor: string): Promise<string> {
  const folder = dirname(join(root, path));
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, path), `console.log(require("${asksFor}"));`);
  await writeFile(join(folder, `${asksFor}.js`), 'module.exports = "what stands there";');
  const { outputFiles } = await build({
    entryPoints: [join(root, path)],
    bundle: true,
    write: false,
    platform: "node",
    preserveSymlinks: true,
    plugins: [notNeeded],
  });
  return outputFiles.map(({ text }) => text).join("\n");
}

const partsOfWs = ["./permessage-deflate", "./extension", "./event-target"];

test.each(partsOfWs)("of ws, %s is left out", async (name) => {
  expect(await builtFrom("node_modules/ws/lib/websocket.js", name)).not.toContain("what stands there");
});

test.each(partsOfWs)("another package that has a %s keeps it", async (name) => {
  for (const path of ["node_modules/other/lib/main.js", "node_modules/ws-like/lib/main.js", "agent/src/ground/main.js"])
    expect(await builtFrom(path, name)).toContain("what stands there");
});
