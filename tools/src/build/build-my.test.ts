import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildMy } from "./build-my.ts";

test("[CUS-11] the first view of the customers' page is at most 40 kB on the wire, and it asks for nothing outside", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-my-"));
  try {
    const files = await buildMy(folder);
    expect(files.map(({ name }) => name.replace(/-\w+\./, ".")).sort()).toEqual([
      "assets/main.js",
      "assets/my.css",
      "index.html",
    ]);
    let bytes = 0;
    for (const { name } of files) bytes += (await stat(join(folder, `${name}.br`))).size;
    expect(bytes).toBeLessThan(40_000);
    expect(bytes).toBeGreaterThan(5000);
    const page = await readFile(join(folder, "index.html"), "utf8");
    expect(page).toMatch(/src="\/my\/assets\/main-\w+\.js"/);
    expect(page).toMatch(/href="\/my\/assets\/my-\w+\.css"/);
    for (const { name } of files) {
      const text = await readFile(join(folder, name), "utf8");
      expect(text.match(/https?:\/\/(?!www\.w3\.org|lit\.dev)[\w.-]+/g)).toBeNull();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
