/** Builds what an image holds of ours: launcher, release, licence. The container package only arranges the files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type AgentRelease, createApplicationLayer } from "@karibu/container/image/application-layer";
import type { TarEntry } from "@karibu/container/image/tar";
import { build } from "esbuild";
import { versionOf } from "./build-release.ts";
import { lazyBuiltins } from "./lazy-builtins.ts";
import { repositoryRoot } from "./repository.ts";

/** `base`: what else the release depends on, e.g. the version of Node. */
export async function buildApplicationLayer(
  release: AgentRelease,
  { publicKey, base }: { publicKey: string; base: string },
): Promise<TarEntry[]> {
  return createApplicationLayer({
    release,
    launcher: await buildLauncher(),
    imageVersion: await versionOf("container"),
    licence: await readFile(join(repositoryRoot, "LICENSE")),
    publicKey,
    base,
  });
}

/** The launcher as one CommonJS file. */
async function buildLauncher(): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [join(repositoryRoot, "container/src/launcher/main.ts")],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    legalComments: "none",
    // The launcher needs none of these before it has started the agent.
    plugins: [lazyBuiltins(["crypto", "dgram", "net", "zlib"])],
    write: false,
    logLevel: "warning",
  });
  const output = result.outputFiles[0];
  if (output === undefined) throw new Error("esbuild wrote no launcher");
  return output.contents;
}
