/**
 * The scripts that a page of the console needs at once become one. esbuild puts what two scripts share into a file of its own, some forty of a
 * kilobyte each: a phone far away waits for each of them. What other scripts take from these files they take from the one, and every script has a new
 * name: it names the one.
 */
import { createHash } from "node:crypto";
import { build, type Metafile, type OutputFile, type Plugin } from "esbuild";

export interface Built {
  readonly outputFiles: readonly Pick<OutputFile, "path" | "text" | "contents">[];
  readonly metafile: Metafile;
}

const nameOf = (path: string): string => path.slice(path.replaceAll("\\", "/").lastIndexOf("/") + 1);

/**
 * @param entry the source of the script that needs the others at once, as the metafile names it
 * @param there sources of scripts that are there before it, with what they import at once
 */
export async function mergeScripts(
  built: Built,
  {
    entry,
    there,
    target,
  }: { readonly entry: string; readonly there: readonly string[]; readonly target: readonly string[] },
): Promise<Built> {
  const { outputs } = built.metafile;
  const main = outputOf(outputs, entry);
  const before = new Set(there.flatMap((one) => atOnce(outputs, outputOf(outputs, one))));
  const first = atOnce(outputs, main).filter((path) => !before.has(path));
  const textOf = new Map(built.outputFiles.map(({ path, text }) => [nameOf(path), text]));
  /** What stands in a name for a file of the first ones: their exports may be called alike. */
  const prefixOf = new Map(first.map((path, at) => [nameOf(path), `c${at}_`]));
  const one = await oneScript(first, main, { outputs, textOf, prefixOf, target });

  // Each name depends on everything: who has an old script from the cache must not have one that names another first script.
  const digest = hashOf(Object.keys(outputs).toSorted().join("\n") + one);
  const newName = (name: string): string => {
    const [, stem, ending] = /^(.*)-[A-Z0-9]{8}(\.js)$/.exec(name) ?? [];
    return stem === undefined ? name : `${stem}-${hashOf(name + digest)}${ending}`;
  };
  const mainName = newName(nameOf(main));
  const scripts = [...textOf.keys()].filter((name) => name.endsWith(".js"));
  const names = new RegExp(scripts.map((name) => name.replaceAll(/[.$]/g, "\\$&")).join("|"), "g");
  const renamed = (text: string) => text.replaceAll(names, (name) => newName(name));

  const outputFiles = built.outputFiles.flatMap((file) => {
    const name = nameOf(file.path);
    if (!name.endsWith(".js")) return [file];
    const path = file.path.slice(0, -name.length) + newName(name);
    if (name === nameOf(main)) return [textFile(path, renamed(one))];
    const prefix = prefixOf.get(name);
    // Some are fetched by their name later: they pass on what the one has.
    if (prefix !== undefined)
      return [textFile(path, passedOn(outputs[pathOf(outputs, name)]?.exports ?? [], prefix, mainName))];
    return [textFile(path, renamed(takenFromOne(file.text, prefixOf, nameOf(main))))];
  });
  return { outputFiles, metafile: { ...built.metafile, outputs: renamedOutputs(outputs, { first, main, newName }) } };
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();

function outputOf(outputs: Metafile["outputs"], entry: string): string {
  const found = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
  if (found === undefined) throw new Error(`the build has no ${entry}`);
  return found;
}

const pathOf = (outputs: Metafile["outputs"], name: string): string =>
  Object.keys(outputs).find((path) => nameOf(path) === name) ?? name;

function textFile(path: string, text: string) {
  return { path, text, contents: new TextEncoder().encode(text) };
}

/** A script and what it imports at once. */
function atOnce(outputs: Metafile["outputs"], main: string): string[] {
  const found = new Set<string>();
  const open = [main];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    for (const { path: imported, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement") open.push(imported);
  }
  return [...found];
}

interface Parts {
  readonly outputs: Metafile["outputs"];
  readonly textOf: ReadonlyMap<string, string>;
  readonly prefixOf: ReadonlyMap<string, string>;
  readonly target: readonly string[];
}

/** All of them as one, in the order in which the first one ran them; what others take from them is exported under names of its own. */
async function oneScript(first: readonly string[], main: string, parts: Parts): Promise<string> {
  const { outputs, textOf, prefixOf, target } = parts;
  const lines = first.map((path) => {
    const name = nameOf(path);
    // What it exports itself, its own names stand for too.
    const ownNames = path === main ? (outputs[path]?.exports ?? []) : [];
    const taken = (outputs[path]?.exports ?? []).map((each) => `${each} as ${prefixOf.get(name)}${each}`);
    return taken.length === 0 ? "" : `export{${[...taken, ...ownNames].join(",")}}from"./${name}";`;
  });
  const inMemory: Plugin = {
    name: "built scripts",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, kind }) => {
        const name = nameOf(path);
        if (kind === "import-statement" && prefixOf.has(name)) return { path: name, namespace: "built" };
        return { path, external: true };
      });
      onLoad({ filter: /.*/, namespace: "built" }, ({ path }) => ({ contents: textOf.get(path) ?? "", loader: "js" }));
    },
  };
  const result = await build({
    stdin: {
      contents: `import"./${nameOf(main)}";${lines.join("")}`,
      sourcefile: "first.js",
      loader: "js",
      resolveDir: "/",
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: [...target],
    legalComments: "none",
    plugins: [inMemory],
    write: false,
    logLevel: "warning",
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("the console's first scripts were not joined");
  return output.text;
}

const passedOn = (exports: readonly string[], prefix: string, main: string): string =>
  exports.length === 0
    ? `import"./${main}";`
    : `export{${exports.map((each) => `${prefix}${each} as ${each}`).join(",")}}from"./${main}";`;

/** Another script's imports of the first ones. */
function takenFromOne(text: string, prefixOf: ReadonlyMap<string, string>, main: string): string {
  return text
    .replaceAll(
      /\b(import|export)\s*\{([^{}]*)\}\s*from\s*"\.\/([^"]+)"/g,
      (whole, how, list: string, name: string) => {
        const prefix = prefixOf.get(name);
        if (prefix === undefined) return whole;
        const taken = list
          .split(",")
          .map((each) => each.trim())
          .filter(Boolean)
          .map((each) => {
            const [theirs = each, own = theirs] = each.split(/\s+as\s+/);
            return `${prefix}${theirs} as ${own}`;
          });
        return `${how}{${taken.join(",")}}from"./${main}"`;
      },
    )
    .replaceAll(/\bimport\s*"\.\/([^"]+)"/g, (whole, name: string) =>
      prefixOf.has(name) ? `import"./${main}"` : whole,
    );
}

/** As the worker reads them: who imports what at once, by the new names. */
function renamedOutputs(
  outputs: Metafile["outputs"],
  {
    first,
    main,
    newName,
  }: { readonly first: readonly string[]; readonly main: string; readonly newName: (name: string) => string },
): Metafile["outputs"] {
  const renamed = (path: string) => path.slice(0, path.length - nameOf(path).length) + newName(nameOf(path));
  const inOne = new Set(first);
  const importsOf = (path: string): Metafile["outputs"][string]["imports"] => {
    if (path !== main && inOne.has(path)) return [{ path: renamed(main), kind: "import-statement" }];
    const own = path === main ? first.flatMap((one) => outputs[one]?.imports ?? []) : (outputs[path]?.imports ?? []);
    return own
      .filter(({ path: to, kind }) => !(path === main && kind === "import-statement" && inOne.has(to)))
      .map((each) => ({
        ...each,
        path: renamed(each.kind === "import-statement" && inOne.has(each.path) ? main : each.path),
      }));
  };
  return Object.fromEntries(
    Object.entries(outputs).map(([path, output]) => [renamed(path), { ...output, imports: importsOf(path) }]),
  );
}
