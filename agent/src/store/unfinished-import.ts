/**
 * `karibu import` marks the data folder before it writes the first file, and removes the mark after the last one. A marked folder is
 * incomplete. An agent must not start on it: it would have another identity and sell vouchers again.
 */
import type { Folder } from "../ground/files/folder.ts";

export const importMark = "importing";

/**
 * Stands in an imported folder until an agent has started on it: it is a copy, and the site may have gone on after it was made. So what
 * may have been used since is held until the hub has told it.
 */
export const importedMark = "imported";

export async function isImportUnfinished(folder: Pick<Folder, "read">): Promise<boolean> {
  return (await folder.read(importMark)) !== null;
}
