/** Portal, console and customers' page, built anew only where something that goes into them has changed since the last start. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@karibu/protocol/hash";
import { buildConsole } from "../build/build-console.ts";
import { buildMy } from "../build/build-my.ts";
import { buildPortal } from "../build/build-portal.ts";
import { repositoryRoot } from "../build/repository.ts";

/** Whose files go into a page, or say how it is built; the packages from outside are named by the lock file. */
const sources = ["protocol/src", "portal", "cloud/console", "cloud/my", "agent/src", "tools/src/build"];
const alone = ["package-lock.json"];
const built = ["dist/portal", "dist/console", "dist/my"];
const noteFile = join(repositoryRoot, "dist/pages-of");

/** @returns false: they were there */
export async function buildPages(): Promise<boolean> {
  const print = fingerprint(sources, alone);
  const isThere = built.every((folder) => existsSync(join(repositoryRoot, folder)));
  if (isThere && existsSync(noteFile) && readFileSync(noteFile, "utf8") === print) return false;
  rmSync(noteFile, { force: true });
  await Promise.all([buildPortal(), buildConsole(), buildMy()]);
  mkdirSync(join(repositoryRoot, "dist"), { recursive: true });
  writeFileSync(noteFile, print);
  return true;
}

/** Of names, sizes and times: an edit changes one of them. */
export function fingerprint(folders: readonly string[], files: readonly string[], root = repositoryRoot): string {
  const about = (path: string) => {
    const { size, mtimeMs } = statSync(join(root, path));
    return `${path} ${size} ${mtimeMs}`;
  };
  const inFolder = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.name === "node_modules" || /\.test\.ts$/.test(entry.name)) return [];
      return entry.isDirectory() ? inFolder(path) : [about(path)];
    });
  return sha256Hex([...folders.flatMap(inFolder), ...files.map(about)].sort().join("\n"));
}
