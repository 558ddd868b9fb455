/** What the builds write, and how big it is: sizes are part of the product, so each build prints them. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export interface BuiltFile {
  /** Relative to the build's folder, `/` between parts. */
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/**
 * Replaces a folder by one with these files; `compress`: what is put beside each, for browsers. Who looks sees the old folder,
 * the new one or, for the instant between two renames, none, never half of one; also when several processes build it at once. It
 * is left alone where it already is what would be built.
 */
export async function writeBuild(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: { compress: readonly ("gz" | "br")[] },
): Promise<BuiltFile[]> {
  const built: BuiltFile[] = [];
  const wanted = new Map<string, Uint8Array>();
  for (const [name, content] of files) {
    const body = typeof content === "string" ? Buffer.from(content) : content;
    const gzipped = gzipSync(body, { level: 9 });
    wanted.set(name, body);
    if (options.compress.includes("gz")) wanted.set(`${name}.gz`, gzipped);
    // Browsers ask for it over HTTPS only, so the captive portal has no use for it.
    if (options.compress.includes("br")) wanted.set(`${name}.br`, brotliCompressSync(body));
    built.push({ name, bytes: body.length, gzipBytes: gzipped.length });
  }
  if (await isAlready(folder, wanted)) return built;
  await mkdir(dirname(folder), { recursive: true });
  const making = await mkdtemp(`${folder}.`);
  try {
    // A folder made as temporary is its maker's alone; the programs that serve a build may run as somebody else.
    await chmod(making, 0o755);
    for (const [name, body] of wanted) {
      await mkdir(dirname(join(making, name)), { recursive: true });
      await writeFile(join(making, name), body);
    }
    await putInPlace(making, folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return built;
}

async function isAlready(folder: string, wanted: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    if (entries.filter((entry) => entry.isFile()).length !== wanted.size) return false;
    for (const [name, body] of wanted) if (!(await readFile(join(folder, name))).equals(body)) return false;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** Two renames, because a folder with files in it can't be replaced by one; another process may come between them. */
async function putInPlace(made: string, folder: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const old = `${made}.old`;
    try {
      await rename(folder, old);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    try {
      return await rename(made, folder);
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "") || tries === 10) throw error;
    } finally {
      await rm(old, { recursive: true, force: true });
    }
  }
}

export function describeBuild(title: string, files: readonly BuiltFile[]): string {
  const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const lines = files.map(
    (file) => `  ${file.name.padEnd(36)} ${kb(file.bytes).padStart(11)} ${kb(file.gzipBytes).padStart(10)} gz`,
  );
  const total = files.reduce((sum, file) => ({ bytes: sum.bytes + file.bytes, gzip: sum.gzip + file.gzipBytes }), {
    bytes: 0,
    gzip: 0,
  });
  return `${title}: ${kb(total.bytes)}, ${kb(total.gzip)} gz\n${lines.join("\n")}\n`;
}
