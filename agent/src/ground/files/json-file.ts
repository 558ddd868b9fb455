/**
 * The small files of the data folder: one JSON object each, as a line with a checksum, because a flipped bit may still be JSON. One that is not as it was
 * written is set aside as `.damaged`, where the start, the doctor and the alarm `store-damaged` find it; it then counts as absent.
 */
import { readJsonObject } from "@karibu/protocol/foreign-json";
import { isBadMedium } from "./bad-medium.ts";
import { decodeLine, encodeLine } from "./checked-line.ts";
import type { Folder } from "./folder.ts";

/** Null: there is no such file, or it was damaged and is set aside. Rejects when the disk can't be read. */
export async function readJsonFile<Content extends object>(
  folder: Pick<Folder, "read" | "rename">,
  name: string,
): Promise<Partial<Content> | null> {
  const found = await readWhole<Content>(folder, name);
  if (found !== "damaged") return found;
  await setAside(folder, name);
  return null;
}

export async function writeJsonFile(folder: Pick<Folder, "replace">, name: string, content: object): Promise<void> {
  await folder.replace(name, encodeJsonFile(content));
}

/**
 * For what can't be had again from anybody: it is kept twice, and one damaged copy costs nothing. A crash between the two leaves the new
 * content first.
 */
export async function readTwin<Content extends object>(
  folder: Pick<Folder, "read" | "rename" | "replace">,
  name: string,
): Promise<Partial<Content> | null> {
  const first = await readJsonFile<Content>(folder, name);
  const second = await readJsonFile<Content>(folder, twinOf(name));
  if (first === null && second !== null) await writeJsonFile(folder, name, second).catch(() => {});
  if (first !== null && second === null) await writeJsonFile(folder, twinOf(name), first).catch(() => {});
  return first ?? second;
}

export async function writeTwin(folder: Pick<Folder, "replace">, name: string, content: object): Promise<void> {
  await writeJsonFile(folder, name, content);
  await writeJsonFile(folder, twinOf(name), content);
}

export async function removeTwin(folder: Pick<Folder, "remove">, name: string): Promise<void> {
  // The second one first: it would count as the file otherwise.
  await folder.remove(twinOf(name));
  await folder.remove(name);
}

const twinOf = (name: string): string => name.replace(/(\.json)?$/, ".twin$1");

export const encodeJsonFile = (content: object): Uint8Array => Buffer.from(encodeLine(1, JSON.stringify(content)));

async function readWhole<Content extends object>(
  folder: Pick<Folder, "read">,
  name: string,
): Promise<Partial<Content> | null | "damaged"> {
  let content: Uint8Array | null;
  try {
    content = await folder.read(name);
  } catch (error) {
    if (isBadMedium(error)) return "damaged";
    throw error;
  }
  if (content === null) return null;
  const line = content.at(-1) === 0x0a ? decodeLine(content.subarray(0, -1)) : null;
  const object = line?.seq === 1 ? readJsonObject(line.json) : null;
  return object === null ? "damaged" : (object as Partial<Content>);
}

/** A disk that refuses keeps it where it is: the next start finds it again. */
async function setAside(folder: Pick<Folder, "rename">, name: string): Promise<void> {
  await folder.rename(name, `${name}.damaged`).catch(() => {});
}
