/** What else of the house speaks of a module: what must be looked at where its folders are gone. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { House } from "./read-house.ts";

/** What a module stands in: all that has its name. */
export const moduleFolders = ["cloud/src/modules", "cloud/console/src/modules", "lab/src/modules"];

/** Written by `npm run schema-types` from the folders. */
const writtenLists = /\/(modules\/(all-modules|all-workers|names|test-all-modules)|strings\/(en|sw)-of-modules)\.ts$/;
/** A list of types alone, in which nothing can be wrong but a path. It costs the compiler as much as all others together. */
const allRoutes = "cloud/src/api.ts";

export interface Traces {
  /** Where the types may be wrong. */
  readonly files: readonly string[];
  /** Tests among them that say what these modules make: they would fail though they compile. */
  readonly tests: readonly string[];
}

/**
 * Files that stay and may be wrong without these modules: those that import a file of theirs, or a list that is written anew; and those that say, in
 * quotes, a name that only they make (a table, a path of the API, a kind, a word; the module itself). Any other can be wrong only by what the compiler
 * works out of the lists without a name: the long test checks them all.
 * @param house with the modules still in it
 */
export function tracesOf(root: string, house: House, modules: readonly string[]): Traces {
  const isOf = isFileOf(modules);
  const { names, words } = namesMadeBy(root, house, modules);
  const isMade = (path: string) => (name: string) =>
    names.has(name) || (path.startsWith("cloud/console/") && words.has(name));
  const stay = house.files
    .filter(({ path }) => !isOf(path) && path !== allRoutes)
    .map((file) => ({ ...file, said: namesSaid(readFileSync(join(root, file.path), "utf8")) }));
  const traces = stay.filter(
    ({ path, imports, said }) =>
      writtenLists.test(path) ||
      imports.some((target) => isOf(target) || writtenLists.test(target)) ||
      said.some(isMade(path)) ||
      said.some((name) => modules.includes(name)),
  );
  return {
    files: traces.map(({ path }) => path),
    tests: traces
      .filter(({ path, said }) => ordinaryTest.test(path) && said.some(isMade(path)))
      .map(({ path }) => path),
  };
}

/** Of hub and console. The lab's need a browser and built pages. */
const ordinaryTest = /^cloud\/.*(?<!\.long)\.test\.ts$/;

const isFileOf = (modules: readonly string[]) => (path: string) =>
  moduleFolders.some((folder) => modules.some((name) => path.startsWith(`${folder}/${name}/`)));

function namesMadeBy(root: string, house: House, modules: readonly string[]) {
  const isOf = isFileOf(modules);
  const files = house.files.filter(({ path, isTest }) => isOf(path) && !isTest).map(({ path }) => path);
  const found = (ending: string, pattern: RegExp) =>
    files
      .filter((path) => path.endsWith(ending))
      .flatMap((path) => all(readFileSync(join(root, path), "utf8"), pattern));
  return {
    names: new Set([
      ...[...house.tableRooms].flatMap(([table, room]) => (isOf(`cloud/src/${room}/`) ? [table] : [])),
      ...found(".ts", /\bpath: "([^"]+)"/g),
      // Kinds and jobs. A name without a hyphen is too often a word of others.
      ...found("/module.ts", /"(\w+-[\w-]*\w)"/g),
    ]),
    /** Of the console alone: elsewhere the same text means something else. */
    words: new Set(found("/words/en.ts", /^ {2}"?(\w+)"?:/gm)),
  };
}

/** A table also as `"stock_items as i"`, a path also before its query. */
const namesSaid = (text: string) => all(text, /["'`](\/api\/[^"'`?$]*|[\w.-]+)(?=["'`?$]| as )/g);

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
