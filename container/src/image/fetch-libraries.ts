/**
 * The C and C++ libraries that Node needs, from Debian: fetched by apt with a separate state (as any user, for any
 * processor, without a change of the machine's state), and used only if their digest is the one in `debian.lock.json`.
 */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sha256Hex } from "@karibu/protocol/hash";
import type { Architecture } from "./architectures.ts";
import type { TarEntry } from "./tar.ts";

const run = promisify(execFile);

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

export interface DebianLock {
  readonly suite: string;
  readonly packages: Readonly<Record<string, readonly DebianPackage[]>>;
}

type Progress = (line: string) => void;

const lockPath = new URL("../../debian.lock.json", import.meta.url);
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
/** The last two for their licence texts alone. */
const packageNames = ["libc6", "libstdc++6", "libgcc-s1", "gcc-12-base", "base-files"];
const libraryNames = [
  "libc.so.6",
  "libm.so.6",
  "libdl.so.2",
  "libpthread.so.0",
  "librt.so.1",
  "libresolv.so.2",
  "libnss_dns.so.2",
  "libnss_files.so.2",
  "libgcc_s.so.1",
  "libstdc++.so.6",
];

async function readDebianLock(): Promise<DebianLock> {
  return JSON.parse(await readFile(lockPath, "utf8"));
}

/** Libraries and licence texts, as they lie in the image. */
export async function fetchLibraries(
  architecture: Architecture,
  options: { cache: string; mirror: string; progress: Progress },
): Promise<{ files: TarEntry[]; packages: readonly DebianPackage[] }> {
  const lock = await readDebianLock();
  const packages = lock.packages[architecture.debian] ?? [];
  const archives = await cachedArchives(architecture, packages, { ...options, suite: lock.suite });
  const folder = await mkdtemp(join(options.cache, "unpack-"));
  try {
    for (const archive of archives) await run("dpkg-deb", ["-x", archive, folder]);
    return { files: await pick(architecture, folder), packages };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function pick(architecture: Architecture, root: string): Promise<TarEntry[]> {
  const folders = [`lib/${architecture.triplet}`, `usr/lib/${architecture.triplet}`];
  const find = async (name: string): Promise<Buffer> => {
    for (const folder of folders) {
      const path = await realpath(join(root, folder, name)).catch(() => null);
      if (path !== null) return readFile(path);
    }
    throw new Error(`Debian's packages lack ${name}`);
  };
  const entry = (name: string, content: Uint8Array, mode = 0o644): TarEntry => ({ name, content, mode });
  const files = [entry(architecture.loader, await find(architecture.loaderName), 0o755)];
  for (const name of libraryNames) files.push(entry(`lib/${name}`, await find(name)));
  const texts: Record<string, string> = {
    "glibc-copyright": "usr/share/doc/libc6/copyright",
    "gcc-libraries-copyright": "usr/share/doc/gcc-12-base/copyright",
    "LGPL-2.1": "usr/share/common-licenses/LGPL-2.1",
    "GPL-3": "usr/share/common-licenses/GPL-3",
  };
  for (const [name, path] of Object.entries(texts)) {
    files.push(entry(`licenses/${name}`, await readFile(join(root, path))));
  }
  return files;
}

/** Paths of the archives, in the lock's order; fetches what the cache lacks. */
async function cachedArchives(
  architecture: Architecture,
  packages: readonly DebianPackage[],
  { cache, mirror, suite, progress }: { cache: string; mirror: string; suite: string; progress: Progress },
): Promise<string[]> {
  await mkdir(cache, { recursive: true });
  const pathOf = ({ name, sha256 }: DebianPackage) => join(cache, `${name}-${architecture.debian}-${sha256}.deb`);
  const missing: DebianPackage[] = [];
  for (const wanted of packages) if ((await digestOf(pathOf(wanted))) !== wanted.sha256) missing.push(wanted);
  if (missing.length === 0) progress(`  Debian libraries: from the cache`);
  else {
    progress(`  Debian libraries: fetching ${missing.map(({ name }) => name).join(", ")}`);
    await inApt({ mirror, suite, cache }, async (apt) => {
      for (const wanted of missing) {
        const archive = await apt.download(`${wanted.name}:${architecture.debian}=${wanted.version}`).catch((error) => {
          const hint = "Debian no longer offers it? Renew the lock: npm run image -- --renew-libraries";
          throw new Error(`${wanted.name} ${wanted.version} can't be fetched. ${hint}\n${error.message}`);
        });
        if ((await digestOf(archive)) !== wanted.sha256) throw new Error(`${wanted.name} is not what the lock names`);
        await rename(archive, pathOf(wanted));
      }
    });
  }
  return packages.map(pathOf);
}

/** Writes the newest versions of the suite into the lock: security updates arrive so, and only so. */
export async function renewDebianLock(options: { cache: string; mirror: string; progress: Progress }): Promise<void> {
  const { suite } = await readDebianLock();
  await mkdir(options.cache, { recursive: true });
  const packages: Record<string, DebianPackage[]> = {};
  await inApt({ ...options, suite }, async (apt) => {
    for (const debian of ["amd64", "arm64"]) {
      packages[debian] = [];
      for (const name of packageNames) {
        const archive = await apt.download(`${name}:${debian}`);
        const { stdout } = await run("dpkg-deb", ["-f", archive, "Version"]);
        const sha256 = (await digestOf(archive)) as string;
        packages[debian].push({ name, version: stdout.trim(), sha256 });
        options.progress(`  ${name} ${stdout.trim()} ${debian}`);
        await rename(archive, join(options.cache, `${name}-${debian}-${sha256}.deb`));
      }
    }
  });
  await writeFile(lockPath, `${JSON.stringify({ suite, packages }, null, 2)}\n`);
}

/** apt with separate lists, cache and sources, which are deleted afterwards. Signatures are checked with Debian's keyring. */
async function inApt(
  { mirror, suite, cache }: { mirror: string; suite: string; cache: string },
  work: (apt: { download(wanted: string): Promise<string> }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(cache, "apt-"));
  try {
    for (const name of ["state/lists/partial", "cache/archives/partial", "download", "none"]) {
      await mkdir(join(folder, name), { recursive: true });
    }
    const source = (path: string, name: string) => `deb [signed-by=${keyring}] ${mirror}/${path} ${name} main\n`;
    const sources = source("debian", suite) + source("debian-security", `${suite}-security`);
    await writeFile(join(folder, "sources.list"), sources);
    await writeFile(join(folder, "status"), "");
    const settings = [
      `APT::Architecture "amd64";`,
      `APT::Architectures {"amd64";"arm64";};`,
      `APT::Sandbox::User "root";`,
      `Acquire::Retries "3";`,
      `Acquire::Languages "none";`,
      `Dir::State "${folder}/state";`,
      `Dir::State::status "${folder}/status";`,
      `Dir::Cache "${folder}/cache";`,
      `Dir::Etc::sourcelist "${folder}/sources.list";`,
      `Dir::Etc::sourceparts "${folder}/none";`,
    ];
    await writeFile(join(folder, "apt.conf"), `${settings.join("\n")}\n`);
    const env = { ...process.env, APT_CONFIG: join(folder, "apt.conf") };
    await run("apt-get", ["-q", "update"], { env });
    await work({
      async download(wanted) {
        const to = join(folder, "download");
        await run("apt-get", ["-q", "download", wanted], { env, cwd: to });
        const [name] = await readdir(to);
        if (name === undefined) throw new Error(`apt brought no ${wanted}`);
        const path = join(folder, name);
        await rename(join(to, name), path);
        return path;
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function digestOf(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : sha256Hex(bytes);
}
