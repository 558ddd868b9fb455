/**
 * The portal: `index.html` with its styles inside (one request shows the frame), one script with a hashed name that a phone
 * keeps, the words of each language (a phone fetches its own), and what few need. Written for captive browsers, which are
 * years behind: Chrome 64, Safari 12.
 */

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256Hex } from "@karibu/protocol/hash";
import { build, type Plugin } from "esbuild";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { minifyTemplates } from "./minify-templates.ts";
import { repositoryRoot } from "./repository.ts";

const browsers = ["chrome64", "safari12", "firefox68"];

export async function buildPortal(folder = join(repositoryRoot, "dist/portal")): Promise<BuiltFile[]> {
  const source = join(repositoryRoot, "portal/src");
  const [main, styles, page] = await Promise.all([
    bundle(source, join(source, "main.ts")),
    build({
      entryPoints: [join(source, "portal.css")],
      bundle: true,
      minify: true,
      target: browsers,
      legalComments: "none",
      write: false,
      logLevel: "warning",
    }),
    readFile(join(source, "index.html"), "utf8"),
  ]);
  const css = styles.outputFiles[0];
  if (css === undefined) throw new Error("esbuild wrote no styles for the portal");
  let { code } = main;
  const later = new Map<string, string>();
  for (const path of [...main.later].sort()) {
    const { code: part, later: deeper } = await bundle(source, path);
    if (deeper.size > 0) throw new Error(`${basename(path)} of the portal fetches more in its turn`);
    const hashed = hashedName(basename(path, ".ts"), part);
    code = code.replaceAll(`"${urlOf(path)}"`, `"./${hashed}"`);
    later.set(`assets/${hashed}`, part);
  }
  const scriptName = `assets/${hashedName("portal", code)}`;
  const html = page
    .replace(/\n\s*/g, "\n")
    .replace(/<link rel="stylesheet"[^>]*>/, () => `<style>${css.text.trim()}</style>`)
    .replace('src="main.ts"', `src="/${scriptName}"`);
  const files = new Map<string, string>([["index.html", html], [scriptName, code], ...later]);
  return writeBuild(folder, files, { zip: true });
}

/**
 * One module as one script. Modules that it imports when needed (`import()`) become separate scripts, named in `later`.
 * Scripts share no code, because a shared part would be one more request before the page appears.
 */
async function bundle(source: string, entry: string): Promise<{ code: string; later: Set<string> }> {
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
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    target: browsers,
    supported: { destructuring: true }, // only corner cases are wrong in those browsers, and none is met here
    conditions: ["production"],
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [leaveLater, minifyTemplates(source)],
    write: false,
    logLevel: "warning",
  });
  const output = outputFiles[0];
  if (output === undefined) throw new Error(`esbuild wrote no script for ${basename(entry)}`);
  return { code: output.text, later };
}

const urlOf = (path: string): string => `./${basename(path, ".ts")}.js`;

/** Our own digest: esbuild's also covers the paths of the sources, and the same portal must have the same name everywhere. */
function hashedName(name: string, code: string): string {
  return `${name}-${sha256Hex(code).slice(0, 10)}.js`;
}
