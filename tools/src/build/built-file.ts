/** What the builds write, and how big it is: sizes are part of the product, so each build prints them. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

export interface BuiltFile {
  /** Relative to the build's folder, `/` between parts. */
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** Replaces a folder's content by these files; those that a browser fetches get their `.gz` beside them. */
export async function writeBuild(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: { zip: boolean },
): Promise<BuiltFile[]> {
  await rm(folder, { recursive: true, force: true });
  const built: BuiltFile[] = [];
  for (const [name, content] of files) {
    const body = typeof content === "string" ? Buffer.from(content) : content;
    const zipped = gzipSync(body, { level: 9 });
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    if (options.zip) await writeFile(`${path}.gz`, zipped);
    built.push({ name, bytes: body.length, gzipBytes: zipped.length });
  }
  return built;
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
