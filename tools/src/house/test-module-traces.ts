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
  const { names, words, paths } = namesMadeBy(root, house, modules);
  const isWord = (path: string) => path.startsWith("cloud/console/");
  const says = (path: string, text: string) =>
    namesSaid(text).some((name) => names.has(name) || (isWord(path) && words.has(name))) ||
    pathsSaid(text).some((said) => paths.some((made) => isBelow(said, made)));
  const stay = house.files
    .filter(({ path }) => !isOf(path) && path !== allRoutes)
    .map((file) => {
      const text = readFileSync(join(root, file.path), "utf8");
      return { ...file, text, isMade: says(file.path, text) };
    });
  const traces = stay.filter(
    ({ path, imports, text, isMade }) =>
      writtenLists.test(path) ||
      imports.some((target) => isOf(target) || writtenLists.test(target)) ||
      isMade ||
      namesSaid(text).some((name) => modules.includes(name)),
  );
  return {
    files: traces.map(({ path }) => path),
    tests: traces.filter(({ path, isMade }) => ordinaryTest.test(path) && isMade).map(({ path }) => path),
  };
}

/** Of hub, console and command line. The lab plays with all modules. */
const ordinaryTest = /^(cloud|cli)\/.*(?<!\.long)\.test\.ts$/;

const isFileOf = (modules: readonly string[]) => (path: string) =>
  moduleFolders.some((folder) => modules.some((name) => path.startsWith(`${folder}/${name}/`)));

function namesMadeBy(root: string, house: House, modules: readonly string[]) {
  const isOf = isFileOf(modules);
  const files = house.files.filter(({ path, isTest }) => isOf(path) && !isTest).map(({ path }) => path);
  const found = (ending: string, pattern: RegExp) =>
    files
      .filter((path) => path.endsWith(ending))
      .flatMap((path) => all(readFileSync(join(root, path), "utf8"), pattern));
  const routes = /\bpath(?:: | = )["`]\/api\/v1\/([^"`]+)["`]/g;
  const ofOthers = house.files
    .filter(({ path, isTest }) => path.startsWith("cloud/src/") && !isOf(path) && !isTest)
    .flatMap(({ path }) => all(readFileSync(join(root, path), "utf8"), routes))
    .map(partsOf);
  return {
    names: new Set([
      ...[...house.tableRooms].flatMap(([table, room]) => (isOf(`cloud/src/${room}/`) ? [table] : [])),
      // Kinds and jobs. A name without a hyphen is too often a word of others.
      ...found("/module.ts", /"(\w+-[\w-]*\w)"/g),
    ]),
    /** Of the console alone: elsewhere the same text means something else. */
    words: new Set(found("/words/en.ts", /^ {2}"?(\w+)"?:/gm)),
    /** Of each route so much of its front as nobody else has: of most the first part, as `resellers`; `user/push` of a module that adds to the hub's. */
    paths: found(".ts", routes)
      .map(partsOf)
      .map((parts) =>
        parts.slice(
          0,
          1 + parts.findIndex((_, at) => !ofOthers.some((other) => isBelow(other, parts.slice(0, at + 1)))),
        ),
      )
      .filter((parts) => parts.length > 0),
  };
}

/** A table also as `"stock_items as i"`. */
const namesSaid = (text: string) => all(text, /["'`]([\w.-]+)(?=["'`]| as )/g);

/** Of the API, with what stands before each in tests (`/api/v1`, and a provider's own page) or without; also before a query, and with names filled in. */
const pathsSaid = (text: string) =>
  all(text, /["'`](?:\/api\/v1)?\/((?:\$\{[^}]*\}|[\w.{}-])[^\s"'`?$]*(?:\$\{[^}]*\}[^\s"'`?$]*)*)/g).map(partsOf);

/** `my/{provider}/tickets` is `tickets` here: so a customer's page asks for it. */
const partsOf = (path: string): readonly string[] =>
  path
    .replace(/\$\{[^}]*\}|\{\w+\}/g, "*")
    .replace(/^my\/[^/]+\//, "")
    .split("/");

const isBelow = (path: readonly string[], front: readonly string[]) =>
  front.every((part, at) => (part === "*" ? path[at] !== undefined : part === path[at]));

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);
