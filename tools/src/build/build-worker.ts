/** The console's service worker, and what a home screen wants of the console: manifest and icons. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { drawIcon } from "./draw-icon.ts";

/**
 * Fetched later by the page, and needed to open it without the hub: the other language, what is refused, what stands around every page,
 * the page that says so, and who notices a new release.
 */
const neededAway = ["strings/sw.ts", "strings/sw-rest.ts", "strings/problem-words.ts"].concat(
  ["frame-parts.ts", "away-page.ts", "new-version.ts"].map((name) => `frame/${name}`),
);

/** Icons of home screens; `purpose` as the manifest has it, null: named by the page. */
const icons = [
  { name: "icon-192.png", sidePx: 192, isFilled: false, purpose: "any" },
  { name: "icon-512.png", sidePx: 512, isFilled: false, purpose: "any" },
  { name: "icon-filled-512.png", sidePx: 512, isFilled: true, purpose: "maskable" },
  { name: "apple-touch-icon.png", sidePx: 180, isFilled: true, purpose: null },
] as const;

/** @param source the console's folder. By their names. */
export async function buildHomeScreen(source: string): Promise<Map<string, string | Uint8Array>> {
  const svg = await readFile(join(source, "icon.svg"), "utf8");
  const manifest = {
    id: "./",
    name: "Karibu console",
    short_name: "Karibu",
    description: "Sell internet access on hotspots that keep selling.",
    start_url: "./",
    scope: "./",
    display: "standalone",
    background_color: "#fbf5ea",
    theme_color: "#0b5c4b",
    icons: [
      { src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
      ...icons.flatMap(({ name, sidePx, purpose }) =>
        purpose === null ? [] : [{ src: name, sizes: `${sidePx}x${sidePx}`, type: "image/png", purpose }],
      ),
    ],
    shortcuts: [{ name: "Sell", url: "./#/sell" }],
  };
  return new Map<string, string | Uint8Array>([
    ["manifest.webmanifest", JSON.stringify(manifest)],
    ...icons.map((icon) => [icon.name, drawIcon(svg, icon)] as const),
  ]);
}

/** Of all files of a release, by name and content. */
export function buildHash(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash("sha256");
  for (const name of [...files.keys()].toSorted()) hash.update(`${name}\n`).update(files.get(name) ?? "");
  return hash.digest("hex").slice(0, 16);
}

/**
 * @param meta of the console's build; its outputs lie below `assets/`
 * @param files the whole release
 */
export async function buildWorker(
  source: string,
  { meta, files, hash }: { meta: Metafile; files: ReadonlyMap<string, unknown>; hash: string },
): Promise<Uint8Array> {
  const names = [...files.keys()];
  const needed = withImports(meta, [join(source, "main.ts"), ...neededAway.map((name) => join(source, name))]);
  const isFirst = (name: string) =>
    name === "index.html" ||
    name === "icon.svg" ||
    name === "manifest.webmanifest" ||
    /\.css$/.test(name) ||
    needed.has(name);
  const shellFiles = {
    build: hash,
    first: names.filter(isFirst),
    later: names.filter((name) => !isFirst(name)),
  };
  const result = await build({
    entryPoints: [join(source, "service-worker.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome109", "safari16", "firefox115"],
    legalComments: "none",
    define: { shellFiles: JSON.stringify(shellFiles) },
    write: false,
    logLevel: "warning",
  });
  return (result.outputFiles[0] as { contents: Uint8Array }).contents;
}

/** The built names of these sources and of what they import at once. */
function withImports({ outputs }: Metafile, sources: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = Object.entries(outputs)
    .filter(([, { entryPoint }]) => entryPoint !== undefined && sources.some((source) => source.endsWith(entryPoint)))
    .map(([path]) => path);
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const name = `assets/${path.slice(path.lastIndexOf("/") + 1)}`;
    if (found.has(name)) continue;
    found.add(name);
    for (const { path: imported, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement") open.push(imported);
  }
  return found;
}
