/**
 * The portal: `index.html` with its styles inside (one request shows the frame), one script for the first view, the words of each
 * language (a phone fetches its own), and scripts for later (the pages that the first view does not need). Written for captive
 * browsers, which are years behind: Chrome 61 (the first with modules), iOS 12. Below that is the agent's page without scripts.
 */

import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as everyLanguage from "@karibu/portal/strings/every-language";
import { sha256Hex } from "@karibu/protocol/hash";
import { build } from "esbuild";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { minifyTemplates } from "./minify-templates.ts";
import { repositoryRoot } from "./repository.ts";
import { entryOf, filesOf, namesForLater, rewriteShared, sharedFrom } from "./shared-scripts.ts";
import { shortNames } from "./short-names.ts";

const browsers = ["chrome61", "ios12", "firefox68"];

/** A script that is fetched when it is needed (`portal/src/load-part.ts`), under its name. */
interface Part {
  readonly name: string;
  /** Its module, and what of it the script lays down. */
  readonly path: string;
  readonly exports: readonly string[];
}

const parts: readonly Part[] = [
  { name: "later", path: "pages/later.ts", exports: ["createLaterPages"] },
  { name: "way-words", path: "strings/way-words.ts", exports: ["inWay"] },
  // A language is one file: a phone fetches of it what it needs, when it needs it.
  ...Object.keys(everyLanguage).flatMap((language) => {
    const path = `strings/${language}.ts`;
    return [
      { name: language, path, exports: ["first"] },
      { name: `${language}-later`, path, exports: ["later"] },
      { name: `${language}-ways`, path, exports: ["page", "elsewhere"] },
    ];
  }),
];

const languageNames = Object.fromEntries(Object.entries(everyLanguage).map(([language, { name }]) => [language, name]));

export async function buildPortal(folder = join(repositoryRoot, "dist/portal")): Promise<BuiltFile[]> {
  const source = join(repositoryRoot, "portal/src");
  const entry = join(source, "main.ts");
  const [alone, css, laterCss, page] = await Promise.all([
    bundle(source, { contents: entryOf(entry, []), shared: new Set() }),
    bundleStyles(join(source, "portal.css")),
    bundleStyles(join(source, "later.css")),
    readFile(join(source, "index.html"), "utf8"),
  ]);
  const built = await Promise.all(
    parts.map(async ({ name, path, exports }) => {
      const contents = partOf(join(source, path), name, exports);
      return { name, code: (await bundle(source, { contents, shared: alone.inputs })).code };
    }),
  );
  const names = namesForLater(built.map(({ code }) => code));
  const main = await bundle(source, { contents: entryOf(entry, names), shared: new Set() });
  // One version for scripts that name each other: a change of one is a change of all. Of the code as it is written but for the version itself:
  // before, the parts name the first script's modules by where the checkout stands.
  const written = built.map(({ code }) => rewriteShared(code, names, ""));
  const version = sha256Hex(JSON.stringify([main.code, laterCss, ...written])).slice(0, 10);
  const scriptName = `portal-${version}.js`;
  const laterCssName = `assets/later-${sha256Hex(laterCss).slice(0, 10)}.css`;
  const code = main.code.replace('"later.css"', `"/${laterCssName}"`).replace("karibu-version", version);
  const files = new Map([[laterCssName, laterCss]]);
  for (const part of built)
    files.set(`assets/${part.name}-${version}.js`, rewriteShared(part.code, names, `./${scriptName}`));
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

/** The entry of a part: what it has goes where `load-part.ts` looks for it. */
function partOf(path: string, name: string, exports: readonly string[]): string {
  const names = exports.join(", ");
  return `import { ${names} } from ${JSON.stringify(path)}; window.karibuParts[${JSON.stringify(name)}] = { ${names} };`;
}

interface Bundle {
  readonly code: string;
  /** Every module of which something is in it. */
  readonly inputs: ReadonlySet<string>;
}

/** An entry as one script. What is in the set `shared` is imported from the first script, which a phone has by then. */
async function bundle(
  source: string,
  { contents, shared }: { contents: string; shared: ReadonlySet<string> },
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents,
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
    define: {
      "process.env.NODE_ENV": '"production"',
      globalThis: "window",
      karibuLanguages: JSON.stringify(languageNames),
    },
    plugins: [sharedFrom(shared), minifyTemplates(source)],
    metafile: true,
    write: false,
    logLevel: "warning",
    ...shortNames,
  });
  const output = outputFiles[0];
  if (output === undefined) throw new Error(`esbuild wrote no script for: ${contents}`);
  const [written] = Object.values(metafile.outputs);
  return { code: output.text, inputs: filesOf(written?.inputs ?? {}, repositoryRoot) };
}
