/** Ours: launcher, agent, portal, and the keys that updates must be signed with. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAgent } from "@karibu/lab/build/build-agent";
import { buildPortal } from "@karibu/lab/build/build-portal";
import { lazyBuiltins } from "@karibu/lab/build/lazy-builtins";
import { repositoryRoot } from "@karibu/lab/build/repository";
import { build } from "esbuild";
import type { TarEntry } from "./tar.ts";

/** The agent's release: what an image holds below `/karibu`, and a bundle holds alone. */
export async function buildRelease(): Promise<{ version: string; files: Map<string, Uint8Array> }> {
  const folder = await mkdtemp(join(tmpdir(), "karibu-release-"));
  try {
    await buildAgent(join(folder, "agent"));
    await buildPortal(join(folder, "portal"));
    const files = new Map<string, Uint8Array>();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(folder.length + 1).replaceAll("\\", "/"), await readFile(path));
    }
    return { version: await versionOf("agent"), files };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `base`: what else a release depends on, e.g. the version of Node; with another one it has to prove itself anew. */
export async function buildApplicationLayer(
  release: { version: string; files: ReadonlyMap<string, Uint8Array> },
  { publicKey, base }: { publicKey: string; base: string },
): Promise<TarEntry[]> {
  const launcher = await buildLauncher();
  const imageVersion = await versionOf("container");
  const digest = createHash("sha256").update(`${base}\n`).update(launcher);
  for (const [name, content] of [...release.files].sort()) digest.update(`${name}\n`).update(content);
  const id = `image-${imageVersion}-${digest.digest("hex").slice(0, 12)}`;
  const facts = { imageVersion, agentVersion: release.version, id };
  const entry = (name: string, content: string | Uint8Array): TarEntry => ({
    name,
    content: Buffer.from(content),
    mode: 0o644,
  });
  return [
    entry("karibu/launcher.cjs", launcher),
    entry("karibu/image.json", `${JSON.stringify(facts)}\n`),
    entry("karibu/release-keys", publicKey),
    entry("licenses/karibu", await readFile(join(repositoryRoot, "LICENSE"))),
    ...[...release.files].map(([name, content]) => entry(`karibu/${name}`, content)),
  ];
}

export async function versionOf(workspace: "agent" | "container"): Promise<string> {
  return JSON.parse(await readFile(join(repositoryRoot, workspace, "package.json"), "utf8")).version;
}

export async function buildLauncher(): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: repositoryRoot,
    entryPoints: [fileURLToPath(new URL("../launcher/main.ts", import.meta.url))],
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    legalComments: "none",
    // None of it is needed before the agent has been started.
    plugins: [lazyBuiltins(["crypto", "dgram", "net", "zlib"])],
    write: false,
    logLevel: "warning",
  });
  const output = result.outputFiles[0];
  if (output === undefined) throw new Error("esbuild wrote no launcher");
  return output.contents;
}
