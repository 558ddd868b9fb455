/** lowdb over the data folder. Its own file adapter renames without a sync, which a power cut undoes; this one does not. */
import { Fault } from "@karibu/protocol/fault";
import type { Adapter } from "lowdb";
import { isBadMedium } from "../ground/files/bad-medium.ts";
import { decodeLine } from "../ground/files/checked-line.ts";
import type { Folder } from "../ground/files/folder.ts";
import { encodeDocument } from "./document-bytes.ts";

/**
 * One document of compact JSON in one file, with a checksum, because a flipped bit may still be JSON. Reading gives null
 * when there is no file and throws Fault "store/damaged" when it is not what was written.
 */
export function createFolderAdapter<Document>(
  folder: Folder,
  name: string,
  onSize: (fileBytes: number) => void = () => {},
): Adapter<Document> {
  let lastBytes = 0;
  return {
    async read() {
      const content = await readOrFault(folder, name);
      if (content === null) return null;
      const line = content.at(-1) === 0x0a ? decodeLine(content.subarray(0, -1)) : null;
      if (line === null) throw damaged(name);
      lastBytes = content.length;
      onSize(content.length);
      return JSON.parse(line.json) as Document;
    },
    async write(document) {
      const content = encodeDocument(document, lastBytes);
      await folder.replace(name, content);
      lastBytes = content.length;
      onSize(content.length);
    },
  };
}

async function readOrFault(folder: Folder, name: string): Promise<Uint8Array | null> {
  try {
    return await folder.read(name);
  } catch (error) {
    if (isBadMedium(error)) throw damaged(name, error);
    throw error;
  }
}

function damaged(name: string, cause?: unknown): Fault {
  return new Fault("store/damaged", `${name} is not what was written`, { retry: "never" }, cause);
}
