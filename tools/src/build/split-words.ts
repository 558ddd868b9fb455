/**
 * The console's English words, each where it is needed: the first page brings those that it may say, a script or a page's folder those that are said
 * there alone, and what several pages say comes by files of words. In the source they stay one object (`strings/en.ts`); the build alone takes it
 * apart. Swahili is two parts, fetched by who chose it: what log-in, frame and Home say, and all the rest.
 *
 * A script may say the keys that it holds as text, and all that begin with a text of it: `word("state", …)` and `room_${name}` build their keys.
 * What this misses is fetched when it is asked for (`strings/strings.ts`), so a person never reads a key.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { alarmWordsIn } from "@karibu/protocol/alarms/alarm-kinds";
import { problemWordsIn } from "@karibu/protocol/problems/problem-list";
import type { Plugin } from "esbuild";
import { repositoryRoot } from "./repository.ts";

type Words = Readonly<Record<string, string>>;

/** Sentences about what the hub refused: no first page needs them. `hub/api.ts` fetches them before it tells of a refusal. */
const atTheFirstRefusal = "problems";
/** Where the hub names words (`sayNamed`): what a payment channel asks for. */
const channelsOfHub = join(repositoryRoot, "cloud/src/money/channels");
/** A script that says a refusal by its code. Others have "problem" and "rule" as plain words. */
const saysRefusals = /["'`](problem|rule)_|wordOr?\("problem"/;

/** What so many scripts say comes with the first page. */
const saidByMany = 6;

const firstScripts = ["main.ts", "pages/home/home-page.ts", "components/overlay/row-menu.ts"].concat(
  ["explain-tip.ts", "ask-dialog.ts"].map((name) => `components/overlay/${name}`),
);

/** What somebody who reads Swahili sees before the rest of the words is there; in the place of a page, which would wait for them, too. */
const swahiliFirst = (folder: string) => [
  ...firstScripts,
  ...["frame/frame-parts.ts", "frame/away-page.ts", "pages/account/second-factor-gate.ts"],
  ...globSync("pages/login/*-page.ts", { cwd: folder }).map((path) => path.replaceAll("\\", "/")),
];

interface Split {
  /** What the first page brings. */
  readonly first: Words;
  /** By the script or folder that they belong to (`pages/home/home-page.ts`), or by their file of words (`money`). */
  readonly later: ReadonlyMap<string, Words>;
  readonly swahili: { readonly first: Words; readonly rest: Words };
  /** Which of `later` a script needs. @param path of the script, in the console's folder */
  needed(path: string): readonly string[];
}

/** @param folder the console's sources */
export async function readSplit(folder: string): Promise<Split> {
  const files = await readWords(folder);
  const sentences: Words = Object.assign({}, ...files.values());
  const saidIn = readerOf(Object.keys(sentences));
  const refusals = new Set(Object.keys(files.get(atTheFirstRefusal) ?? {}));
  const saidBy = (under: string, reader: (source: string) => string[]) =>
    globSync("**/*.ts", { cwd: under })
      .filter((path) => !path.endsWith(".test.ts"))
      .map((path) => ({ path: path.replaceAll("\\", "/"), source: readFileSync(join(under, path), "utf8") }))
      .map(({ path, source }) => ({ path, source, keys: new Set(reader(source)) }));
  const named = saidBy(channelsOfHub, (source) => saidIn(source).filter((key) => source.includes(`"${key}"`)));
  const said = new Map(
    saidBy(folder, saidIn)
      .filter(({ path }) => !/^(strings\/(en|sw)|modules\/[^/]+\/words|worker|service-worker)\b/.test(path))
      .map(({ path, source, keys }) => {
        const all = source.includes("sayNamed(") ? new Set([...keys, ...named.flatMap((one) => [...one.keys])]) : keys;
        // Who shows refusals that come finds them there.
        return [
          path,
          isOfPages(path) && saysRefusals.test(source) ? all : new Set([...all].filter((key) => !refusals.has(key))),
        ] as const;
      }),
  );
  const scripts = Map.groupBy(
    // The gallery shows every part, and makes no word a word of many.
    [...said]
      .filter(([path]) => !path.startsWith("gallery/"))
      .flatMap(([path, keys]) => [...keys].map((key) => ({ path, key }))),
    ({ key }) => key,
  );
  const isFirst = new Set([...closureOf(folder, firstScripts)].flatMap((path) => [...(said.get(path) ?? [])]));
  for (const [key, by] of scripts) if (by.length >= saidByMany && !refusals.has(key)) isFirst.add(key);
  const placeOf = new Map<string, string>();
  for (const [file, words] of files)
    for (const key of Object.keys(words)) {
      const by = (scripts.get(key) ?? []).map(({ path }) => path);
      placeOf.set(key, isFirst.has(key) ? "first" : refusals.has(key) ? file : (ownerOf(by) ?? file));
    }
  const places = Map.groupBy([...placeOf.keys()], (key) => placeOf.get(key) as string);
  const wordsOf = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, sentences[key] as string]));
  const first = wordsOf(places.get("first") ?? []);
  places.delete("first");
  const later = new Map([...places].map(([place, keys]) => [place, wordsOf(keys)]));
  const swahili: Words = (await import(join(folder, "strings/sw.ts"))).sw;
  const inFirst = new Set(Object.keys(first));
  for (const path of closureOf(folder, swahiliFirst(folder))) for (const key of said.get(path) ?? []) inFirst.add(key);
  const swahiliOf = (isIn: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(swahili).filter(([key]) => isIn(key)));
  return {
    first,
    swahili: { first: swahiliOf((key) => inFirst.has(key)), rest: swahiliOf((key) => !inFirst.has(key)) },
    later,
    needed: (path) =>
      [...new Set([...(said.get(path) ?? [])].map((key) => placeOf.get(key) as string))].filter((p) => p !== "first"),
  };
}

/** A page's own, or a module's. */
const isOfPages = (path: string) => /^(pages|modules)\/[^/]+\//.test(path);

/** The script, or the folder of the page or module, that what is said by these belongs to. Null: several pages say it. */
function ownerOf(scripts: readonly string[]): string | null {
  const component = scripts.find((path) => !isOfPages(path));
  if (component !== undefined || scripts.length === 1) return component ?? scripts[0] ?? null;
  const folders = new Set(scripts.map((path) => path.split("/", 2).join("/")));
  return folders.size === 1 ? ([...folders][0] as string) : null;
}

/** Which keys a script may say. */
function readerOf(keys: readonly string[]): (source: string) => string[] {
  const all = new Set(keys);
  const starts = keys.flatMap((key) =>
    [...key.matchAll(/_/g)].map(({ index }) => ({ key, start: key.slice(0, index) })),
  );
  const begin = Map.groupBy(starts, ({ start }) => start);
  return (source) =>
    [...source.matchAll(/(?<!(?:[=!]==|case|from|\.get\() ?)["'`]([A-Za-z]\w*?)_?(?:["'`]|\$\{)/g)].flatMap(
      ([, text = ""]) => [...(all.has(text) ? [text] : []), ...(begin.get(text) ?? []).map(({ key }) => key)],
    );
}

/** For esbuild: takes `strings/en.ts` apart. `addWords` is asked for each script of the console. */
export function splitWords(folder: string, { first, later, swahili, needed }: Split) {
  const plugin: Plugin = {
    name: "split-words",
    setup(build) {
      const strings = join(folder, "strings");
      const imports = (files: Iterable<string>) => [...files].map((file) => `import "words:${file}";`).join("\n");
      build.onResolve({ filter: /\/en\.ts$/ }, ({ path, resolveDir }) =>
        join(resolveDir, path) === join(strings, "en.ts") ? { path: "first", namespace: "words" } : undefined,
      );
      build.onResolve({ filter: /^words:/ }, ({ path }) => ({ path: path.slice("words:".length), namespace: "words" }));
      build.onLoad({ filter: /.*/, namespace: "words" }, ({ path }) => ({
        contents:
          path === "first"
            ? `export const en = ${JSON.stringify(first)};`
            : `import { en } from "words:first";\nObject.assign(en, ${JSON.stringify(later.get(path))});`,
        loader: "js",
      }));
      build.onLoad({ filter: /[/\\]strings[/\\]sw\.ts$/ }, () => ({
        contents: `export const sw = ${JSON.stringify(swahili.first)};`,
      }));
      build.onLoad({ filter: /[/\\]strings[/\\]sw-rest\.ts$/ }, () => ({
        contents: `import { sw } from "./sw.ts";\nObject.assign(sw, ${JSON.stringify(swahili.rest)});`,
        resolveDir: strings,
      }));
      build.onLoad({ filter: /[/\\]strings[/\\]every-word\.ts$/ }, () => ({ contents: imports(later.keys()) }));
      build.onLoad({ filter: /[/\\]strings[/\\]problem-words\.ts$/ }, () => ({
        contents: imports([atTheFirstRefusal]),
      }));
    },
  };
  const addWords = (path: string, source: string) =>
    needed(relative(folder, path).replaceAll("\\", "/"))
      .map((file) => `import "words:${file}";`)
      .join("") + source;
  return { plugin, addWords };
}

async function readWords(folder: string): Promise<Map<string, Words>> {
  const files = new Map<string, Words>([
    ["alarm-words", alarmWordsIn("en")],
    [atTheFirstRefusal, problemWordsIn("en")],
  ]);
  const english = ["strings/en/**/*.ts", "modules/*/words/en.ts"].flatMap((pattern) =>
    globSync(pattern, { cwd: folder }),
  );
  for (const path of english.map((name) => name.replaceAll("\\", "/")).toSorted()) {
    const exported: Record<string, Words> = await import(join(folder, path));
    files.set(path.replace(/^strings\/en\/|\.ts$/g, ""), Object.assign({}, ...Object.values(exported)));
  }
  return files;
}

/** Scripts of the console that these ones import at once. */
function closureOf(folder: string, scripts: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...scripts];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    const source = readFileSync(join(folder, path), "utf8");
    for (const [, imported = ""] of source.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?"(\.[^"]+\.ts)";/gm)) {
      const next = join(dirname(path), imported).replaceAll("\\", "/");
      if (!/^(strings\/(en|sw)|modules\/.*\bwords\b)/.test(next)) open.push(next);
    }
  }
  return found;
}
