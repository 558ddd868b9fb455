import { statfs } from "node:fs/promises";

/** Free bytes of the file system of this folder; null: the folder does not exist. */
export function freeBytesOf(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}
