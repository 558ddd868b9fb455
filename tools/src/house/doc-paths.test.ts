/** Docs name only paths that exist: in backticks, in commands and in links. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const skippedFolders = new Set(["node_modules", "dist", "golden", "fixtures"]);
/** Where `npm start` keeps what it writes. */
const dataFolder = "data";

const files = filesBelow("");
const paths = new Set(files.flatMap(withFolders));
const packages = new Set(files.filter((path) => path.includes("/")).map((path) => path.split("/")[0] as string));
const docs = files.filter((path) => path.endsWith(".md"));

test("each path in backticks exists", () => {
  expect(
    docs.flatMap((doc) =>
      pathsInCode(read(doc))
        .filter((path) => !exists(doc, path))
        .map(named(doc)),
    ),
  ).toEqual([]);
});

test("each file that a command runs or copies exists", () => {
  expect(
    docs.flatMap((doc) =>
      pathsInCommands(read(doc))
        .filter((path) => !exists(doc, path))
        .map(named(doc)),
    ),
  ).toEqual([]);
});

test("each link and picture leads to a file", () => {
  const wrong = docs.flatMap((doc) =>
    targetsOf(read(doc))
      .filter((target) => !paths.has(normalize(join(dirname(doc), target))))
      .map(named(doc)),
  );
  expect(wrong).toEqual([]);
});

/** Words in code spans that name a file or folder of this repository. Words with a placeholder are none. */
function pathsInCode(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)]
    .flatMap(([, code]) => (code as string).split(/[\s,;]+/))
    .filter((word) => /^[\w@.-]+(\/[\w@.-]+)*\/?$/.test(word))
    .filter(
      (word) => /[\w-]\.(ts|mjs|grit)$/.test(word) || (word.includes("/") && packages.has(word.split("/")[0] ?? "")),
    );
}

/** What commands in fenced blocks run, copy or test. */
function pathsInCommands(text: string): string[] {
  const blocks = [...text.matchAll(/^```[\s\S]*?^```/gm)].map(([block]) => block).join("\n");
  return [...blocks.matchAll(/(?:\bnode|\bvitest run|\bcp|-f|-m 0\d+) ([\w.-]+\/[\w./-]+)/g)].map(
    ([, path]) => path as string,
  );
}

/** Targets of links and pictures in this repository, without the heading. */
function targetsOf(text: string): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)|\bsrc="([^"]+)"/g)]
    .map(([, link, picture]) => (link ?? picture) as string)
    .filter((target) => !/^https?:/.test(target));
}

/** A path counts from the root or from the doc's folder; or it is the end of one path. */
function exists(doc: string, path: string): boolean {
  const plain = path.replace(/\/$/, "");
  if (paths.has(plain) || paths.has(normalize(join(dirname(doc), plain)))) return true;
  return [...paths].some((each) => each.endsWith(`/${plain}`));
}

function named(doc: string) {
  return (path: string) => `${doc}: ${path}`;
}

function read(doc: string): string {
  return readFileSync(join(root, doc), "utf8");
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    if (path === dataFolder) return [];
    return skippedFolders.has(entry.name) || entry.name.startsWith(".") ? [] : filesBelow(path);
  });
}

function withFolders(path: string): string[] {
  const parent = dirname(path);
  return parent === "." ? [path] : [path, ...withFolders(parent)];
}
