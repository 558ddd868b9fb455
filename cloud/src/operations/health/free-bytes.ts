import { statfs } from "node:fs/promises";

/** Free bytes of the file system that holds this folder; null: there is no such folder. */
export function freeBytesOf(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
}
