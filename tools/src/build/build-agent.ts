/**
 * The agent as one CommonJS file: on the router ESM costs some 4 MB more memory. `main.ts` must not await at top level.
 * Packages that are asked for but not needed at run time are replaced by nothing: `source-map-support` (a RouterOS client
 * requires it without listing it) and the native helpers of `ws`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { lazyBuiltins } from "./lazy-builtins.ts";
import { repositoryRoot } from "./repository.ts";

/** Null when there is no agent to build yet. */
export async function buildAgent(folder = join(repositoryRoot, "dist/agent")): Promise<BuiltFile[] | null> {
  const entry = join(repositoryRoot, "agent/src/main.ts");
  if (!existsSync(entry)) return null;
  const result = await build({
    // Names of modules stand in the file, relative to this: the same octets wherever it is built from, and wherever
    // `node_modules` leads by symbolic links.
    absWorkingDir: repositoryRoot,
    preserveSymlinks: true,
    entryPoints: [entry],
    bundle: true,
    // Names stay as they are: they stand in the traces that operators send us. Short names that remember the long ones
    // (`keepNames`) make a smaller file and a larger heap.
    minifyWhitespace: true,
    minifySyntax: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    conditions: ["production"],
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', "import.meta.url": "importMetaUrl" },
    banner: { js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
    plugins: [notNeeded, lazyBuiltins(["dns", "http", "https", "tls"])],
    outfile: join(folder, "agent.cjs"),
    write: false,
    logLevel: "warning",
  });
  const output = result.outputFiles[0];
  if (output === undefined) throw new Error("esbuild wrote no agent");
  refuseWideText(output.text);
  return writeBuild(folder, new Map([["agent.cjs", output.contents]]), { compress: [] });
}

/**
 * One character beyond ASCII (esbuild leaves those of a regular expression as they are) and V8 keeps the whole program as UTF-16: 0.65 MB
 * more on each router.
 */
function refuseWideText(program: string): void {
  const at = program.search(/[\u0080-\uffff]/);
  if (at >= 0)
    throw new Error(`the agent has a character beyond ASCII: …${program.slice(Math.max(0, at - 60), at + 20)}…`);
}

const notNeeded: Plugin = {
  name: "not-needed",
  setup(build) {
    build.onResolve({ filter: /^source-map-support$/ }, ({ path }) => ({ path, namespace: "nothing" }));
    build.onLoad({ filter: /./, namespace: "nothing" }, () => ({
      contents: "module.exports = { install() {} };",
      loader: "js",
    }));
    build.onResolve({ filter: /^(bufferutil|utf-8-validate)$/ }, ({ path }) => ({ path, external: true }));
  },
};
