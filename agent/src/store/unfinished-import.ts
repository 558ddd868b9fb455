/**
 * `karibu import` marks the data folder before it writes the first file and takes the mark away after the last. A folder with the
 * mark is half a site: started on it, an agent would be another one, and sell what was sold.
 */
import type { Folder } from "../ground/folder.ts";

export const importMark = "importing";

export async function isImportUnfinished(folder: Pick<Folder, "read">): Promise<boolean> {
  return (await folder.read(importMark)) !== null;
}
