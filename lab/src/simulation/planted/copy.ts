/** A copy of the repository's sources in a temporary folder, in which faults are planted: the sources themselves never have one. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { PlantedFault } from "./fault.ts";

export const root = join(import.meta.dirname, "../../../..");

export interface Copy {
  readonly folder: string;
  /** Throws where what it replaces does not stand there once. */
  plant(fault: PlantedFault): void;
  takeOut(fault: PlantedFault): void;
  remove(): void;
}

const notSources = new Set(["node_modules", ".git"]);
/** Of the root: what builds and `npm start` write. */
const written = new Set(["dist", "data"]);

export function copySources(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "karibu-planted-"));
  cpSync(root, folder, {
    recursive: true,
    filter: (source) => {
      const path = relative(root, source).split("/");
      return !notSources.has(path.at(-1) ?? "") && !(path.length === 1 && written.has(path[0] ?? ""));
    },
  });
  linkPackages(folder);
  const read = ({ patch }: PlantedFault) => readFileSync(join(root, patch.file), "utf8");
  const write = ({ patch }: PlantedFault, text: string) => writeFileSync(join(folder, patch.file), text);
  return {
    folder,
    plant: (fault) => write(fault, patched(read(fault), fault)),
    takeOut: (fault) => write(fault, read(fault)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Our own packages are those of the copy; all others are where they were installed. */
function linkPackages(folder: string): void {
  const [installed, linked] = [join(root, "node_modules"), join(folder, "node_modules")];
  mkdirSync(linked);
  for (const name of readdirSync(installed)) {
    if (name === "@karibu")
      cpSync(join(installed, name), join(linked, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(installed, name), join(linked, name));
  }
}

export function patched(text: string, { patch }: Pick<PlantedFault, "patch">): string {
  const times = text.split(patch.from).length - 1;
  if (times !== 1)
    throw new Error(`${patch.file}: what a planted fault replaces stands there ${times} times: ${patch.from}`);
  return text.replace(patch.from, () => patch.to);
}
