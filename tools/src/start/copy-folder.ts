/** Copies a folder of some hundred MB beside other work: the process answers meanwhile, and tells how far it is. */
import { constants } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

export interface Copied {
  readonly doneBytes: number;
  readonly allBytes: number;
}

/** As many as the runtime has threads for: more would only wait. */
const atOnce = 4;

/**
 * @param tell after each file
 * @throws what the file system says of the first file that can't be copied: what was copied before it lies at `to`
 */
export async function copyFolder(from: string, to: string, tell: (copied: Copied) => void = () => {}): Promise<void> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const nameOf = (entry: (typeof entries)[number]) => join(entry.parentPath, entry.name).slice(from.length + 1);
  const folders = entries.filter((each) => each.isDirectory()).map(nameOf);
  for (const name of ["", ...folders]) {
    const { mode } = await stat(join(from, name));
    await mkdir(join(to, name), { recursive: true, mode });
  }
  const files = entries.filter((each) => each.isFile()).map(nameOf);
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(from, name))).size));
  const allBytes = sizes.reduce((sum, bytes) => sum + bytes, 0);
  let doneBytes = 0;
  let next = 0;
  const copySome = async () => {
    while (next < files.length) {
      const at = next++;
      const name = files[at] as string;
      await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
      doneBytes += sizes[at] ?? 0;
      tell({ doneBytes, allBytes });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, copySome));
}
