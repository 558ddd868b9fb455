/**
 * Node for the image: the build of nodejs.org as npm carries it, of the version and digest in this repository's lock file.
 * Stripped of its symbol tables (a sixth of its size, nothing at run time) where the tool for that processor is at hand.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Architecture } from "./architectures.ts";
import type { LockedPackages } from "./locked-packages.ts";
import { readTar } from "./tar.ts";

const run = promisify(execFile);

export interface FetchedNode {
  readonly version: string;
  readonly program: Buffer;
  readonly licence: Buffer;
  /** The first line of the tool's version text; null: not stripped. */
  readonly strippedBy: string | null;
}

type Progress = (line: string) => void;

/** The lock file decides which Node this is: its version, and the digest that the fetched package must have. */
export async function fetchNode(
  architecture: Architecture,
  { lockedPackages, cache, progress }: { lockedPackages: LockedPackages; cache: string; progress: Progress },
): Promise<FetchedNode> {
  const { version, integrity } = lockedPackages[`node_modules/${architecture.nodePackage}`] ?? {};
  if (version === undefined || integrity === undefined) {
    throw new Error(`package-lock.json lacks ${architecture.nodePackage}`);
  }
  const archive = await cachedPackage(architecture.nodePackage, { version, integrity, cache, progress });
  let program: Buffer | null = null;
  let licence: Buffer | null = null;
  for (const { name, content } of readTar(gunzipSync(archive))) {
    if (name === "package/bin/node") program = content;
    if (name === "package/LICENSE") licence = content;
  }
  if (program === null || licence === null)
    throw new Error(`${architecture.nodePackage}: no program or no licence inside`);
  if (program.readUInt16LE(18) !== architecture.elfMachine) {
    throw new Error(`${architecture.nodePackage}: its program is for another processor`);
  }
  const tool = await findStrip(architecture);
  if (tool === null) {
    progress(`  not stripped, 18 MB larger: no strip for ${architecture.name} here (binutils-${architecture.triplet})`);
    return { version, program, licence, strippedBy: null };
  }
  return { version, program: await strip(program, tool.program, cache), licence, strippedBy: tool.title };
}

async function cachedPackage(
  name: string,
  { version, integrity, cache, progress }: { version: string; integrity: string; cache: string; progress: Progress },
): Promise<Buffer> {
  const path = join(cache, `${name}-${version}.tgz`);
  const kept = await readFile(path).catch(() => null);
  if (kept !== null && hasIntegrity(kept, integrity)) {
    progress(`  ${name} ${version}: from the cache`);
    return kept;
  }
  progress(`  ${name} ${version}: fetching, about 50 MB`);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "fetch-"));
  try {
    const to = ["--pack-destination", folder, "--silent"];
    const { stdout } = await run("npm", ["pack", `${name}@${version}`, ...to], { cwd: folder });
    const fetched = join(folder, stdout.trim().split("\n").at(-1) as string);
    const archive = await readFile(fetched);
    if (!hasIntegrity(archive, integrity)) throw new Error(`${name} ${version} is not what package-lock.json names`);
    await rename(fetched, path);
    return archive;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function hasIntegrity(bytes: Uint8Array, integrity: string): boolean {
  const [algorithm, digest] = integrity.split("-") as [string, string];
  return createHash(algorithm).update(bytes).digest("base64") === digest;
}

async function findStrip(architecture: Architecture): Promise<{ program: string; title: string } | null> {
  const native = { arm64: "arm64", amd64: "x64" }[architecture.name] === process.arch && process.platform === "linux";
  for (const program of [`${architecture.triplet}-strip`, ...(native ? ["strip"] : [])]) {
    try {
      const { stdout } = await run(program, ["--version"]);
      return { program, title: stdout.split("\n")[0] ?? program };
    } catch {} // not here: the next one
  }
  return null;
}

async function strip(program: Buffer, tool: string, cache: string): Promise<Buffer> {
  const folder = await mkdtemp(join(cache, "strip-"));
  try {
    const path = join(folder, "node");
    await writeFile(path, program);
    await run(tool, ["--strip-all", path]);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
