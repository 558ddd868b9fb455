/** The customers' own page and the page behind a payment link: one script and one style sheet, served by the hub below `/my`. */
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { build } from "esbuild";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { minifyTemplates } from "./minify-templates.ts";
import { repositoryRoot } from "./repository.ts";

/** `index.html` beside the entry is the frame; its `/main.js` and `/my.css` become the built, hashed names. */
export async function buildMy(folder = join(repositoryRoot, "dist/my")): Promise<BuiltFile[]> {
  const source = join(repositoryRoot, "cloud/my/src");
  const result = await build({
    entryPoints: [join(source, "main.ts"), join(source, "my.css")],
    bundle: true,
    minify: true,
    format: "esm",
    // Phones that are years old, but the system's browser and not a captive one.
    target: ["chrome87", "safari14", "firefox90"],
    supported: { destructuring: true }, // only corner cases are wrong in those browsers, and none is met here
    conditions: ["production"],
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [minifyTemplates(source)],
    entryNames: "assets/[name]-[hash]",
    outdir: folder,
    write: false,
    logLevel: "warning",
  });
  const files = new Map<string, string | Uint8Array>();
  let page = await readFile(join(source, "index.html"), "utf8");
  for (const output of result.outputFiles) {
    const name = relative(folder, output.path).replaceAll("\\", "/");
    files.set(name, output.contents);
    page = page.replace(/^assets\/main-[^/]*\.js$/.test(name) ? "/main.js" : "/my.css", `/my/${name}`);
  }
  files.set("index.html", page);
  return writeBuild(folder, files, { compress: ["gz", "br"] });
}
