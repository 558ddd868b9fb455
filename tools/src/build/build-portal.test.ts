import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildPortal } from "./build-portal.ts";

/** Syntax and interfaces that Chrome 61 or iOS 12.0 does not have. esbuild translates syntax only. */
const beyondFloor =
  /\?\.[\w$[(]|\?\?|catch\{|\b(?:replaceAll|matchAll|flatMap|fromEntries|hasOwn|queueMicrotask|globalThis|structuredClone|withResolvers|allSettled|replaceChildren|toSorted|toWellFormed|findLast|randomUUID|WeakRef|AbortSignal\.timeout|new AbortController(?<!null:new AbortController))\b|\.(?:at|flat|finally)\(|\bimport\(/g;

test("[POR-01] all that one phone fetches of the portal is under 95 kB, what comes after the first view is small, and it asks for nothing outside, and builds the same twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "karibu-build-"));
  try {
    const files = await buildPortal(folder);
    const ofOthers = /^assets\/(?!en-)[a-z]{2}-/;
    const ofOne = files.filter(({ name }) => !ofOthers.test(name));
    expect(ofOne.reduce((sum, file) => sum + file.bytes, 0)).toBeLessThan(95_000);
    // The first view is measured on the wire, in `agent/src/portal-server/first-view.test.ts`.
    const wire = (...parts: string[]) =>
      files
        .filter(({ name }) => parts.some((part) => name.includes(part)))
        .reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    expect(wire("/later-", "/en-later-")).toBeLessThan(16_400);
    for (const language of ["fr", "sw"]) expect(wire("/later-", `/${language}-later-`)).toBeLessThan(16_800);
    const text = async (part: string) => {
      const { name = "" } = files.find((file) => file.name.includes(part)) ?? {};
      return [name, await readFile(join(folder, name), "utf8")] as const;
    };
    // The later script takes what it shares from the first one, under the very name that the page loads.
    const [first, script] = await text("assets/portal-");
    const version = /portal-(\w+)\.js/.exec(first)?.[1];
    const [, later] = await text(`assets/later-${version}.js`);
    expect(later).toContain(`from"./${first.slice("assets/".length)}"`);
    // Words are scripts of their own: a phone loads those of one language.
    const sentences = [
      "Pick a package",
      "Chagua kifurushi",
      "Choisissez un forfait",
      "Check your phone",
      "Angalia simu yako",
    ];
    expect(sentences.filter((sentence) => script.includes(sentence))).toEqual([]);
    const page = await readFile(join(folder, "index.html"), "utf8");
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page).toContain(`src="/${files[1]?.name}"`);
    // A look-behind ends the script at once in Safari before 16.4, a named group in Firefox before 78: esbuild translates neither.
    for (const { name } of files) expect(await readFile(join(folder, name), "utf8"), name).not.toContain("(?<");
    for (const { name } of files.filter((file) => file.name.endsWith(".js")))
      expect([name, ...((await readFile(join(folder, name), "utf8")).match(beyondFloor) ?? [])]).toEqual([name]);
    expect(await buildPortal(folder)).toEqual(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
