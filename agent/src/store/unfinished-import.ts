/**
 * `karibu import` marks the data folder before it writes the first file, and removes the mark after the last one. A marked folder is
 * incomplete. An agent must not start on it: it would have another identity and sell vouchers again.
 */
import type { Folder } from "../ground/folder.ts";

export const importMark = "importing";

export async function isImportUnfinished(folder: Pick<Folder, "read">): Promise<boolean> {
  return (await folder.read(importMark)) !== null;
}
