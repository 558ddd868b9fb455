/** `npm run scripts -- --version 7.22 --out DIR` writes every script for this RouterOS version, with sample values. */
import { createHash } from "node:crypto";
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkedVersions, dialectOf } from "./language/version-dialect.ts";
import { renderScripts } from "./render-scripts.ts";
import type { ImageRelease } from "./values/image-release.ts";
import { sampleImage, sampleValues } from "./values/sample-values.ts";
import { checkValues, isWebUrl, type ScriptValues } from "./values/script-values.ts";

const usage = `npm run scripts -- --version VERSION --out DIR [--values FILE.json] [--image FILE.tar [--image-url URL]]
  --version    ${checkedVersions.join(", ")} (or a newer patch release of these)
  --out        the folder for preflight.rsc, setup.rsc, verify.rsc, repair.rsc, remove.rsc and login.html
  --values     the site's values, instead of sample values
  --image      writes update-image.rsc too, for this archive (a .tar from npm run image; a .tar.gz for a board without a disk)
  --image-url  where routers fetch the archive (default: the site's hub, from its folder "images")`;

function main(words: readonly string[]): void {
  const options = readOptions(words);
  const found = dialectOf(options.version);
  const checked = checkValues(options.values === undefined ? sampleValues : readJson(options.values));
  if ("problem" in found) {
    refuse(found.problem);
  } else if ("problems" in checked) {
    refuse(...checked.problems.map(({ field, message }) => `${field}: ${message}`));
  } else {
    const scripts = renderScripts(checked.values, found.dialect, imageOf(options, checked.values));
    mkdirSync(options.out, { recursive: true });
    for (const [name, text] of Object.entries(scripts)) {
      const path = join(options.out, name);
      // The files contain the site's passwords. Writing does not change the mode of a file that already exists.
      writeFileSync(path, text, { mode: 0o600 });
      chmodSync(path, 0o600);
      console.log(path);
    }
  }
}

/** Null: `update-image.rsc` is not written. */
function imageOf({ image, imageUrl, values: file }: Options, { agent, hub }: ScriptValues): ImageRelease | null {
  if (image === undefined) {
    if (imageUrl !== undefined) throw new Error("--image-url needs --image");
    return file === undefined ? sampleImage : null;
  }
  if (agent.place === "hosted")
    throw new Error("--image: this site is hosted: its agent runs beside the hub, without an image");
  const { sha256, bytes } = measureFile(image, agent.disk === null);
  if (imageUrl === undefined && hub === null) throw new Error("--image-url is needed: this site has no hub");
  const url = imageUrl ?? `${hub?.url.replace(/\/+$/, "")}/v2/karibu-agent/archives/sha256:${sha256}`;
  if (!isWebUrl(url)) throw new Error("--image-url: must be an address with https or http");
  return { url, sha256, bytes };
}

/** Reads in pieces: the archive has some 110 MB. */
function measureFile(path: string, isPacked: boolean): { sha256: string; bytes: number } {
  const hash = createHash("sha256");
  const piece = Buffer.alloc(1024 * 1024);
  let bytes = 0;
  try {
    const file = openSync(path, "r");
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      if (bytes === 0 && (piece.readUInt16BE(0) === 0x1f8b) !== isPacked)
        throw new Error(
          isPacked
            ? "it is not compressed; a board without a disk needs the .tar.gz"
            : "it is compressed; routers need the uncompressed .tar",
        );
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
    closeSync(file);
  } catch (error) {
    throw new Error(`--image: ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (bytes === 0) throw new Error(`--image: ${path}: it is empty`);
  return { sha256: hash.digest("hex"), bytes };
}

interface Options {
  readonly version: string;
  readonly out: string;
  readonly values: string | undefined;
  readonly image: string | undefined;
  readonly imageUrl: string | undefined;
}

function readOptions(words: readonly string[]): Options {
  const text = { type: "string" } as const;
  const known = { version: text, out: text, values: text, image: text, "image-url": text };
  const { values } = parseArgs({ args: [...words], options: known, strict: true });
  if (values.version === undefined) throw new Error("--version is needed");
  if (values.out === undefined) throw new Error("--out is needed");
  const { version, out, image, "image-url": imageUrl } = values;
  return { version, out, values: values.values, image, imageUrl };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`--values: ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refuse(...problems: readonly string[]): void {
  for (const problem of problems) console.error(problem);
  process.exitCode = 2;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  refuse(error instanceof Error ? error.message : String(error), "", usage);
}
