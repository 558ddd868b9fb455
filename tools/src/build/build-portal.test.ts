import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildPortal } from "./build-portal.ts";

test("[POR-01] the portal's first load is under 30 kB on the wire, all of it under 100 kB, asks for nothing outside, and builds the same twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-build-"));
  try {
    const files = await buildPortal(folder);
    expect(files.reduce((sum, file) => sum + file.bytes, 0)).toBeLessThan(100_000);
    // The page, its script, and the words of one language: what a phone fetches before it shows everything but "I already paid".
    const wire = (part: string) => files.find(({ name }) => name.includes(part))?.gzipBytes ?? Number.NaN;
    for (const language of ["en-", "sw-"]) {
      expect(wire("index.html") + wire("portal-") + wire(language)).toBeLessThan(30_000);
    }
    expect(wire("claim-page-")).toBeLessThan(4000);
    const page = await readFile(join(folder, "index.html"), "utf8");
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).toContain(`src="/${files[1]?.name}"`);
    // A look-behind ends the script at once in Safari before 16.4, a named group in Firefox before 78: esbuild translates neither.
    for (const { name } of files) expect(await readFile(join(folder, name), "utf8"), name).not.toContain("(?<");
    expect(await buildPortal(folder)).toEqual(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
