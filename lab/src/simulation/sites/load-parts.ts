/**
 * The agent loads some of its parts when they are asked for. That takes real time, and in the middle of a story virtual time would go on meanwhile: the
 * first story of a process would be another one than the same story later. So all parts are loaded before.
 */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const agentFolder = fileURLToPath(new URL("../../../../agent/src", import.meta.url));

let loaded: Promise<void> | null = null;

export function loadParts(): Promise<void> {
  loaded ??= loadAll();
  return loaded;
}

async function loadAll(): Promise<void> {
  for (const name of await readdir(agentFolder, { recursive: true })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const path = join(agentFolder, name);
    for (const [, part = ""] of (await readFile(path, "utf8")).matchAll(/\bimport\("(\.{1,2}\/[^"]+)"\)/g))
      await import(pathToFileURL(join(dirname(path), part)).href);
  }
}
