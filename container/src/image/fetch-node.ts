/**
 * Node for the image: the build of nodejs.org as npm carries it, of the version and digest in this repository's lock file. Without its symbol tables (a
 * sixth of its size, nothing at run time), and without what `cut-node.ts` cuts (a third).
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import type { Architecture } from "./architectures.ts";
import { cutNode, cutParts } from "./cut-node.ts";
import { withoutSections } from "./elf-file.ts";
import type { LockedPackages } from "./locked-packages.ts";
import { readTar } from "./tar.ts";

const run = promisify(execFile);

export interface FetchedNode {
  readonly version: string;
  readonly program: Buffer;
  readonly licence: Buffer;
  /** What was left out of the file that its makers offer. */
  readonly without: readonly string[];
}

type Progress = (line: string) => void;

/**
 * The lock file decides which Node this is: its version, and the digest that the fetched package must have.
 * @param isWhole nothing is cut out of what is loaded, for a router whose kernel does not start the smaller file
 */
export async function fetchNode(
  architecture: Architecture,
  {
    lockedPackages,
    cache,
    progress,
    isWhole,
  }: { lockedPackages: LockedPackages; cache: string; progress: Progress; isWhole: boolean },
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
  if (isWhole) return { version, program: withoutSections(program), licence, without: ["symbols"] };
  return { version, program: cutNode(withoutSections(program)), licence, without: ["symbols", ...cutParts] };
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
