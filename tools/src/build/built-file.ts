/** What the builds write, and how big it is: sizes are part of the product, so each build prints them. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

export interface BuiltFile {
  /** Relative to the build's folder, `/` between parts. */
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

const compressions = {
  gz: (body: Uint8Array) => gzipSync(body, { level: 9 }),
  // Browsers ask for it over HTTPS only, so the captive portal has no use for it.
  br: (body: Uint8Array) => brotliCompressSync(body),
};

/** Replaces a folder's content by these files; `compress`: what is put beside each, for browsers. */
export async function writeBuild(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  options: { compress: readonly (keyof typeof compressions)[] },
): Promise<BuiltFile[]> {
  await rm(folder, { recursive: true, force: true });
  const built: BuiltFile[] = [];
  for (const [name, content] of files) {
    const body = typeof content === "string" ? Buffer.from(content) : content;
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    for (const ending of options.compress) await writeFile(`${path}.${ending}`, compressions[ending](body));
    built.push({ name, bytes: body.length, gzipBytes: compressions.gz(body).length });
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
