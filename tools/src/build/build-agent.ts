/** The agent as CommonJS: on the router ESM costs some 4 MB more memory. `main.ts` must not await at top level. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BuiltFile, writeBuild } from "./built-file.ts";
import { lazyBuiltins } from "./lazy-builtins.ts";
import { notNeeded } from "./not-needed.ts";
import { repositoryRoot } from "./repository.ts";
import { type SplitProgram, splitProgram } from "./split-agent.ts";

/** Where a release has the parts: launchers of older images unpack what lies below `portal/`, and of the agent its program alone. */
export const partsOfRelease = "portal/agent-parts";

/** Null when there is no agent to build yet. */
export async function buildAgent(folder = join(repositoryRoot, "dist/agent")): Promise<BuiltFile[] | null> {
  if (!existsSync(join(repositoryRoot, sources.main))) return null;
  const { core, parts } = await splitAgent();
  const files = new Map([["agent.cjs", core]]);
  for (const [name, text] of parts) files.set(`parts/${name}`, text);
  return writeBuild(folder, files, { compress: [] });
}

const sources = { main: "agent/src/main.ts", loader: "agent/src/ground/part-loader.ts" };

/** The program, and the parts that it loads when they are asked for. */
export async function splitAgent(): Promise<SplitProgram> {
  const place = {
    main: join(repositoryRoot, sources.main),
    loader: join(repositoryRoot, sources.loader),
    folders: ['__dirname+"/parts"', `__dirname+"/../${partsOfRelease}"`],
  };
  return await splitProgram(place, {
    // Names of modules stand in the file, relative to this: the same octets wherever it is built from, and wherever
    // `node_modules` leads by symbolic links.
    absWorkingDir: repositoryRoot,
    preserveSymlinks: true,
    // Names stay as they are, but for those of variables and parameters, which `splitProgram` shortens: functions and classes stand in the
    // traces that operators send us. Short names that remember the long ones (`keepNames`) make a smaller file and a larger heap.
    minifyWhitespace: true,
    minifySyntax: true,
    platform: "node",
    target: "node24",
    conditions: ["production"],
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"', "import.meta.url": "importMetaUrl" },
    plugins: [notNeeded, lazyBuiltins(["dns", "http", "https", "tls"])],
    logLevel: "warning",
  });
}
