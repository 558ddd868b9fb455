/**
 * Scripts that are fetched later use what the first script has already: their imports of its modules become imports of names that it
 * exports. So nothing is fetched twice, and no third script stands between the page and its first view.
 */
import { join } from "node:path";
import type { Plugin } from "esbuild";

/** One thing that the first script exports for the others, under a short alias. */
export interface SharedName {
  /** The module's file. */
  readonly module: string;
  readonly name: string;
  readonly alias: string;
}

const prefix = "shared-with-first:";
const sharedImport = new RegExp(`import\\s*(?:\\{([^}]*)\\}\\s*from)?\\s*"${prefix}([^"]+)";?`, "g");

/** Leaves modules of the first script out of a later one. */
export function sharedFrom(shared: ReadonlySet<string>): Plugin {
  return {
    name: "shared-from-first",
    setup(build) {
      build.onResolve({ filter: /./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (shared.size === 0 || pluginData === prefix || kind !== "import-statement") return undefined;
        const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: prefix });
        return shared.has(found.path) ? { path: prefix + found.path, external: true } : undefined;
      });
    },
  };
}

/** What the first script must export for these. */
export function namesForLater(codes: readonly string[]): SharedName[] {
  const names: SharedName[] = [];
  for (const code of codes) {
    for (const [whole, list, module = ""] of code.matchAll(sharedImport)) {
      if (list === undefined) throw new Error(`a later script of the portal imports no names: ${whole}`);
      for (const { name } of namesIn(list)) {
        if (names.some((one) => one.module === module && one.name === name)) continue;
        names.push({ module, name, alias: `s${names.length}` });
      }
    }
  }
  return names;
}

/** The later script with its imports from `url`, the first script. */
export function rewriteShared(code: string, names: readonly SharedName[], url: string): string {
  const imports: string[] = [];
  const rest = code.replace(sharedImport, (_, list: string, module: string) => {
    for (const { name, local } of namesIn(list)) {
      const alias = names.find((one) => one.module === module && one.name === name)?.alias;
      imports.push(`${alias} as ${local}`);
    }
    return "";
  });
  if (rest.includes(prefix)) throw new Error(`a later script passes on what the first one has: ${rest}`);
  return imports.length === 0 ? code : `import{${imports.join(",")}}from"${url}";${rest}`;
}

/** `html as a,nothing` as names and local names. */
function namesIn(list: string): { name: string; local: string }[] {
  return list
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", local = name] = part.split(/\s+as\s+/);
      return { name, local };
    });
}

/** The entry of a script: all that its module exports, and what the first script gives to later ones. */
export function entryOf(entry: string, names: readonly SharedName[]): string {
  const lines = names.map(
    ({ module, name, alias }) => `export { ${name} as ${alias} } from ${JSON.stringify(module)};`,
  );
  return [`export * from ${JSON.stringify(entry)};`, ...lines].join("\n");
}

/** The files behind the inputs of what a build wrote: of ours those of which something was needed, libraries whole (their entry holds nothing itself). */
export function filesOf(
  inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>,
  root: string,
): Set<string> {
  const shared = Object.entries(inputs).filter(
    ([path, { bytesInOutput }]) => bytesInOutput > 0 || path.includes("node_modules"),
  );
  return new Set(shared.map(([path]) => join(root, path)));
}
