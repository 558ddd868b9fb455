/**
 * The portal: `index.html` with its styles inside (one request shows the frame), one script for the first view, the words of each
 * language (a phone fetches its own), and scripts for later (the pages that the first view does not need). Written for captive
 * browsers, which are years behind: Chrome 63 (the first with `import()`), iOS 12. Below that is the agent's page without scripts.
 */

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256Hex } from "@karibu/protocol/hash";
import { build, type Plugin } from "esbuild";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { minifyTemplates } from "./minify-templates.ts";
import { repositoryRoot } from "./repository.ts";
import { entryOf, filesOf, namesForLater, rewriteShared, type SharedName, sharedFrom } from "./shared-scripts.ts";
import { shortNames } from "./short-names.ts";

const browsers = ["chrome63", "ios12", "firefox68"];

export async function buildPortal(folder = join(repositoryRoot, "dist/portal")): Promise<BuiltFile[]> {
  const source = join(repositoryRoot, "portal/src");
  const entry = join(source, "main.ts");
  const [alone, css, laterCss, page] = await Promise.all([
    bundle(source, { entry, shared: new Set() }),
    bundleStyles(join(source, "portal.css")),
    bundleStyles(join(source, "later.css")),
    readFile(join(source, "index.html"), "utf8"),
  ]);
  const parts: { path: string; code: string }[] = [];
  for (const path of [...alone.later].sort()) {
    const { code, later } = await bundle(source, { entry: path, shared: alone.inputs });
    if (later.size > 0) throw new Error(`${basename(path)} of the portal fetches more in its turn`);
    parts.push({ path, code });
  }
  const names = namesForLater(parts.map(({ code }) => code));
  const main = await bundle(source, { entry, shared: new Set(), exports: names });
  // One version for scripts that name each other: a change of one is a change of all.
  const version = sha256Hex(JSON.stringify([main.code, laterCss, ...parts.map(({ code }) => code)])).slice(0, 10);
  const scriptName = `portal-${version}.js`;
  const laterCssName = `assets/later-${sha256Hex(laterCss).slice(0, 10)}.css`;
  let code = main.code.replace('"later.css"', `"/${laterCssName}"`);
  const files = new Map([[laterCssName, laterCss]]);
  for (const part of parts) {
    const name = basename(part.path, ".ts");
    const rewritten = rewriteShared(part.code, names, `./${scriptName}`);
    const hashed = `${name}-${rewritten === part.code ? sha256Hex(part.code).slice(0, 10) : version}.js`;
    code = code.replaceAll(`"${urlOf(part.path)}"`, `"./${hashed}"`);
    files.set(`assets/${hashed}`, rewritten);
  }
  // Browsers without modules are below the floor: they go on to the page without scripts.
  const away = 'location.replace("/plain"+location.search);';
  const awayName = `assets/plain-${sha256Hex(away).slice(0, 10)}.js`;
  files.set(awayName, away);
  const html = page
    .replace(/\n\s*/g, "\n")
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css}</style>`)
    .replace('src="main.ts"', `src="/assets/${scriptName}"`)
    .replace('src="plain.js"', `src="/${awayName}"`);
  return writeBuild(folder, new Map([["index.html", html], [`assets/${scriptName}`, code], ...files]), {
    compress: ["gz"],
  });
}

async function bundleStyles(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    target: browsers,
    legalComments: "none",
    write: false,
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error(`esbuild wrote no styles for ${basename(entry)}`);
  return output.text.trim();
}

interface Bundle {
  readonly code: string;
  /** Modules that are imported when needed (`import()`). */
  readonly later: ReadonlySet<string>;
  /** Every module in it. */
  readonly inputs: ReadonlySet<string>;
}

/**
 * One module as one script. What is in the set `shared` is imported from the first script, which a phone has by then.
 * `exports`: what the first script gives to the others.
 */
async function bundle(
  source: string,
  options: { entry: string; shared: ReadonlySet<string>; exports?: readonly SharedName[] },
): Promise<Bundle> {
  const { entry, shared, exports } = options;
  const later = new Set<string>();
  const leaveLater: Plugin = {
    name: "leave-later",
    setup(esbuild) {
      esbuild.onResolve({ filter: /./ }, ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const file = join(resolveDir, path);
        later.add(file);
        return { path: urlOf(file), external: true };
      });
    },
  };
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: entryOf(entry, exports ?? []),
      resolveDir: source,
      sourcefile: "entry.ts",
    },
    absWorkingDir: repositoryRoot,
    bundle: true,
    minify: true,
    format: "esm",
    target: browsers,
    supported: { destructuring: true }, // only corner cases are wrong in those browsers, and none is met here
    conditions: ["production"],
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', globalThis: "window" },
    plugins: [sharedFrom(shared), leaveLater, minifyTemplates(source)],
    metafile: true,
    write: false,
    logLevel: "warning",
    ...shortNames,
  });
  const output = outputFiles[0];
  if (output === undefined) throw new Error(`esbuild wrote no script for ${basename(entry)}`);
  return { code: output.text, later, inputs: filesOf(metafile.inputs, repositoryRoot) };
}

const urlOf = (path: string): string => `./${basename(path, ".ts")}.js`;
