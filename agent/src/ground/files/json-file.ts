import { readJsonObject } from "@karibu/protocol/foreign-json";
import type { Folder } from "./folder.ts";

/**
 * The JSON object in a file of the data folder, as it was written: nothing of it is checked. Null: there is no such file, or it is
 * damaged. Rejects when the disk can't read it.
 */
export async function readJsonFile<Content extends object>(
  folder: Pick<Folder, "read">,
  name: string,
): Promise<Partial<Content> | null> {
  const content = await folder.read(name);
  return content === null ? null : (readJsonObject(Buffer.from(content).toString("utf8")) as Partial<Content> | null);
}
