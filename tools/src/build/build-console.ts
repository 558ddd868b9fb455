/** The operators' console, once it is there: pages load lazily, so the script is split. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import * as everyLanguage from "@karibu/portal/strings/every-language";
import { build } from "esbuild";
import { buildHash, buildHomeScreen, buildWorker } from "./build-worker.ts";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { guidesPlugin } from "./guides-plugin.ts";
import { leanWebAwesome } from "./lean-web-awesome.ts";
import { type Built, mergeScripts } from "./merge-scripts.ts";
import { minifyTemplates } from "./minify-templates.ts";
import { repositoryRoot } from "./repository.ts";
import { readSplit, splitWords } from "./split-words.ts";

const portalLanguages = Object.fromEntries(Object.entries(everyLanguage).map(([one, { name }]) => [one, name]));

const browsers = ["chrome109", "safari16", "firefox115"] as const;

/** What comes as one script each, in this order: the log-in, what stands around every page, Home, what opens at a press. */
const oneScriptEach = [
  ...["main.ts", "frame/frame-parts.ts", "pages/home/home-page.ts"],
  "components/overlay/overlays.ts",
].map((path) => `cloud/console/src/${path}`);

/**
 * Null when there is no console to build. `index.html` beside the entry is the frame; its `/main.js` and `/console.css`
 * become the built, hashed names. Pictures beside it are copied. The worker keeps the shell of this very build.
 */
export async function buildConsole(folder = join(repositoryRoot, "dist/console")): Promise<BuiltFile[] | null> {
  const source = join(repositoryRoot, "cloud/console/src");
  const entry = join(source, "main.ts");
  if (!existsSync(entry)) return null;
  const { plugin: wordsPlugin, addWords } = splitWords(source, await readSplit(source));
  const built = await build({
    entryPoints: [entry, join(source, "console.css")],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: [...browsers],
    conditions: ["production"],
    legalComments: "none",
    define: {
      "process.env.NODE_ENV": '"production"',
      karibuPortalLanguages: JSON.stringify(portalLanguages),
    },
    plugins: [wordsPlugin, minifyTemplates(source, addWords), guidesPlugin, leanWebAwesome],
    entryNames: "assets/[name]-[hash]",
    chunkNames: "assets/[name]-[hash]",
    assetNames: "assets/[name]-[hash]",
    outdir: folder,
    metafile: true,
    absWorkingDir: repositoryRoot,
    write: false,
    logLevel: "warning",
  });
  // The log-in comes as one script, and Home as one more.
  let result: Built = built;
  for (const [at, entry] of oneScriptEach.entries())
    result = await mergeScripts(result, { entry, there: oneScriptEach.slice(0, at), target: browsers });
  const files = new Map<string, string | Uint8Array>();
  let page = await readFile(join(source, "index.html"), "utf8");
  for (const output of result.outputFiles) {
    const name = relative(folder, output.path).replaceAll("\\", "/");
    files.set(name, output.contents);
    if (/^assets\/main-[^/]*\.js$/.test(name)) page = page.replace("/main.js", `/${name}`);
    if (/^assets\/console-[^/]*\.css$/.test(name)) page = page.replace("/console.css", `/${name}`);
  }
  const boot = await buildBoot(source, folder);
  files.set(boot.name, boot.contents);
  page = page.replace("/boot.js", `/${boot.name}`);
  for (const name of await readdir(source)) {
    if (/\.(svg|png|ico)$/.test(name)) files.set(name, await readFile(join(source, name)));
  }
  for (const [name, content] of await buildHomeScreen(source)) files.set(name, content);
  files.set("index.html", page);
  const hash = buildHash(files);
  files.set("index.html", page.replace('name="karibu-build" content=""', `name="karibu-build" content="${hash}"`));
  files.set("worker.js", await buildWorker(source, { meta: result.metafile, files, hash }));
  return writeBuild(folder, files, { compress: ["gz", "br"] });
}

/** The page's first script runs before the rest is drawn: no module. */
async function buildBoot(source: string, folder: string) {
  const { outputFiles } = await build({
    entryPoints: [join(source, "boot.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    target: [...browsers],
    entryNames: "assets/[name]-[hash]",
    outdir: folder,
    write: false,
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("the console's first script was not built");
  return { name: relative(folder, output.path).replaceAll("\\", "/"), contents: output.contents };
}
