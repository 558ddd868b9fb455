/** One commit gives the same bytes wherever it is built: names of assets and the image's id are made of them. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { sha256Hex } from "@karibu/protocol/hash";
import { expect, test } from "vitest";
import { repositoryRoot } from "./repository.ts";

const run = promisify(execFile);
const packages = ["protocol", "agent", "cloud", "portal", "cli", "lab", "tools", "container", "routeros-scripts"];

/** The sources alone, with packages of its own: what is installed is shared. */
async function copyTo(folder: string): Promise<void> {
  await mkdir(join(folder, "node_modules/@karibu"), { recursive: true });
  for (const name of packages) {
    await cp(join(repositoryRoot, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/[/\\](node_modules|dist|\.cache)$/.test(path),
    });
  }
  const own = join(repositoryRoot, "node_modules/@karibu");
  for (const name of await readdir(own))
    await symlink(await readlink(join(own, name)), join(folder, "node_modules/@karibu", name));
  for (const name of ["package.json", "package-lock.json", "tsconfig.json", "docs", "LICENSE"])
    await cp(join(repositoryRoot, name), join(folder, name), { recursive: true });
  for (const name of await readdir(join(repositoryRoot, "node_modules")))
    if (name !== "@karibu")
      await symlink(join(repositoryRoot, "node_modules", name), join(folder, "node_modules", name));
}

/** By name, the hash of each file that the build writes. */
async function built(folder: string): Promise<Record<string, string>> {
  await run(process.execPath, [join(folder, "tools/src/build/main.ts")], { cwd: folder, maxBuffer: 10e6 });
  const entries = await readdir(join(folder, "dist"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // The console's names are made of paths, too, of packages that lie outside of these copies: what a router gets is compared.
  const ofRouter = files.filter((path) => /\/dist\/(portal|agent)\//.test(path));
  const hashes = ofRouter.toSorted().map(async (path) => {
    return [path.slice(folder.length + 1), sha256Hex(await readFile(path))] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}

test("portal and agent are the same bytes from two folders of different length, under the same names", async () => {
  const root = await mkdtemp(join(tmpdir(), "karibu-two-"));
  try {
    const folders = [join(root, "a"), join(root, "another-folder-with-a-much-longer-name/and-deeper/checkout")];
    const [one, other] = await Promise.all(
      folders.map(async (folder) => {
        await copyTo(folder);
        return built(folder);
      }),
    );
    expect(Object.keys(one ?? {}).length).toBeGreaterThan(20);
    expect(other).toEqual(one);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}, 300_000);
