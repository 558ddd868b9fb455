/**
 * The lists of modules, written from the folders that there are: whoever deletes a module's folders runs `npm run schema-types`, and nothing else of
 * the hub or the console names it.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { HubModule } from "@karibu/cloud/modules/hub-module";
import { repositoryRoot } from "../build/repository.ts";

export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

const camelCase = (name: string) => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const key = (name: string) => (name === camelCase(name) ? name : `"${name}"`);
/** Of an object that holds each module under its name. */
const entry = (name: string) => (name === camelCase(name) ? `  ${name},` : `  "${name}": ${camelCase(name)},`);
const writtenBy = "Written by `npm run schema-types` from the folders beside it. Nobody edits it; a test compares.";

/** @param root of the checkout */
export async function writeModuleLists(root: string = repositoryRoot): Promise<readonly WrittenFile[]> {
  const hub = join(root, "cloud/src/modules");
  const console = join(root, "cloud/console/src/modules");
  return [
    await namesOfHub(hub),
    listOfHub(hub),
    samples(hub),
    listOfConsole(console),
    listOfWorker(console),
    words(console, "en"),
    words(console, "sw"),
  ];
}

async function namesOfHub(folder: string): Promise<WrittenFile> {
  const needs = await Promise.all(
    namesIn(folder).map(async (name) => {
      const found = await import(pathToFileURL(join(folder, name, "module.ts")).href);
      const module: HubModule = found[camelCase(name)];
      return `  ${key(name)}: [${(module.needs ?? []).map((needed) => `"${needed}"`).join(", ")}],`;
    }),
  );
  const text = `/** The hub's modules, and which others each is built on. ${writtenBy} */
export const moduleNeeds = {
${needs.join("\n")}
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ModuleName = keyof typeof moduleNeeds;
`;
  return { path: join(folder, "names.ts"), text };
}

function listOfHub(folder: string): WrittenFile {
  const names = namesIn(folder);
  const routeFiles = globSync("*/**/*.ts", { cwd: folder })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !/(\.test\.ts$)|(\/test-)/.test(path))
    .filter((path) => /\b(route|rawRoute|exportRoute)\(\{/.test(readFileSync(join(folder, path), "utf8")))
    .sort();
  const text = `/** The hub's modules. ${writtenBy} */
${sortedImports([
  ...names.map((name) => ({ path: `./${name}/module.ts`, what: `{ ${camelCase(name)} }` })),
  { path: "./hub-module.ts", what: "type { HubModule, WaitingKindsOf }" },
  { path: "./names.ts", what: "type { ModuleName }" },
])}

export const allModules = {
${names.map(entry).join("\n")}
} as const satisfies Readonly<Record<ModuleName, HubModule>>;

/** Also those that a hub is run without: for what is true of their rows all the same. */
export const everyModule: readonly HubModule[] = Object.values(allModules);

/** Kinds of what needs a person. */
export type ModuleWaiting = WaitingKindsOf<(typeof allModules)[ModuleName]>;

/** For the types of the API. */
export type ModuleRoutes = [
${routeFiles.map((path) => `  typeof import("./${path}"),`).join("\n")}
];
`;
  return { path: join(folder, "all-modules.ts"), text };
}

function samples(folder: string): WrittenFile {
  const names = namesIn(folder).filter((name) => existsSync(join(folder, name, "test-samples.ts")));
  const text = `/** What tests of the whole hub need of its modules. ${writtenBy} */
${sortedImports([
  ...names.map((name) => ({ path: `./${name}/test-samples.ts`, what: `{ samples as ${camelCase(name)} }` })),
  { path: "./test-samples.ts", what: "type { ModuleSamples }" },
])}

export const samplesOfModules: readonly ModuleSamples[] = [
${names.map((name) => `  ${camelCase(name)},`).join("\n")}
];
`;
  return { path: join(folder, "test-all-modules.ts"), text };
}

function listOfConsole(folder: string): WrittenFile {
  const names = namesIn(folder);
  const text = `/** What the console has of the hub's modules. ${writtenBy} */
${sortedImports([
  ...names.map((name) => ({ path: `./${name}/module.ts`, what: `{ ${camelCase(name)} }` })),
  { path: "./console-module.ts", what: "type { ConsoleModule, ConsoleModules }" },
])}

const modules = {
${names.map(entry).join("\n")}
} satisfies ConsoleModules;

export const consoleModules: Readonly<Record<string, ConsoleModule>> = modules;
`;
  return { path: join(folder, "all-modules.ts"), text };
}

function listOfWorker(folder: string): WrittenFile {
  const names = namesIn(folder).filter((name) => existsSync(join(folder, name, "in-worker.ts")));
  const text = `/** What modules do in the console's service worker. ${writtenBy} */
${sortedImports([
  { path: "../worker/worker-scope.ts", what: "type { WorkerScope }" },
  ...names.map((name) => ({ path: `./${name}/in-worker.ts`, what: `{ inWorker as ${camelCase(name)} }` })),
])}

export const workersOfModules: readonly ((worker: WorkerScope) => void)[] = [${names.map(camelCase).join(", ")}];
`;
  return { path: join(folder, "all-workers.ts"), text };
}

function words(folder: string, language: "en" | "sw"): WrittenFile {
  const constants = foldersIn(folder).map((name) => {
    const constant = `${language}${camelCase(`-${name}`)}`;
    return { constant, line: `import { ${constant} } from "../modules/${name}/words/${language}.ts";` };
  });
  const text = `/** Words of modules. ${writtenBy.replace("beside it", "in `modules`")} */
${constants.map(({ line }) => line).join("\n")}

export const ${language}OfModules = {
${constants.map(({ constant }) => `  ...${constant},`).join("\n")}
};
`;
  return { path: join(folder, `../strings/${language}-of-modules.ts`), text };
}

/** As the formatter sorts them. */
const sortedImports = (imports: readonly { readonly path: string; readonly what: string }[]): string =>
  imports
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, what }) => `import ${what} from "${path}";`)
    .join("\n");

/** The one to copy (`docs/modules.md`) is checked and tested as all others are, and its page finds its words, but no hub has it. */
const example = "example";

const namesIn = (folder: string) => foldersIn(folder).filter((name) => name !== example);

const foldersIn = (folder: string) =>
  globSync("*", { cwd: folder })
    .filter((name) => existsSync(join(folder, name, "module.ts")))
    .sort();
