/** The built portal, read once at start: it is small, and flash is slow. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256 } from "@karibu/protocol/hash";
import type { StaticFile, StaticFiles } from "../../ground/http.ts";

const contentTypes: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
};

/** What a release keeps of the agent itself below the portal's folder. Nobody gets it, and it is not kept in memory. */
const partsOfAgent = "agent-parts/";

/** Empty when the folder is not there: the portal then says so, and the rest of the agent still works. */
export async function readStaticFiles(folder: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  for (const name of await listFiles(folder)) {
    if (name.endsWith(".gz") || name.startsWith(partsOfAgent)) continue;
    const body = await readFile(join(folder, name));
    const contentType = contentTypes[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
    files.set(name === "index.html" ? "/" : `/${name}`, {
      contentType,
      body,
      gzip: await readFile(join(folder, `${name}.gz`)).catch(() => null),
      immutable: name.startsWith("assets/"),
      styleHashes: name.endsWith(".html") ? styleHashes(body.toString("utf8")) : [],
    });
  }
  return files;
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length)
          .replace(/^[\\/]+/, "")
          .replaceAll("\\", "/"),
      )
      .sort();
  } catch {
    return [];
  }
}

/** @see CSP Level 3 §6.7.2.3: the hash is over the text between the tags, as it stands. */
export function styleHashes(html: string): string[] {
  const hashes: string[] = [];
  for (const match of html.matchAll(/<style>([\s\S]*?)<\/style>/g)) {
    hashes.push(`'sha256-${sha256(match[1] as string).toString("base64")}'`);
  }
  return hashes;
}
